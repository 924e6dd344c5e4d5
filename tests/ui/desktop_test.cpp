#include <QDBusConnection>
#include <QDBusMessage>

#include "tests/ui/qt_test.h"
#include "tests/ui/session_bus.h"
#include "tests/ui/studio_fixture.h"
#include "ui/desktop/sleep_guard.h"

using namespace tstitch;
using test::Studio;

/// A desktop's screen saver, as programs ask it.
class FakeScreenSaver : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.ScreenSaver")

 public:
  QString reason;
  int held = 0;

 public Q_SLOTS:
  uint Inhibit(const QString& program, const QString& why) {
    reason = program + QStringLiteral(": ") + why;
    ++held;
    return 7;
  }
  void UnInhibit(uint cookie) { held -= cookie == 7 ? 1 : 0; }
};

/// A server of notifications.
class FakeNotifications : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

 public:
  QStringList said;

 public Q_SLOTS:
  uint Notify(const QString&, uint, const QString&, const QString& title, const QString& text, const QStringList&,
              const QVariantMap&, int) {
    said << title + QStringLiteral(": ") + text;
    return 1;
  }
};

/// On buses of its own: what the desktop hears of a run.
class DesktopTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const auto& bus = test::ProgramBus::get();
    if (!bus.missing().isEmpty()) QSKIP(qPrintable(bus.missing()));
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere");
    QDBusConnection desktop = QDBusConnection::connectToBus(bus.address(), QStringLiteral("desktop services"));
    QVERIFY(desktop.registerObject(QStringLiteral("/org/freedesktop/ScreenSaver"), &saver_,
                                   QDBusConnection::ExportAllSlots));
    QVERIFY(desktop.registerObject(QStringLiteral("/org/freedesktop/Notifications"), &notifications_,
                                   QDBusConnection::ExportAllSlots));
    QVERIFY(desktop.registerService(QStringLiteral("org.freedesktop.ScreenSaver")));
    QVERIFY(desktop.registerService(QStringLiteral("org.freedesktop.Notifications")));
  }

  void sleepIsHeldOffWhileSomethingRuns() {
    ui::SleepGuard guard;
    guard.setActive(true, QStringLiteral("a test"));
    guard.setActive(true, QStringLiteral("again"));
    QTRY_VERIFY(guard.isHeld());
    QCOMPARE(saver_.held, 1);
    QCOMPARE(saver_.reason, QStringLiteral("T-Stitch Studio: a test"));
    guard.setActive(false, {});
    QTRY_COMPARE(saver_.held, 0);
    guard.setActive(true, QStringLiteral("shorter than the answer takes"));
    guard.setActive(false, {});
    QTest::qWait(200);
    QTRY_COMPARE(saver_.held, 0);
  }

  void aRunShowsItsProgressAndItsEnd() {
    auto script = std::make_shared<test::FakeScript>();
    script->perEvaluation = std::chrono::milliseconds(20);
    Studio studio(script);
    QVERIFY(studio.start());
    QWidget other;  // in front of the window
    other.show();
    other.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&other));
    studio.window().generate();
    QTRY_VERIFY(studio.window().windowTitle().endsWith(QStringLiteral(" %")));
    QVERIFY(studio.window().windowTitle().startsWith(QStringLiteral("T-Stitch Studio")));
    QTRY_COMPARE(saver_.held, 1);
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(studio.window().windowTitle(), QStringLiteral("T-Stitch Studio"));
    QTRY_COMPARE(saver_.held, 0);
    QTRY_COMPARE(notifications_.said.size(), 1);
    QVERIFY(notifications_.said.first().contains(QStringLiteral("saved /")));
    QVERIFY(studio.find(QAccessible::Notification, QStringLiteral("Announcement: ") + studio.status()) != nullptr);
  }

 private:
  FakeScreenSaver saver_;
  FakeNotifications notifications_;
};

TSTITCH_UI_TEST(DesktopTest)

#include "desktop_test.moc"
