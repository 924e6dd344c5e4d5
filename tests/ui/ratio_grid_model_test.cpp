#include "ui/grid/ratio_grid_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/ui/qt_test.h"
#include "ui/grid/grid_page.h"

using namespace tstitch;
using ui::RatioGridModel;

class RatioGridModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    model_ = std::make_unique<RatioGridModel>();
    model_->begin(GridTable({{"ratio", {"0%", "40%", "100%"}}, {"seed", {"3", "9"}}}, "ratio"));
  }

  void itIsAProperModel() {
    QAbstractItemModelTester tester(model_.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    model_->begin(GridTable({{"ratio", {"0%"}}, {"seed", {"1", "2", "3"}}}, "ratio"));
    QCOMPARE(model_->rowCount(), 3);
    QCOMPARE(model_->columnCount(), 1);
  }

  void theRatioIsTheSlowAxis() {
    QCOMPARE(model_->cellCount(), 6);
    QCOMPARE(model_->indexOf(0), model_->index(0, 0));
    QCOMPARE(model_->indexOf(1), model_->index(1, 0));
    QCOMPARE(model_->indexOf(2), model_->index(0, 1));
    QCOMPARE(model_->headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("40 %"));
    QCOMPARE(model_->headerData(1, Qt::Vertical, Qt::DisplayRole).toString(), QStringLiteral("seed 9"));
  }

  void namesAreTheContracts() {
    QCOMPARE(model_->accessibleName(2), QStringLiteral("40 %, seed 3: waiting"));
    model_->setRunning(2);
    QCOMPARE(model_->accessibleName(2), QStringLiteral("40 %, seed 3: running"));
    model_->setSaved(2, QStringLiteral("/pictures/a.png"), {}, 2.1);
    QCOMPARE(model_->accessibleName(2), QStringLiteral("40 %, seed 3: saved /pictures/a.png"));
    model_->setFailed(3, QStringLiteral("No memory."));
    QCOMPARE(model_->accessibleName(3), QStringLiteral("40 %, seed 9: failed: No memory."));
  }

  void savingIsAgainstTheSameSeedsLargePicture() {
    model_->setSaved(2, QStringLiteral("/b"), {}, 2.0);
    QVERIFY(!model_->savedPercent(2));
    QSignalSpy changed(model_.get(), &QAbstractItemModel::dataChanged);
    model_->setSaved(0, QStringLiteral("/a"), {}, 4.0);
    QCOMPARE(model_->savedPercent(2).value_or(0), 50);
    QVERIFY(model_->caption(2).contains(QStringLiteral("\u221250 %")));
    QVERIFY(!model_->savedPercent(3));
    QCOMPARE(changed.last()[1].toModelIndex(), model_->index(0, 2));  // the row's captions are told
  }

  void aLatePreviewNeverCoversThePicture() {
    QImage picture(4, 4, QImage::Format_RGB888);
    picture.fill(Qt::red);
    QImage preview(4, 4, QImage::Format_RGB888);
    preview.fill(Qt::blue);
    model_->setPreview(0, preview);
    QCOMPARE(model_->cell(0).image, preview);
    model_->setSaved(0, QStringLiteral("/a"), picture, 1);
    model_->setPreview(0, preview);
    QCOMPARE(model_->cell(0).image, picture);
  }

  void cellsThatDoNotExistAreIgnored() {
    model_->setSaved(17, QStringLiteral("/a"), {}, 1);
    model_->setRunning(-1);
    QVERIFY(model_->cell(0).state == ui::CellState::Waiting);
  }

  void sharedStepsAreCounted() {
    // 0, 40 and 100 % of 25: alone 75 evaluations; together 25 small, 25 + 15 large.
    QCOMPARE(ui::sharedStepsPercent(75, {{"small", 25}, {"large", 40}}), 13);
    QCOMPARE(ui::sharedStepsPercent(0, {}), 0);
  }

  void pointsAreMeansOverTheCellsOfARatio() {
    for (int i = 0; i < 6; ++i) model_->setSaved(i, QStringLiteral("/x"), {}, i + 1);
    for (const int i : {0, 1}) model_->setDifference(i, {0, 0, 1});
    model_->setDifference(2, {0.1, 20, 0.9});
    model_->setDifference(3, {0.3, 10, 0.7});
    const std::vector<RatioPoint> points = model_->points();
    QCOMPARE(points.size(), std::size_t{2});  // nothing is known of 100 %
    QCOMPARE(points[0].seconds, 1.5);
    QCOMPARE(points[1].percent, 40);
    QCOMPARE(points[1].seconds, 3.5);
    QCOMPARE(points[1].rms, 0.2);
    QCOMPARE(points[1].ssim, 0.8);
  }

  void aSharedPictureSaysWhoseItIs() {
    model_->begin(GridTable({{"ratio", {"0%", "10%"}}}, "ratio"), {QString(), QStringLiteral("0 of 3, same as 0 %")});
    QCOMPARE(model_->caption(1), QStringLiteral("0 of 3, same as 0 %"));
    model_->setSaved(1, QStringLiteral("/x"), {}, 1);
    QCOMPARE(model_->caption(1), QStringLiteral("0 of 3, same as 0 %"));
    QCOMPARE(model_->accessibleName(1), QStringLiteral("10 %: saved /x"));
  }

 private:
  std::unique_ptr<RatioGridModel> model_;
};

TSTITCH_UI_TEST(RatioGridModelTest)

#include "ratio_grid_model_test.moc"
