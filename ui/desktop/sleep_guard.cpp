#include "ui/desktop/sleep_guard.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusUnixFileDescriptor>

#include "ui/desktop/desktop_bus.h"

namespace tstitch::ui {
namespace {

constexpr auto kScreenSaver = "org.freedesktop.ScreenSaver";

QString programName() {
  return QStringLiteral("T-Stitch Studio");
}

QDBusMessage toScreenSaver(const char* method) {
  return QDBusMessage::createMethodCall(QLatin1String(kScreenSaver), QStringLiteral("/org/freedesktop/ScreenSaver"),
                                        QLatin1String(kScreenSaver), QLatin1String(method));
}

}  // namespace

SleepGuard::SleepGuard(QObject* parent) : QObject(parent) {}

SleepGuard::~SleepGuard() {
  release();
}

void SleepGuard::setActive(bool active, const QString& why) {
  if (active == active_) return;
  active_ = active;
  active ? askLogin(why) : release();
}

void SleepGuard::askLogin(const QString& why) {
  QDBusConnection bus = QDBusConnection::systemBus();
  if (!bus.isConnected()) return askScreenSaver(why);
  QDBusMessage call = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
      QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("Inhibit"));
  call << QStringLiteral("idle") << programName() << why << QStringLiteral("block");
  auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, why] {
    watcher->deleteLater();
    const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
    if (!active_) return;
    if (!reply.isValid()) return askScreenSaver(why);
    lock_ = std::make_unique<QDBusUnixFileDescriptor>(reply.value());
  });
}

void SleepGuard::askScreenSaver(const QString& why) {
  if (!hasSessionBus()) return;
  QDBusMessage call = toScreenSaver("Inhibit");
  call << programName() << why;
  auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
  connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
    watcher->deleteLater();
    const QDBusPendingReply<uint> reply = *watcher;
    if (!reply.isValid()) return;
    cookie_ = reply.value();
    if (!active_) release();
  });
}

void SleepGuard::release() {
  lock_.reset();
  if (!cookie_) return;
  QDBusMessage call = toScreenSaver("UnInhibit");
  call << *cookie_;
  cookie_.reset();
  QDBusConnection::sessionBus().send(call);
}

}  // namespace tstitch::ui
