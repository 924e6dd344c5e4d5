#include "ui/run/filmstrip.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>

#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::FilmModel;
using ui::FilmRoll;
using ui::Filmstrip;

namespace {

ui::FilmFrame preview(int evaluation, Extent size = {16, 16}) {
  const auto image = std::make_shared<const Image>(test::fakePicture(size, 1, 0.5));
  return ui::filmFrame(PreviewReady{EvaluationIndex{evaluation}, evaluation < 10 ? "small" : "large", image});
}

}  // namespace

class FilmstripTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyFrameIsKept() {
    Filmstrip strip;
    for (int i = 0; i < 25; ++i) strip.add(preview(i));
    QCOMPARE(strip.frames().size(), std::size_t{25});
    QVERIFY(strip.frames()[9].mark == ui::DenoiserMark::Small);
    QVERIFY(strip.frames()[10].mark == ui::DenoiserMark::Large);
    strip.setRoll({});
    QVERIFY(strip.frames().empty());
  }

  void row32OneFrameIsNotOneFrames() {
    Filmstrip strip;
    strip.add(preview(0));
    QCOMPARE(strip.accessibleDescription(), QStringLiteral("1 frame"));
    strip.add(preview(1));
    QCOMPARE(strip.accessibleDescription(), QStringLiteral("2 frames"));
  }

  void framesAreAtMost128Pixels() {
    Filmstrip strip;
    strip.add(preview(0, {512, 256}));
    QCOMPARE(strip.frames()[0].image.size(), QSize(128, 64));
  }

  void aLongRunStaysBounded() {
    Filmstrip strip;
    for (int i = 0; i < 1000; ++i) strip.add(preview(i, {2, 2}));
    QVERIFY(strip.frames().size() <= FilmRoll::kMostFrames);
    QVERIFY(strip.frames().size() >= FilmRoll::kMostFrames / 2 - 6);
    QCOMPARE(strip.frames().front().evaluation, 0);
    QVERIFY(strip.frames().back().evaluation > 990);
  }

  void pointingLooksAndAClickHolds() {
    Filmstrip strip;
    strip.resize(900, 100);
    for (int i = 0; i < 12; ++i) strip.add(preview(i));
    strip.show();
    QTest::qWait(20);
    QSignalSpy shown(&strip, &Filmstrip::frameShown);
    QSignalSpy held(&strip, &Filmstrip::heldChanged);
    pointAt(strip, 5);
    pointAt(strip, 70);
    QCOMPARE(shown.last()[1].toInt(), 1);
    leave(strip);
    QVERIFY(shown.last()[0].value<QImage>().isNull());
    QVERIFY(strip.held() == nullptr);
    QTest::mouseClick(strip.viewport(), Qt::LeftButton, {}, {70, 20});
    QCOMPARE(held.size(), 1);
    QVERIFY(strip.held() != nullptr);
    QCOMPARE(strip.held()->evaluation, 1);
    pointAt(strip, 5);
    QCOMPARE(shown.last()[1].toInt(), 0);
    leave(strip);
    QCOMPARE(shown.last()[1].toInt(), 1);
    QTest::keyClick(&strip, Qt::Key_Right);
    QCOMPARE(strip.held()->evaluation, 2);
    QTest::keyClick(&strip, Qt::Key_Escape);
    QVERIFY(strip.held() == nullptr);
    QVERIFY(shown.last()[0].value<QImage>().isNull());
  }

  void anotherPictureLetsGo() {
    Filmstrip strip;
    for (int i = 0; i < 3; ++i) strip.add(preview(i));
    strip.setCurrentIndex(strip.model()->index(1, 0));
    QVERIFY(strip.held() != nullptr);
    QSignalSpy shown(&strip, &Filmstrip::frameShown);
    strip.setRoll({});
    QVERIFY(strip.held() == nullptr);
    QVERIFY(shown.last()[0].value<QImage>().isNull());
  }

  void assistiveToolsFindTheFramesByName() {
    Filmstrip strip;
    strip.resize(400, 100);
    for (int i = 0; i < 12; ++i) strip.add(preview(i));
    QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&strip);
    QCOMPARE(list->role(), QAccessible::List);
    QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Filmstrip"));
    strip.setRoll({});  // what was told before is no longer so
    for (int i = 0; i < 9; ++i) strip.add(preview(i));
    QCOMPARE(list->childCount(), 9);
    QAccessibleInterface* item = nullptr;
    for (int i = 0; i < list->childCount(); ++i) {
      if (list->child(i)->text(QAccessible::Name) == QLatin1String("step 7, small")) item = list->child(i);
    }
    QVERIFY(item != nullptr);
    QCOMPARE(item->role(), QAccessible::ListItem);
    QVERIFY(item->actionInterface() != nullptr);
    for (int presses = 0; presses < 2; ++presses) {
      item->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
      QVERIFY(strip.held() != nullptr);
      QCOMPARE(strip.held()->evaluation, 6);
    }
  }

  void theModelKeepsItsPromises() {
    FilmModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int i = 0; i < 600; ++i) model.add(preview(i, {2, 2}));
    model.show({});
  }

 private:
  /// Without a screen there is no pointer to move: the event itself.
  static void pointAt(Filmstrip& strip, int x) {
    QMouseEvent move(QEvent::MouseMove, QPointF(x, 20), QPointF(x, 20), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(strip.viewport(), &move);
  }
  static void leave(Filmstrip& strip) {
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(strip.viewport(), &leave);
  }
};

TSTITCH_UI_TEST(FilmstripTest)

#include "filmstrip_test.moc"
