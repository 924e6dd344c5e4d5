#include "ui/grid/grid_page.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabBar>

#include "core/jobs/grid_files.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/compare/compare_page.h"
#include "ui/grid/cell_table.h"
#include "ui/grid/large_cell.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

class GridPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theDefaultsAreSixRatiosAndCreatesSeed() {
    ui::GridPage page;
    setSeed(page, 42);
    QVERIFY(page.wanted().has_value());
    const std::vector<GridAxis> expected{{"ratio", {"0%", "20%", "40%", "60%", "80%", "100%"}}, {"seed", {"42"}}};
    QCOMPARE(page.wanted()->axes, expected);
  }

  void fieldsTakeListsAndRanges() {
    ui::GridPage page;
    setSeed(page, 1);
    write(page, "Seeds", "3, 4, 7-9");
    write(page, "Ratios", "10, 25..35 (+5)");
    QCOMPARE(page.wanted()->axes.at(0).values, (std::vector<std::string>{"10%", "25%", "30%", "35%"}));
    QCOMPARE(page.wanted()->axes.at(1).values, (std::vector<std::string>{"3", "4", "7", "8", "9"}));
    write(page, "Ratios", "10, many");
    QVERIFY(!page.wanted());
    QVERIFY(!button(page, "Make grid")->isEnabled());
    write(page, "Ratios", "");
    QCOMPARE(page.wanted()->axes.size(), std::size_t{1});
  }

  void anyTwoAxesMayBeChosen() {
    ui::GridPage page;
    setSeed(page, 1);
    choose(page, "Columns", "steps");
    choose(page, "Rows", "guidance");
    QVERIFY(!page.wanted());  // both are empty
    QVERIFY(!button(page, "Make grid")->isEnabled());
    write(page, "Column values", "10, 20");
    write(page, "Row values", "5..7 (+1)");
    QCOMPARE(page.wanted()->cells.size(), std::size_t{6});
    QCOMPARE(page.wanted()->cells.at(5).request.steps, 20);
    QCOMPARE(page.wanted()->cells.at(5).request.guidance_scale, 7.0);
    choose(page, "Rows", "steps");
    QVERIFY(!page.wanted());  // twice the same
    choose(page, "Rows", "ratio");
    QCOMPARE(line(page, "Row values")->text(), line(page, "Ratios")->text());
    write(page, "Row values", "0, 50");
    QCOMPARE(line(page, "Ratios")->text(), QStringLiteral("0, 50"));
    QCOMPARE(page.wanted()->axes.at(1).name, std::string("ratio"));
  }

  void badValuesAreASentenceAndNothingStarts() {
    ui::GridPage page;
    setSeed(page, 1);
    choose(page, "Columns", "sampler");
    write(page, "Column values", "euler, oiler");
    QVERIFY(!button(page, "Make grid")->isEnabled());
    QVERIFY(page.form()->problem().contains(QStringLiteral("oiler")));
    choose(page, "Columns", "seed");
    choose(page, "Rows", "steps");
    write(page, "Seeds", "1-5000");
    write(page, "Row values", "1-3");
    QVERIFY(page.form()->problem().contains(QStringLiteral("10000")));
    write(page, "Row values", "1-2");
    QCOMPARE(page.form()->problem(), QString());
  }

  void aGridOfOtherAxesNamesItsCells() {
    Studio studio;
    QVERIFY(studio.start());
    choose(studio.window(), "Columns", "steps");
    choose(studio.window(), "Rows", "prompt");
    write(studio.window(), "Column values", "6, 8");
    write(studio.window(), "Row values", "red owl, blue owl");
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    QCOMPARE(model->columnCount(), 2);
    QVERIFY2(model->accessibleName(3).startsWith(QStringLiteral("steps 8, prompt \"blue owl\": saved /")),
             qPrintable(model->accessibleName(3)));
    QCOMPARE(studio.script().seenRuns().back().request.prompt, std::string("blue owl"));
  }

  void row35_equalSplitsAreComputedOnceAndSayIt() {
    Studio studio;
    QVERIFY(studio.start());
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(3);
    write(studio.window(), "Ratios", "0, 10, 20, 30, 40");
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    for (const int cell : {1, 2, 3}) QCOMPARE(model->caption(cell), QStringLiteral("0 of 3, same as 0 %"));
    QVERIFY(!model->caption(4).contains(QStringLiteral("same")));
    const GridRecord grid = read_grid_record(QFileInfo(studio.status().mid(6)).path().toStdString());
    QCOMPARE(grid.cells.at(2).note, std::string("0 of 3, same as 0 %"));
    QVERIFY(grid.cells.at(2).file != grid.cells.at(0).file);
    QCOMPARE(grid.evaluations.at("small") + grid.evaluations.at("large"), 3 + 3);
  }

  void thePlotHasOneRowForEachRatio() {
    Studio studio;
    QVERIFY(studio.start());
    write(studio.window(), "Seeds", "3-4");
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QAccessibleInterface* plot = studio.find(QAccessible::Table, QStringLiteral("Plot"));
    QVERIFY(plot != nullptr);
    QTRY_COMPARE(plot->childCount(), 6);
    static const QRegularExpression kRow(
        QStringLiteral("^40 %: \\d+\\.\\d s, RMS \\d\\.\\d{3}, SSIM \\d\\.\\d{2}(, knee)?$"));
    QVERIFY2(kRow.match(plot->child(2)->text(QAccessible::Name)).hasMatch(),
             qPrintable(plot->child(2)->text(QAccessible::Name)));
    QVERIFY(plot->child(0)->text(QAccessible::Name).contains(QStringLiteral("RMS 0.000, SSIM 1.00")));
  }

  void theSummaryTellsWhatSharedStepsSave() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QStringList found;
    studio.walk([&](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      if (name.startsWith(QStringLiteral("Grid: "))) found << name;
    });
    static const QRegularExpression kSummary(QStringLiteral("^Grid: 6 of 6 saved, saved [1-9]\\d % by shared steps$"));
    QVERIFY2(kSummary.match(found.value(0)).hasMatch(), qPrintable(found.value(0)));
  }

  void anOldGridIsOpenedAndGoesOn() {
    auto script = std::make_shared<FakeScript>();
    script->failingPercent = 40;
    Studio first(script);
    QVERIFY(first.start());
    first.press(QStringLiteral("Make grid"));
    QVERIFY(first.waitForStatus(QStringLiteral("failed: 1 of 6: ")));
    const QString folder = first.outputFolder() + QStringLiteral("/grid-0001");

    Studio second;
    QVERIFY(second.start());
    auto* page = second.window().findChild<ui::GridPage*>();
    Q_EMIT page->openRequested(folder);
    QTRY_COMPARE(page->model()->count(ui::CellState::Saved), 5);
    QCOMPARE(page->model()->count(ui::CellState::Failed), 1);
    QTRY_VERIFY(!page->model()->cell(0).image.isNull());
    second.press(QStringLiteral("Retry failed"));
    QVERIFY(second.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(page->model()->count(ui::CellState::Saved), 6);
    QCOMPARE(second.script().seenRuns().size(), std::size_t{1});
  }

  void aSkippedCellIsLeftForLater() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    script->perEvaluation = std::chrono::milliseconds(1);
    studio.press(QStringLiteral("Skip picture"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    QCOMPARE(model->count(ui::CellState::Stopped), 1);
    QCOMPARE(model->count(ui::CellState::Saved), 5);
    studio.press(QStringLiteral("Continue grid"));
    QTRY_COMPARE(model->count(ui::CellState::Saved), 6);
  }

  void repeatsMeasureAndMakeNoPictures() {
    Studio studio;
    QVERIFY(studio.start());
    write(studio.window(), "Ratios", "0");
    studio.find(QAccessible::SpinBox, QStringLiteral("Repeats"))->valueInterface()->setCurrentValue(3);
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(studio.script().seenRuns().size(), std::size_t{3});
    const QDir folder = QFileInfo(studio.status().mid(6)).dir();
    QCOMPARE(folder.entryList({QStringLiteral("ratio-*.png")}).size(), 1);
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    QVERIFY(model->cell(0).state == ui::CellState::Saved && !model->cell(0).image.isNull());
    QTRY_VERIFY(model->cell(0).difference.has_value());
  }

  void aFigureBringsItsGridBack_data() {
    QTest::addColumn<QString>("format");
    for (const char* format : {"PNG", "SVG", "PDF", "JSON"}) QTest::newRow(format) << QString::fromLatin1(format);
  }
  void aFigureBringsItsGridBack() {
    QFETCH(QString, format);
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* prompt = studio.find(QAccessible::EditableText, QStringLiteral("Prompt"));
    prompt->setText(QAccessible::Value, QStringLiteral("a fox, <red> & \"shy\""));
    write(studio.window(), "Ratios", "0, 50");
    choose(studio.window(), "Rows", "prompt");
    write(studio.window(), "Row values", "fox=>owl, \"fox,=>cat;\"");
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* page = studio.window().findChild<ui::GridPage*>();
    const std::vector<GridAxis> axes = page->wanted()->axes;
    const QDir folder = QFileInfo(studio.status().mid(6)).dir();
    page->findChild<QComboBox*>(QStringLiteral("formats"))->setCurrentText(format);
    studio.press(QStringLiteral("Export grid"));
    const QString path = folder.filePath(QStringLiteral("grid-0001.") + format.toLower());
    QTRY_VERIFY(studio.notice().contains(path));

    prompt->setText(QAccessible::Value, QStringLiteral("an owl"));
    write(studio.window(), "Ratios", "10");
    choose(studio.window(), "Rows", "seed");
    studio.window().takePictures({path});
    QTRY_COMPARE(prompt->text(QAccessible::Value), QStringLiteral("a fox, <red> & \"shy\""));
    QCOMPARE(page->wanted()->axes, axes);
    QVERIFY(page->isVisible());
    studio.press(QStringLiteral("Undo settings"));
    QTRY_COMPARE(prompt->text(QAccessible::Value), QStringLiteral("an owl"));
    QCOMPARE(line(studio.window(), "Ratios")->text(), QStringLiteral("10"));
    QCOMPARE(page->wanted()->axes.at(1).name, std::string("seed"));
  }

  void whereThereIsNoGridASentenceSaysSo() {
    Studio studio;
    QVERIFY(studio.start());
    Q_EMIT studio.window().findChild<ui::GridPage*>()->openRequested(studio.outputFolder());
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("no grid in ")));
  }

  void twoCellsGoToCompare() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QAccessibleInterface* cells = studio.find(QAccessible::Table, QStringLiteral("Cells"));
    QAccessibleTableInterface* table = cells->tableInterface();
    const QPushButton* compare = button(studio.window(), "Compare cells");
    QVERIFY(!compare->isEnabled());
    const auto choose = [table](int column) {
      table->cellAt(0, column)->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    };
    choose(4);
    QVERIFY(!compare->isEnabled());
    choose(0);
    QVERIFY(compare->isEnabled());
    choose(2);  // the last two count
    choose(2);  // pressing twice changes nothing
    studio.press(QStringLiteral("Compare cells"));
    auto* model = studio.window().findChild<ui::GridPage*>()->model();
    auto* page = studio.window().findChild<ui::ComparePage*>();
    QTRY_VERIFY(page->isVisible());
    QCOMPARE(line(*page, "Picture A")->text(), model->cell(0).path);
    QCOMPARE(line(*page, "Picture B")->text(), model->cell(2).path);
  }

  void cellsAreSeenLargeAndStepped() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    studio.window().findChild<QTabBar*>(QStringLiteral("pages"))->setCurrentIndex(1);
    auto* table = studio.window().findChild<ui::CellTable*>();
    auto* large = studio.window().findChild<ui::LargeCell*>();
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(large->isVisible());
    QVERIFY(large->accessibleDescription().startsWith(QStringLiteral("0 %")));
    QTest::keyClick(large, Qt::Key_Right);
    QVERIFY(large->accessibleDescription().startsWith(QStringLiteral("20 %")));
    QTest::keyClick(large, Qt::Key_Escape);
    QVERIFY(!large->isVisible());
  }

  void everyFormatIsExportedBesideThePictures() {
    Studio studio;
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QDir folder = QFileInfo(studio.status().mid(6)).dir();
    auto* formats = studio.window().findChild<ui::GridPage*>()->findChild<QComboBox*>(QStringLiteral("formats"));
    for (const char* ending : {"PNG", "SVG", "PDF", "CSV", "JSON", "WebP"}) {
      formats->setCurrentText(QString::fromLatin1(ending));
      studio.press(QStringLiteral("Export grid"));
      const QString path = folder.filePath(QStringLiteral("grid-0001.") + QString::fromLatin1(ending).toLower());
      QTRY_VERIFY2(QFileInfo(path).size() > 100, qPrintable(path));
      QTRY_VERIFY(studio.notice().contains(QStringLiteral("Exported to ") + path));
    }
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
  static void setSeed(ui::GridPage& page, std::uint64_t seed) {
    GenerationRequest request;
    request.prompt = "3d fox";
    request.denoisers = test::fakePair().defaults.denoisers;
    request.extent = {128, 128};
    request.seed = seed;
    page.form()->setBase({request, {}, {}});
  }
  template <class Widget>
  static Widget* named(QWidget& root, const char* name) {
    for (auto* widget : root.findChildren<Widget*>()) {
      if (widget->accessibleName() == QLatin1String(name)) return widget;
    }
    return nullptr;
  }
  static QLineEdit* line(QWidget& root, const char* name) { return named<QLineEdit>(root, name); }
  static QPushButton* button(QWidget& root, const char* text) {
    for (auto* one : root.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }
  static void write(QWidget& root, const char* name, const char* text) {
    line(root, name)->setText(QString::fromLatin1(text));
  }
  static void choose(QWidget& root, const char* name, const char* entry) {
    named<QComboBox>(root, name)->setCurrentText(QString::fromLatin1(entry));
  }
};

TSTITCH_UI_TEST(GridPageTest)

#include "grid_page_test.moc"
