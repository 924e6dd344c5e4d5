#pragma once

#include <QProcess>
#include <QStandardPaths>
#include <QString>
#include <optional>

namespace tstitch::test {

inline constexpr int kStartMs = 20000;

/// Starts a program that writes one line when it is ready; the line, or nothing.
inline std::optional<QString> startAndRead(QProcess& process, const QString& program, const QStringList& arguments) {
  process.start(program, arguments);
  while (!process.canReadLine()) {
    if (!process.waitForReadyRead(kStartMs)) return std::nullopt;
  }
  return QString::fromUtf8(process.readLine()).trimmed();
}

/// A D-Bus session of its own, ended with this object.
class SessionBus {
 public:
  ~SessionBus() {
    daemon_.terminate();
    if (!daemon_.waitForFinished(kStartMs)) daemon_.kill();
  }

  /// Why there is none here; empty when there is one.
  QString start(const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
    const QString program = QStringLiteral("dbus-daemon");
    if (QStandardPaths::findExecutable(program).isEmpty()) return QStringLiteral("dbus-daemon is not installed");
    daemon_.setProcessEnvironment(environment);
    daemon_.setStandardErrorFile(QProcess::nullDevice());
    const auto line =
        startAndRead(daemon_, program,
                     {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address=1")});
    if (!line) return QStringLiteral("dbus-daemon does not start");
    address_ = *line;
    return {};
  }
  [[nodiscard]] const QString& address() const { return address_; }

 private:
  QProcess daemon_;
  QString address_;
};

/// The session bus of this test program, where tests register the desktop's services. Started before the program first
/// asks for its bus, since that one connection stays.
class ProgramBus {
 public:
  static const ProgramBus& get() {
    static const ProgramBus bus;
    return bus;
  }
  /// Why there is none here; empty when there is one.
  [[nodiscard]] const QString& missing() const { return missing_; }
  [[nodiscard]] const QString& address() const { return bus_.address(); }

 private:
  ProgramBus() : missing_(bus_.start()) {
    if (missing_.isEmpty()) qputenv("DBUS_SESSION_BUS_ADDRESS", bus_.address().toUtf8());
  }

  SessionBus bus_;
  QString missing_;
};

}  // namespace tstitch::test
