#include "tests/ui/atspi_client.h"

#include <QDBusArgument>
#include <QDBusObjectPath>
#include <QDBusReply>
#include <QDBusVariant>
#include <QFile>
#include <QStandardPaths>
#include <QtEndian>
#include <utility>

namespace tstitch::test {
namespace {

constexpr auto kAccessible = "org.a11y.atspi.Accessible";
constexpr auto kComponent = "org.a11y.atspi.Component";
constexpr auto kAction = "org.a11y.atspi.Action";
constexpr auto kEditableText = "org.a11y.atspi.EditableText";
constexpr auto kText = "org.a11y.atspi.Text";
constexpr auto kValue = "org.a11y.atspi.Value";
constexpr auto kProperties = "org.freedesktop.DBus.Properties";
constexpr int kCallMs = 60000;  // an answer is late on a busy machine, and never a reason to fail

}  // namespace

DesktopSession::~DesktopSession() {
  screen_.terminate();
  if (!screen_.waitForFinished(kStartMs)) screen_.kill();
}

QProcessEnvironment DesktopSession::environment() const {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("DISPLAY"), display_);
  environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), folder_.path());
  environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), session_.address());
  environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
  environment.insert(QStringLiteral("QT_LINUX_ACCESSIBILITY_ALWAYS_ON"), QStringLiteral("1"));
  environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
  return environment;
}

QString DesktopSession::start(QSize screen) {
  const QString program = QStringLiteral("Xvfb");
  if (QStandardPaths::findExecutable(program).isEmpty()) return QStringLiteral("Xvfb is not installed");
  const auto number =
      startAndRead(screen_, program,
                   {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                    QStringLiteral("%1x%2x24").arg(screen.width()).arg(screen.height()), QStringLiteral("-fbdir"),
                    folder_.path(), QStringLiteral("-nolisten"), QStringLiteral("tcp")});
  if (!number) return QStringLiteral("Xvfb does not start");
  display_ = u':' + *number;
  QString missing = session_.start(environment());
  if (!missing.isEmpty()) return missing;
  QDBusConnection session = QDBusConnection::connectToBus(session_.address(), QStringLiteral("session"));
  const QDBusReply<QString> answer =
      session.call(QDBusMessage::createMethodCall(QStringLiteral("org.a11y.Bus"), QStringLiteral("/org/a11y/bus"),
                                                  QStringLiteral("org.a11y.Bus"), QStringLiteral("GetAddress")),
                   QDBus::Block, kCallMs);
  if (!answer.isValid()) return QStringLiteral("no accessibility bus: ") + answer.error().message();
  accessibility_ = QDBusConnection::connectToBus(answer.value(), QStringLiteral("accessibility"));
  return accessibility_->isConnected() ? QString() : accessibility_->lastError().message();
}

/// The screen's memory is a file in X's own format: a head of big-endian numbers, a table of colours, and the pixels.
QImage DesktopSession::grab() const {
  constexpr qsizetype kWidthAt = 16, kHeightAt = 20, kLineAt = 48, kColoursAt = 76, kBytesOfColour = 12;
  QFile memory(folder_.filePath(QStringLiteral("Xvfb_screen0")));
  if (!memory.open(QIODevice::ReadOnly)) return {};
  const QByteArray bytes = memory.readAll();
  const auto number = [&](qsizetype at) {
    return at + 4 <= bytes.size() ? static_cast<qsizetype>(qFromBigEndian<quint32>(bytes.constData() + at)) : 0;
  };
  const qsizetype begin = number(0) + number(kColoursAt) * kBytesOfColour;
  const qsizetype width = number(kWidthAt), height = number(kHeightAt), line = number(kLineAt);
  if (begin + line * height > bytes.size()) return {};
  const auto* pixels = reinterpret_cast<const uchar*>(bytes.constData() + begin);
  return QImage(pixels, static_cast<int>(width), static_cast<int>(height), line, QImage::Format_RGB32).copy();
}

AccessibleNode::AccessibleNode(QDBusConnection bus, QString service, QString path)
    : bus_(std::move(bus)), service_(std::move(service)), path_(std::move(path)) {}

AccessibleNode AccessibleNode::desktop(const QDBusConnection& bus) {
  return {bus, QStringLiteral("org.a11y.atspi.Registry"), QStringLiteral("/org/a11y/atspi/accessible/root")};
}

QDBusMessage AccessibleNode::call(const char* interface, const char* method, const QVariantList& arguments) const {
  QDBusMessage message =
      QDBusMessage::createMethodCall(service_, path_, QLatin1String(interface), QLatin1String(method));
  message.setArguments(arguments);
  return bus_.call(message, QDBus::Block, kCallMs);
}

QVariant AccessibleNode::property(const char* interface, const char* name) const {
  const QDBusReply<QDBusVariant> reply = call(kProperties, "Get", {QLatin1String(interface), QLatin1String(name)});
  return reply.isValid() ? reply.value().variant() : QVariant();
}

QString AccessibleNode::name() const {
  return property(kAccessible, "Name").toString();
}

QString AccessibleNode::description() const {
  return property(kAccessible, "Description").toString();
}

AtspiRole AccessibleNode::role() const {
  return static_cast<AtspiRole>(QDBusReply<uint>(call(kAccessible, "GetRole")).value());
}

bool AccessibleNode::hasState(AtspiState state) const {
  constexpr unsigned kBits = 32;
  const auto number = static_cast<unsigned>(state);
  const QDBusMessage reply = call(kAccessible, "GetState");
  if (reply.arguments().isEmpty()) return false;
  const auto words = qdbus_cast<QList<uint>>(reply.arguments().first());
  return static_cast<qsizetype>(number / kBits) < words.size() && (words[number / kBits] >> (number % kBits) & 1U) != 0;
}

QRect AccessibleNode::extents() const {
  const QDBusMessage reply = call(kComponent, "GetExtents", {QVariant::fromValue(0U)});
  if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) return {};
  const auto place = reply.arguments().first().value<QDBusArgument>();
  int x = 0, y = 0, width = 0, height = 0;
  place.beginStructure();
  place >> x >> y >> width >> height;
  place.endStructure();
  return {x, y, width, height};
}

std::vector<AccessibleNode> AccessibleNode::children() const {
  std::vector<AccessibleNode> nodes;
  const QDBusMessage reply = call(kAccessible, "GetChildren");
  if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty()) return nodes;
  const auto list = reply.arguments().first().value<QDBusArgument>();
  list.beginArray();
  while (!list.atEnd()) {
    QString service;
    QDBusObjectPath path;
    list.beginStructure();
    list >> service >> path;
    list.endStructure();
    nodes.emplace_back(bus_, service, path.path());
  }
  list.endArray();
  return nodes;
}

void AccessibleNode::walk(const std::function<void(const AccessibleNode&)>& visit) const {
  for (const AccessibleNode& child : children()) {
    visit(child);
    child.walk(visit);
  }
}

std::optional<AccessibleNode> AccessibleNode::find(AtspiRole role, const QString& name, Match match) const {
  std::vector<AccessibleNode> found;
  walk([&](const AccessibleNode& node) {
    const QString is = node.name();
    const bool named = match == Match::Whole ? is == name : is.startsWith(name);
    if (named && node.role() == role) found.push_back(node);
  });
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

double AccessibleNode::value() const {
  return property(kValue, "CurrentValue").toDouble();
}

double AccessibleNode::maximum() const {
  return property(kValue, "MaximumValue").toDouble();
}

bool AccessibleNode::setValue(double value) const {
  const QVariantList arguments{QLatin1String(kValue), QStringLiteral("CurrentValue"),
                               QVariant::fromValue(QDBusVariant(value))};
  return call(kProperties, "Set", arguments).type() == QDBusMessage::ReplyMessage;
}

QString AccessibleNode::text() const {
  const int length = property(kText, "CharacterCount").toInt();
  return QDBusReply<QString>(call(kText, "GetText", {0, length})).value();
}

bool AccessibleNode::setText(const QString& text) const {
  return QDBusReply<bool>(call(kEditableText, "SetTextContents", {text})).value();
}

QStringList AccessibleNode::actions() const {
  QStringList names;
  for (int i = 0; i < property(kAction, "NActions").toInt(); ++i) {
    names << QDBusReply<QString>(call(kAction, "GetName", {i})).value();
  }
  return names;
}

bool AccessibleNode::act(const QString& action) const {
  const auto index = static_cast<int>(actions().indexOf(action));
  return index >= 0 && QDBusReply<bool>(call(kAction, "DoAction", {index})).value();
}

}  // namespace tstitch::test
