#include <QGuiApplication>
#include <QPushButton>
#include <QScreen>
#include <QTabBar>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/create_panel.h"

using namespace tstitch;
using test::Studio;

/// Row 2: the first window fits the screen. Run as a test of its own on screens of several sizes (CMakeLists.txt).
class FirstWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void row2TheWindowAndItsFrameFitTheScreen() {
    Studio studio;
    const QRect free = QGuiApplication::primaryScreen()->availableGeometry();
    QVERIFY2(studio.window().width() <= free.width() && studio.window().height() + 40 <= free.height(),
             qPrintable(QStringLiteral("%1 x %2").arg(studio.window().width()).arg(studio.window().height())));
  }

  void row2GenerateStopAndStatusAreToBeSeen() {
    Studio studio;
    QVERIFY(studio.start());
    const QRect inside(QPoint(), studio.window().size());
    for (const char* name : {"Generate", "Stop"}) {
      QAccessibleInterface* button = studio.find(QAccessible::Button, QString::fromLatin1(name));
      QVERIFY2(button != nullptr && inside.contains(inWindow(studio, button->rect())), name);
    }
    bool seen = false;
    studio.walk([&](QAccessibleInterface* item) {
      if (!item->text(QAccessible::Name).startsWith(QLatin1String("Status: "))) return;
      seen = inside.contains(inWindow(studio, item->rect()));
    });
    QVERIFY(seen);
  }

  /// 1366x768, and 1600x1000 at 150 %, less a panel of the desktop and the window's frame.
  void row2NothingKeepsTheWindowLarger() {
    Studio studio;
    QVERIFY(studio.start());
    const QSize least = studio.window().minimumSizeHint();
    QVERIFY2(least.width() <= 1050 && least.height() <= 580,
             qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
  }

  /// 1024 points, less the window's frame.
  void row2APanelBesideAnyPageDoesNotMakeItWider() {
    Studio studio;
    QVERIFY(studio.start());
    for (const char* panel : {"History panel", "Queue panel"}) {
      studio.find(QAccessible::CheckBox, QString::fromLatin1(panel))
          ->actionInterface()
          ->doAction(QAccessibleActionInterface::toggleAction());
    }
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    for (int page = 0; page < tabs->count(); ++page) {
      tabs->setCurrentIndex(page);
      QCoreApplication::processEvents();
      const int least = studio.window().minimumSizeHint().width();
      QVERIFY2(least <= 1016, qPrintable(QStringLiteral("%1: %2").arg(tabs->tabText(page)).arg(least)));
    }
  }

  void row2ARunDoesNotMakeItWider() {
    const auto script = std::make_shared<test::FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.find(QAccessible::SpinBox, QStringLiteral("Count"))->valueInterface()->setCurrentValue(3);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling ")));
    const int least = studio.window().minimumSizeHint().width();
    QVERIFY2(least <= 1000, qPrintable(QString::number(least)));
  }

 private:
  static QRect inWindow(Studio& studio, const QRect& onScreen) {
    return {studio.window().mapFromGlobal(onScreen.topLeft()), onScreen.size()};
  }
};

TSTITCH_UI_TEST(FirstWindowTest)

#include "first_window_test.moc"
