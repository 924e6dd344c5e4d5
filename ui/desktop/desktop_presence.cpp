#include "ui/desktop/desktop_presence.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QGuiApplication>
#include <QVariantMap>
#include <QWidget>
#include <algorithm>

#include "ui/desktop/desktop_bus.h"

namespace tstitch::ui {

DesktopPresence::DesktopPresence(QWidget& window) : QObject(&window), window_(window), title_(window.windowTitle()) {}

void DesktopPresence::showProgress(std::optional<double> share) {
  const int percent = share ? static_cast<int>(100 * std::clamp(*share, 0.0, 1.0)) : -1;
  if (percent == percent_) return;
  percent_ = percent;
  window_.setWindowTitle(share ? tr("%1 - %2 %").arg(title_).arg(percent) : title_);
  showInTaskBar(share);
}

/// As Unity's launcher, Plasma's and GNOME's docks read it.
void DesktopPresence::showInTaskBar(std::optional<double> share) const {
  if (!hasSessionBus()) return;
  QDBusMessage update =
      QDBusMessage::createSignal(QStringLiteral("/io/github/tstitch/Studio"),
                                 QStringLiteral("com.canonical.Unity.LauncherEntry"), QStringLiteral("Update"));
  update << QStringLiteral("application://%1.desktop").arg(QGuiApplication::desktopFileName())
         << QVariantMap{{QStringLiteral("progress"), share.value_or(0)},
                        {QStringLiteral("progress-visible"), share.has_value()}};
  QDBusConnection::sessionBus().send(update);
}

void DesktopPresence::tellEnd(const QString& title, const QString& text) {
  if (window_.isActiveWindow()) return;
  QApplication::alert(&window_);
  if (!hasSessionBus()) return;
  QDBusMessage call = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
  constexpr int kServersTime = -1;
  call << QStringLiteral("T-Stitch Studio") << 0U << QGuiApplication::desktopFileName() << title << text.toHtmlEscaped()
       << QStringList() << QVariantMap() << kServersTime;
  QDBusConnection::sessionBus().send(call);
}

}  // namespace tstitch::ui
