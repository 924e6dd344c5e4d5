#include "ui/grid/grid_page.h"

#include <QFileInfo>
#include <QImage>
#include <QLineEdit>
#include <QTabBar>

#include "core/jobs/grid_files.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

class GridPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theDefaultsAreSixRatiosAndCreatesSeed() {
    ui::GridPage page;
    page.setCreateSeed(42);
    const auto axes = page.axes();
    QVERIFY(axes.has_value());
    QCOMPARE(axes->ratios, (std::vector<Percent>{{0}, {20}, {40}, {60}, {80}, {100}}));
    QCOMPARE(axes->seeds, (std::vector<std::uint64_t>{42}));
  }

  void fieldsTakeListsAndRanges() {
    ui::GridPage page;
    write(page, "Seeds", "3, 4, 7-9");
    write(page, "Ratios", "10, 25");
    QCOMPARE(page.axes()->seeds, (std::vector<std::uint64_t>{3, 4, 7, 8, 9}));
    QCOMPARE(page.axes()->ratios, (std::vector<Percent>{{10}, {25}}));
    write(page, "Ratios", "10, many");
    QVERIFY(!page.axes());
  }

  void aGridUsesCreatesSettings() {
    Studio studio;
    QVERIFY(studio.start());
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(10);
    write(studio.window(), "Seeds", "3-4");
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    for (const PictureRun& run : studio.script().seenRuns()) QCOMPARE(run.request.steps, 10);
    const GridRecord grid = read_grid_record(QFileInfo(studio.status().mid(6)).path().toStdString());
    QCOMPARE(grid.axes.at(0).name, std::string("ratio"));
    QCOMPARE(grid.axes.at(0).values.at(1), std::string("20%"));
    QCOMPARE(grid.axes.at(1).values, (std::vector<std::string>{"3", "4"}));
  }

  void aFailedCellIsACell() {
    auto script = std::make_shared<FakeScript>();
    script->failingPercent = 40;
    Studio studio(script);
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("failed: 1 of 6: ")));
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    QVERIFY(model->cell(2).state == ui::CellState::Failed);
    QVERIFY(model->cell(3).state == ui::CellState::Saved);
    QVERIFY(model->accessibleName(2).endsWith(QStringLiteral("failed: The picture could not be decoded.")));
  }

  void stoppingKeepsWhatIsDone() {
    auto script = std::make_shared<FakeScript>();
    script->perEvaluation = std::chrono::milliseconds(4);
    Studio studio(script);
    QVERIFY(studio.start());
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    studio.press(QStringLiteral("Make grid"));
    QTRY_VERIFY(model->cellCount() == 6 && model->cell(1).state == ui::CellState::Saved);
    script->perEvaluation = std::chrono::seconds(60);
    studio.press(QStringLiteral("Stop"));
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
    QVERIFY(model->cell(0).state == ui::CellState::Saved);
    QVERIFY(model->cell(5).state != ui::CellState::Saved);
  }

  void theExportIsOneLabelledPicture() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    studio.press(QStringLiteral("Export grid"));
    QTRY_VERIFY(studio.status().endsWith(QStringLiteral("/grid-0001.png")));
    const QImage figure(studio.status().mid(6));
    QVERIFY(figure.width() > 6 * 96);
    QVERIFY(figure.height() > 96);
  }

 private:
  static void write(QWidget& root, const char* name, const char* text) {
    for (auto* field : root.findChildren<QLineEdit*>()) {
      if (field->accessibleName() == QLatin1String(name)) field->setText(QString::fromLatin1(text));
    }
  }
};

TSTITCH_UI_TEST(GridPageTest)

#include "grid_page_test.moc"
