#include "ui/widgets/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusVariant>

#include "tests/ui/qt_test.h"
#include "tests/ui/session_bus.h"

using namespace tstitch;
using ui::ThemeChoice;

/// The desktop's settings, as xdg-desktop-portal offers them.
class FakePortal : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

 public:
  uint scheme = 1;  ///< 0 no preference, 1 dark, 2 light

  void change(uint value) {
    scheme = value;
    Q_EMIT SettingChanged(QStringLiteral("org.freedesktop.appearance"), QStringLiteral("color-scheme"),
                          QDBusVariant(value));
  }

 public Q_SLOTS:
  QDBusVariant Read(const QString& group, const QString& key) {
    const bool known = group == QStringLiteral("org.freedesktop.appearance") && key == QStringLiteral("color-scheme");
    return QDBusVariant(QVariant::fromValue(QDBusVariant(known ? scheme : 0)));
  }

 Q_SIGNALS:
  void SettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

/// On a session bus of its own, where a portal says what the desktop prefers.
class ThemeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const auto& bus = test::ProgramBus::get();
    if (!bus.missing().isEmpty()) QSKIP(qPrintable(bus.missing()));
    QDBusConnection desktop = QDBusConnection::connectToBus(bus.address(), QStringLiteral("desktop"));
    const auto what = QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals;
    QVERIFY(desktop.registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), &portal_, what));
    QVERIFY(desktop.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    theme_ = std::make_unique<ui::Theme>(*qobject_cast<QApplication*>(QCoreApplication::instance()));
  }
  void cleanupTestCase() { theme_.reset(); }

  void aDarkDesktopMakesADarkWindow() { QVERIFY(becomes(true)); }

  void aChangeIsFollowedAtOnce() {
    portal_.change(2);
    QVERIFY(becomes(false));
    portal_.change(1);
    QVERIFY(becomes(true));
    portal_.change(0);
    QVERIFY(becomes(false));
  }

  void aChoiceOfOnesOwnWins() {
    theme_->choose(ThemeChoice::Light);
    int changes = 0;
    connect(theme_.get(), &ui::Theme::changed, this, [&] { ++changes; });
    portal_.change(1);
    QTest::qWait(100);
    QVERIFY(!isDark());
    QCOMPARE(changes, 0);
    theme_->choose(ThemeChoice::System);  // what the desktop said meanwhile counts now
    QVERIFY(isDark());
  }

 private:
  static bool isDark() { return QApplication::palette().color(QPalette::Window).lightness() < 128; }

  static bool becomes(bool dark) {
    return QTest::qWaitFor([dark] { return isDark() == dark; });
  }

  FakePortal portal_;
  std::unique_ptr<ui::Theme> theme_;
};

TSTITCH_UI_TEST(ThemeTest)

#include "theme_test.moc"
