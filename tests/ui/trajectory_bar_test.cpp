#include "ui/generate/trajectory_bar.h"

#include <QAccessible>
#include <QSignalSpy>

#include "tests/ui/qt_test.h"

using tstitch::SamplerKind;
using tstitch::Spacing;
using tstitch::ui::RunShape;
using tstitch::ui::runShape;
using tstitch::ui::TrajectoryBar;

class TrajectoryBarTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    bar_ = std::make_unique<TrajectoryBar>();
    bar_->resize(412, 48);  // a track of 400 pixels
    bar_->setShape(runShape(SamplerKind::Default, Spacing::Default, 25, std::nullopt), 10);
  }

  void keysMoveTheSeam_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("count");
    QTest::newRow("right") << int{Qt::Key_Right} << 11;
    QTest::newRow("up") << int{Qt::Key_Up} << 11;
    QTest::newRow("left") << int{Qt::Key_Left} << 9;
    QTest::newRow("down") << int{Qt::Key_Down} << 9;
    QTest::newRow("page up") << int{Qt::Key_PageUp} << 12;
    QTest::newRow("page down") << int{Qt::Key_PageDown} << 8;
    QTest::newRow("home") << int{Qt::Key_Home} << 0;
    QTest::newRow("end") << int{Qt::Key_End} << 25;
  }
  void keysMoveTheSeam() {
    QFETCH(int, key);
    QFETCH(int, count);
    QSignalSpy chosen(bar_.get(), &TrajectoryBar::smallCountChosen);
    QTest::keyClick(bar_.get(), static_cast<Qt::Key>(key));
    QCOMPARE(bar_->smallCount(), count);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toInt(), count);
  }

  void theEndsHold() {
    QTest::keyClick(bar_.get(), Qt::Key_End);
    QSignalSpy chosen(bar_.get(), &TrajectoryBar::smallCountChosen);
    QTest::keyClick(bar_.get(), Qt::Key_Right);
    QCOMPARE(bar_->smallCount(), 25);
    QVERIFY(chosen.isEmpty());
  }

  void draggingFollowsThePointer() {
    QTest::mousePress(bar_.get(), Qt::LeftButton, {}, {6 + 160, 24});
    QCOMPARE(bar_->smallCount(), 10);
    QTest::mouseMove(bar_.get(), {6 + 16 * 17 + 3, 24});
    QCOMPARE(bar_->smallCount(), 17);
    QTest::mouseMove(bar_.get(), {900, 24});
    QCOMPARE(bar_->smallCount(), 25);
    QTest::mouseRelease(bar_.get(), Qt::LeftButton, {}, {900, 24});
    QTest::mouseMove(bar_.get(), {6, 24});
    QCOMPARE(bar_->smallCount(), 25);
  }

  void doubleClickAsksForTheNumber() {
    QSignalSpy wanted(bar_.get(), &TrajectoryBar::numberWanted);
    QTest::mouseDClick(bar_.get(), Qt::LeftButton, {}, {100, 24});
    QCOMPARE(wanted.size(), 1);
  }

  void itSnapsToTheCountsThatExist() {
    bar_->setShape(RunShape{19, {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 19}, {}, {}}, 6);
    bar_->chooseSmallCount(9);
    QCOMPARE(bar_->smallCount(), 8);
    QTest::keyClick(bar_.get(), Qt::Key_Right);
    QCOMPARE(bar_->smallCount(), 10);
    QTest::keyClick(bar_.get(), Qt::Key_Left);
    QCOMPARE(bar_->smallCount(), 8);
  }

  void itIsASliderForAssistiveTools() {
    QAccessibleInterface* item = QAccessible::queryAccessibleInterface(bar_.get());
    QCOMPARE(item->role(), QAccessible::Slider);
    QCOMPARE(item->text(QAccessible::Name), QStringLiteral("Trajectory"));
    QAccessibleValueInterface* value = item->valueInterface();
    QVERIFY(value != nullptr);
    QCOMPARE(value->currentValue().toInt(), 10);
    QCOMPARE(value->minimumValue().toInt(), 0);
    QCOMPARE(value->maximumValue().toInt(), 25);
    QCOMPARE(value->minimumStepSize().toInt(), 1);
    QSignalSpy chosen(bar_.get(), &TrajectoryBar::smallCountChosen);
    value->setCurrentValue(7.0);  // as it comes over the bus
    QCOMPARE(bar_->smallCount(), 7);
    QCOMPARE(chosen.size(), 1);
    value->setCurrentValue(1000);
    QCOMPARE(value->currentValue().toInt(), 25);
  }

  void smallAndLargeCellsDifferInPixels() {
    const QImage picture = bar_->grab().toImage();
    const QColor small = picture.pixelColor(6 + 8, 16);
    const QColor large = picture.pixelColor(6 + 392, 16);
    QVERIFY(small != large);
  }

  void progressFillsTheCells() {
    bar_->showProgress({3, 10, 25});
    const QImage early = bar_->grab().toImage();
    bar_->showProgress({20, 10, 25});
    const QImage late = bar_->grab().toImage();
    QVERIFY(early != late);
    bar_->clearProgress();
    QVERIFY(bar_->grab().toImage() != late);
  }

  void aSecondPassStandsBehindTheFirst() {
    bar_->showProgress({12, 10, 25});
    const QImage alone = bar_->grab().toImage();
    QCOMPARE(bar_->accessibleDescription(), QString());
    bar_->showProgress({12, 10, 25, {3, 15}});  // 40 cells of 10 pixels
    const QImage both = bar_->grab().toImage();
    QVERIFY(both != alone);
    QCOMPARE(bar_->accessibleDescription(), QStringLiteral("first pass: 12 of 25"));
    const auto hasMark = [](const QImage& picture) {
      return picture.pixelColor(6 + 250, 5) == tstitch::ui::colours().text;
    };
    QVERIFY(hasMark(both) && !hasMark(alone));
    bar_->showProgress({27, 10, 25, {3, 15}});
    QCOMPARE(bar_->accessibleDescription(), QStringLiteral("second pass: 2 of 15"));
    bar_->clearProgress();
    QCOMPARE(bar_->accessibleDescription(), QString());
    QVERIFY(!hasMark(bar_->grab().toImage()));
  }

  void toScaleTheSeamStandsWhereTheTimeIs() {
    TrajectoryBar bar;
    bar.resize(312, 48);  // a track of 300
    bar.setShape(runShape(SamplerKind::Ddim, Spacing::Default, 10, std::nullopt), 0);
    bar.setCosts(tstitch::ui::BarCosts{1, 3});
    QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(6 + 75, 24));  // 5 x 1 of 5 x 1 + 5 x 3
    QCOMPARE(bar.smallCount(), 5);
    bar.setCosts(std::nullopt);
    QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(6 + 75, 24));
    QCOMPARE(bar.smallCount(), 2);
  }

 private:
  std::unique_ptr<TrajectoryBar> bar_;
};

TSTITCH_UI_TEST(TrajectoryBarTest)

#include "trajectory_bar_test.moc"
