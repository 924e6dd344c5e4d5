#include "ui/widgets/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QStyleFactory>
#include <utility>

namespace tstitch::ui {
namespace {

constexpr auto kPortalService = "org.freedesktop.portal.Desktop";
constexpr auto kPortalPath = "/org/freedesktop/portal/desktop";
constexpr auto kPortalInterface = "org.freedesktop.portal.Settings";
constexpr auto kAppearance = "org.freedesktop.appearance";
constexpr auto kColorScheme = "color-scheme";
constexpr uint kPrefersDark = 1;

Colours lightColours() {
  return {.window = 0xF5F6F8,
          .panel = 0xFBFCFD,
          .base = 0xFFFFFF,
          .canvas = 0xECEEF2,
          .hover = 0xEDF0F4,
          .line = 0xDDE1E8,
          .text = 0x1B2130,
          .muted = 0x667085,
          .focus = 0x3B6FE0,
          .primary = 0x1F2637,
          .primaryText = 0xFFFFFF,
          .error = 0xB42318,
          .small = 0x0E9384,
          .smallTint = 0xCDEDE8,
          .large = 0x6D4FDB,
          .largeTint = 0xE3DCFA};
}

Colours darkColours() {
  return {.window = 0x16181D,
          .panel = 0x1B1E25,
          .base = 0x22262E,
          .canvas = 0x101216,
          .hover = 0x2A2F39,
          .line = 0x323844,
          .text = 0xE8EBF1,
          .muted = 0x98A2B3,
          .focus = 0x6C9BFF,
          .primary = 0xE8EBF1,
          .primaryText = 0x16181D,
          .error = 0xF97066,
          .small = 0x2CC9B5,
          .smallTint = 0x1B4640,
          .large = 0x9D85F5,
          .largeTint = 0x393061};
}

Colours& current() {
  static Colours inUse = lightColours();
  return inUse;
}

QPalette paletteOf(const Colours& c) {
  QPalette palette;
  palette.setColor(QPalette::Window, c.window);
  palette.setColor(QPalette::WindowText, c.text);
  palette.setColor(QPalette::Base, c.base);
  palette.setColor(QPalette::AlternateBase, c.hover);
  palette.setColor(QPalette::Text, c.text);
  palette.setColor(QPalette::PlaceholderText, c.muted);
  palette.setColor(QPalette::Button, c.base);
  palette.setColor(QPalette::ButtonText, c.text);
  palette.setColor(QPalette::ToolTipBase, c.base);
  palette.setColor(QPalette::ToolTipText, c.text);
  palette.setColor(QPalette::Highlight, c.focus);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, c.focus);
  palette.setColor(QPalette::Mid, c.line);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, c.muted);
  }
  return palette;
}

QString styleSheetOf(const Colours& c) {
  QFile file(QStringLiteral(":/themes/studio.qss"));
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const std::pair<const char*, QColor> tokens[] = {{"@window", c.window},   {"@panel", c.panel},
                                                   {"@base", c.base},       {"@canvas", c.canvas},
                                                   {"@hover", c.hover},     {"@line", c.line},
                                                   {"@text", c.text},       {"@muted", c.muted},
                                                   {"@focus", c.focus},     {"@onPrimary", c.primaryText},
                                                   {"@primary", c.primary}, {"@error", c.error}};
  for (const auto& [token, colour] : tokens) sheet.replace(QLatin1String(token), colour.name());
  return sheet;
}

/// Asking a session bus that is not there would start one and wait for it.
bool hasSessionBus() {
  return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS");
}

/// The portal wraps the number in one or two variants, depending on the call.
uint schemeIn(QVariant value) {
  while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant();
  return value.toUInt();
}

}  // namespace

QString nameOf(ThemeChoice choice) {
  switch (choice) {
    case ThemeChoice::Light:
      return QStringLiteral("light");
    case ThemeChoice::Dark:
      return QStringLiteral("dark");
    case ThemeChoice::System:
      break;
  }
  return QStringLiteral("system");
}

ThemeChoice themeNamed(const QString& name) {
  if (name == QLatin1String("light")) return ThemeChoice::Light;
  if (name == QLatin1String("dark")) return ThemeChoice::Dark;
  return ThemeChoice::System;
}

const Colours& colours() {
  return current();
}

QColor denoiserColour(DenoiserMark mark) {
  return mark == DenoiserMark::Small ? colours().small : colours().large;
}

QColor denoiserTint(DenoiserMark mark) {
  return mark == DenoiserMark::Small ? colours().smallTint : colours().largeTint;
}

QBrush denoiserPattern(DenoiserMark mark, const QColor& ink) {
  constexpr int kTile = 8;
  constexpr int kScale = 4;  // painted large so that it stays crisp at fractional scales
  QPixmap tile(kTile * kScale, kTile * kScale);
  tile.setDevicePixelRatio(kScale);
  tile.fill(Qt::transparent);
  QPainter painter(&tile);
  painter.setRenderHint(QPainter::Antialiasing);
  if (mark == DenoiserMark::Small) {
    painter.setPen(QPen(ink, 1.4));
    for (const int shift : {-kTile, 0, kTile}) painter.drawLine(QPointF(shift, kTile), QPointF(shift + kTile, 0));
  } else {
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(QPointF(2, 2), 1.1, 1.1);
    painter.drawEllipse(QPointF(6, 6), 1.1, 1.1);
  }
  painter.end();
  QBrush brush(tile);
  return brush;
}

Theme::Theme(QApplication& application)
    : QObject(&application),
      application_(application),
      desktopIsDark_(application.palette().color(QPalette::Window).lightness() < 128) {
  application_.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  askDesktop();
  apply();
}

void Theme::choose(ThemeChoice choice) {
  choice_ = choice;
  apply();
}

void Theme::askDesktop() {
  if (!hasSessionBus()) return;
  qRegisterMetaType<QDBusVariant>();  // unknown by name, it would keep the signal from being connected
  QDBusConnection bus = QDBusConnection::sessionBus();
  bus.connect(QLatin1String(kPortalService), QLatin1String(kPortalPath), QLatin1String(kPortalInterface),
              QStringLiteral("SettingChanged"), this, SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
  QDBusMessage question = QDBusMessage::createMethodCall(QLatin1String(kPortalService), QLatin1String(kPortalPath),
                                                         QLatin1String(kPortalInterface), QStringLiteral("Read"));
  question << QString::fromLatin1(kAppearance) << QString::fromLatin1(kColorScheme);
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    watcher->deleteLater();
    const QDBusPendingReply<QDBusVariant> reply = *watcher;
    if (reply.isValid()) portalSettingChanged(QLatin1String(kAppearance), QLatin1String(kColorScheme), reply.value());
  });
}

void Theme::portalSettingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
  if (group != QLatin1String(kAppearance) || key != QLatin1String(kColorScheme)) return;
  desktopIsDark_ = schemeIn(value.variant()) == kPrefersDark;
  if (choice_ == ThemeChoice::System) apply();
}

void Theme::apply() {
  const bool dark = choice_ == ThemeChoice::Dark || (choice_ == ThemeChoice::System && desktopIsDark_);
  current() = dark ? darkColours() : lightColours();
  application_.setPalette(paletteOf(colours()));
  application_.setStyleSheet(styleSheetOf(colours()));
  Q_EMIT changed();
}

}  // namespace tstitch::ui
