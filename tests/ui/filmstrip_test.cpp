#include "ui/run/filmstrip.h"

#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>

#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::Filmstrip;

namespace {

PreviewReady preview(int evaluation, Extent size = {16, 16}) {
  const auto image = std::make_shared<const Image>(test::fakePicture(size, 1, 0.5));
  return {EvaluationIndex{evaluation}, evaluation < 10 ? "small" : "large", image};
}

}  // namespace

class FilmstripTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyFrameIsKept() {
    Filmstrip strip;
    strip.begin(25);
    for (int i = 0; i < 25; ++i) strip.add(preview(i));
    QCOMPARE(strip.frames().size(), std::size_t{25});
    QVERIFY(strip.frames()[9].mark == ui::DenoiserMark::Small);
    QVERIFY(strip.frames()[10].mark == ui::DenoiserMark::Large);
    strip.begin(25);
    QVERIFY(strip.frames().empty());
  }

  void row32OneFrameIsNotOneFrames() {
    Filmstrip strip;
    strip.begin(2);
    strip.add(preview(0));
    QCOMPARE(strip.accessibleDescription(), QStringLiteral("1 frame"));
    strip.add(preview(1));
    QCOMPARE(strip.accessibleDescription(), QStringLiteral("2 frames"));
  }

  void framesAreAtMost128Pixels() {
    Filmstrip strip;
    strip.begin(1);
    strip.add(preview(0, {512, 256}));
    QCOMPARE(strip.frames()[0].image.size(), QSize(128, 64));
  }

  void aLongRunStaysBounded() {
    Filmstrip strip;
    strip.begin(1000);
    for (int i = 0; i < 1000; ++i) strip.add(preview(i, {2, 2}));
    QVERIFY(strip.frames().size() <= Filmstrip::kMostFrames);
    QVERIFY(strip.frames().size() >= Filmstrip::kMostFrames / 2 - 6);
    QCOMPARE(strip.frames().front().evaluation, 0);
    QVERIFY(strip.frames().back().evaluation > 990);
  }

  void pointingAndKeysLookAtFrames() {
    Filmstrip strip;
    strip.resize(400, 64);
    strip.begin(10);
    for (int i = 0; i < 10; ++i) strip.add(preview(i));
    QSignalSpy shown(&strip, &Filmstrip::frameShown);
    pointAt(strip, 5);
    pointAt(strip, 60);
    QCOMPARE(shown.size(), 2);
    QCOMPARE(shown[1][1].toInt(), 1);
    QTest::keyClick(&strip, Qt::Key_Right);
    QCOMPARE(shown.last()[1].toInt(), 2);
    pointAt(strip, 399);
    QVERIFY(!shown.isEmpty());
  }

 private:
  /// Without a screen there is no pointer to move: the event itself.
  static void pointAt(Filmstrip& strip, int x) {
    QMouseEvent move(QEvent::MouseMove, QPointF(x, 20), QPointF(x, 20), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(&strip, &move);
  }
};

TSTITCH_UI_TEST(FilmstripTest)

#include "filmstrip_test.moc"
