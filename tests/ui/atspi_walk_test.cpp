#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QStandardPaths>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_driver.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

namespace {

constexpr const char* kRatios = "0, 20, 40, 60, 80, 100";
constexpr const char* kLongWalk = "part of the long walk, which packaging/proof takes";

/// "1024x700".
QSize screenSize() {
  const QStringList sides = qEnvironmentVariable("TSTITCH_WALK_SCREEN", QStringLiteral("1280x900")).split(u'x');
  return {sides.value(0).toInt(), sides.value(1).toInt()};
}

}  // namespace

/// One walk through the program itself, station after station, as somebody would use it. As a test it is short and
/// leaves nothing behind; with TSTITCH_WALK_FOLDER (packaging/proof walk) its runs are as long as people's, and a
/// picture of the screen at each station lies there.
class AtspiWalkTest : public test::StudioDriver {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start(screenSize());
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QVERIFY(startStudio());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
    scale_ = qEnvironmentVariable("QT_SCALE_FACTOR", QStringLiteral("1")).toDouble();
  }

  void s01_theFirstStartTeaches() {
    QCOMPARE(node(AtspiRole::Image, "Picture").description(), QStringLiteral("nothing yet"));
    QVERIFY(node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));
    shot("first-start");
    showPage("Grid");
    shot("grid-empty");
    showPage("Compare");
    shot("compare-empty");
    showPage("Create");
  }

  void s02_aChipIsTakenBack() {
    QVERIFY(write("Prompt", "an owl"));
    QVERIFY(press("Example: 3d fox"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
    QVERIFY(press("Example: 3d fox"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(nameBeginning(AtspiRole::Label, "Tokens: ").contains(QStringLiteral(" of ")), kLongMs);
  }

  void s03_aPictureGrows() {
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps()));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(50));
    QVERIFY(write("Seed", "7"));
    QVERIFY(press("Generate"));
    QVERIFY(waitForPreview());
    shot("preview");
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Image, "Picture").description(), saved(), kLongMs);
    QCOMPARE(items("Filmstrip").size(), steps());
    QCOMPARE(items("Filmstrip").first(), QStringLiteral("step 1, small"));
    QCOMPARE(items("Filmstrip").last(), QStringLiteral("step %1, large").arg(steps()));
    QVERIFY(nameBeginning(AtspiRole::Label, "Prediction: ").contains(QStringLiteral(" s")));
    shot("saved");
  }

  void s04_onePictureOfThreeIsSkipped() {
    constexpr int kSteps = 100;  // a press takes a tenth of a second to be heard
    const int before = pictures();
    QVERIFY(node(AtspiRole::SpinButton, "Count").setValue(3));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(kSteps));
    QVERIFY(press("Generate"));
    QVERIFY(waitForStatus(QStringLiteral("sampling ")));
    QVERIFY(!nameBeginning(AtspiRole::Label, "Time left: ").isEmpty());
    QCOMPARE(node(AtspiRole::ProgressBar, "Run").maximum(), 1.0 * kSteps);
    QCOMPARE(node(AtspiRole::ProgressBar, "Batch").maximum(), 3.0);
    QVERIFY(press("Skip picture"));
    shot("batch");
    QVERIFY(waitForAnotherPicture(picture_));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 0, kLongMs);
    QCOMPARE(pictures(), before + 2);
    QVERIFY(node(AtspiRole::SpinButton, "Count").setValue(1));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps()));
  }

  void s05_theSeamIsLookedAtAndFinished() {
    QVERIFY(write("Seed", "7"));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(100));
    QVERIFY(makeAnother());
    QCOMPARE(items("Filmstrip").last(), QStringLiteral("step %1, small").arg(steps()));
    const AccessibleNode bar = node(AtspiRole::Slider, "Trajectory");
    const int half = steps() / 2;
    QVERIFY(bar.setValue(half));
    QCOMPARE(node(AtspiRole::Image, "Picture").description(), QStringLiteral("small preview after step %1").arg(half));
    shot("seam-looked-at");
    const QString before = saved();
    QVERIFY(press("Finish from here"));
    QVERIFY(waitForAnotherPicture(before));
  }

  void s06_theMouseDragsAndFlipsFinishedPictures() {
    if (!hasPointer()) QSKIP("xdotool is not installed");
    const AccessibleNode picture = node(AtspiRole::Image, "Picture");
    const double reached = node(AtspiRole::Slider, "Trajectory").value();
    // The neighbours are made while nothing else is to do; then one that is ready is turned over.
    QVERIFY(QTest::qWaitFor([&] { return description("Trajectory").contains(QStringLiteral("ready")); }, kLongMs));
    shot("seams-glow");
    dragSeamTo(reached - 1, Release::No);
    QTRY_VERIFY_WITH_TIMEOUT(picture.description().contains(QStringLiteral("step %1").arg(reached - 1)), kLongMs);
    shot("dragged");
    const QString before = saved();
    release();
    QVERIFY(waitForAnotherPicture(before));
    QCOMPARE(node(AtspiRole::Slider, "Trajectory").value(), reached - 1);
  }

  void s07_aFrameIsHeldAndBranchedFrom() {
    const QString before = saved();
    QVERIFY(node(AtspiRole::List, "Filmstrip").children().front().act(QStringLiteral("Press")));
    QCOMPARE(node(AtspiRole::Image, "Picture").description(), QStringLiteral("preview after step 1"));
    shot("frame-held");
    QVERIFY(press("Branch here"));
    QVERIFY(waitForAnotherPicture(before));
    QCOMPARE(node(AtspiRole::Slider, "Trajectory").value(), 1.0);
  }

  void s08_theLargeOneTakesOver() {
    const QString before = saved();
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(40));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(100));
    QVERIFY(write("Seed", "8"));
    QVERIFY(press("Generate"));
    QVERIFY(waitForStatus(QStringLiteral("sampling ")));
    QTRY_VERIFY_WITH_TIMEOUT(isEnabled("Switch now"), kLongMs);
    shot("switch-now");
    QVERIFY(press("Switch now"));
    QVERIFY(QTest::qWaitFor([&] { return status().endsWith(QStringLiteral(" large")); }, kLongMs));
    if (isShort()) {
      QVERIFY(press("Stop"));
      QVERIFY(waitForStatus(QStringLiteral("cancelled")));
    } else {
      QVERIFY(waitForAnotherPicture(before));
    }
    QCOMPARE(node(AtspiRole::SpinButton, "Ratio").value(), 100.0);
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps()));
  }

  void s09_presetsAndABudgetAndSegments() {
    QVERIFY(node(AtspiRole::RadioButton, "Fast").act(QStringLiteral("Toggle")));
    QCOMPARE(node(AtspiRole::SpinButton, "Ratio").value(), 80.0);
    QVERIFY(node(AtspiRole::RadioButton, "Quality").act(QStringLiteral("Toggle")));
    QCOMPARE(node(AtspiRole::SpinButton, "Ratio").value(), 0.0);
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(150));  // more than any machine does in that time
    QVERIFY(node(AtspiRole::SpinButton, "Time budget").setValue(0.1));
    QCOMPARE(node(AtspiRole::SpinButton, "Ratio").value(), 100.0);
    shot("budget");
    QVERIFY(node(AtspiRole::SpinButton, "Time budget").setValue(0));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(steps()));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(50));
    const auto segments = [this] { return rows(AtspiRole::Table, "Segments").size(); };
    QVERIFY(press("Edit segments"));
    QTRY_COMPARE_WITH_TIMEOUT(segments(), 2, kLongMs);
    QVERIFY(press("Split segment"));
    QTRY_COMPARE_WITH_TIMEOUT(segments(), 3, kLongMs);
    QVERIFY(press("Move segment down"));
    shot("segments");
    QVERIFY(press("Edit segments"));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(0));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(50));
  }

  void s10_theLensShowsAnotherRatio() {
    QVERIFY(write("Seed", "7"));
    QVERIFY(makeAnother());
    QVERIFY(press("Lens"));
    QTRY_VERIFY_WITH_TIMEOUT(find(AtspiRole::ComboBox, "Lens shows").has_value(), kLongMs);
    QVERIFY(choose("Lens shows", QStringLiteral("100 %")));
    if (hasPointer()) {
      const QRect view = node(AtspiRole::Image, "Picture").extents();
      movePointer(view.center());
      QTest::qWait(isShort() ? 0 : 4000);
    }
    shot("lens");
    QVERIFY(press("Lens"));
  }

  void s11_whatIsTastedBlindly() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(press("Blind taste"));
    constexpr int kPairs = 12;
    for (int pair = 1; pair <= kPairs; ++pair) {
      const QString question = QStringLiteral("Pair %1 of %2: which").arg(pair).arg(kPairs);
      QVERIFY(QTest::qWaitFor([&] { return !nameBeginning(AtspiRole::Label, qPrintable(question)).isEmpty(); },
                              2 * kLongMs));
      if (pair == 1) shot("taste");
      QVERIFY(press(pair % 2 == 0 ? "Left is better" : "Right is better"));
    }
    QTRY_VERIFY_WITH_TIMEOUT(isEnabled("Save a picture of the result"), kLongMs);
    QVERIFY(press("Save a picture of the result"));
    QTRY_VERIFY_WITH_TIMEOUT(notice().startsWith(QStringLiteral("Exported to ")), kLongMs);
    shot("taste-result");
    QVERIFY(press("Close"));
    QTRY_VERIFY_WITH_TIMEOUT(!isEnabled("Close"), kLongMs);
  }

  void s12_theHistoryIsSearched() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(toggle("History panel"));
    const auto all = items("History").size();
    QVERIFY(all >= 5);
    QVERIFY(write("Search history", "no such words"));
    QTRY_COMPARE_WITH_TIMEOUT(nameBeginning(AtspiRole::Label, "History: "), QStringLiteral("0 of %1").arg(all),
                              kLongMs);
    shot("history-nothing-found");
    QVERIFY(write("Search history", "fox"));
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), all, kLongMs);
    QVERIFY(node(AtspiRole::List, "History").children().front().act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(node(AtspiRole::CheckBox, "Star").hasState(AtspiState::Enabled), kLongMs);
    QVERIFY(toggle("Star"));
    QVERIFY(toggle("Starred only"));
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), 1, kLongMs);
    QVERIFY(toggle("Starred only"));
    QVERIFY(write("Search history", ""));
    QTRY_COMPARE_WITH_TIMEOUT(items("History").size(), all, kLongMs);
    shot("history");
  }

  void s13_allOfAPictureIsUsedAndTakenBack() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(write("Prompt", "an owl"));
    QVERIFY(node(AtspiRole::List, "History").children().front().act(QStringLiteral("Press")));
    QVERIFY(press("Use all"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    shot("used-all");
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
    QVERIFY(press("Example: 3d fox"));
    QVERIFY(toggle("History panel"));
  }

  void s14_theQueueIsPutInAnotherOrder() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(toggle("Queue panel"));
    QVERIFY(toggle("Pause queue"));
    for (const char* seed : {"21", "22", "23"}) {
      const auto before = items("Queue").size();
      QVERIFY(write("Seed", seed));
      QVERIFY(press("Generate"));
      QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), before + 1, kLongMs);
    }
    QVERIFY(node(AtspiRole::List, "Queue").children().at(2).act(QStringLiteral("Press")));
    QVERIFY(press("To front"));
    QTRY_VERIFY_WITH_TIMEOUT(items("Queue").first().endsWith(QStringLiteral("seed 23")), kLongMs);
    QVERIFY(press("Move down"));
    QTRY_VERIFY_WITH_TIMEOUT(items("Queue").first().endsWith(QStringLiteral("seed 21")), kLongMs);
    QVERIFY(items("Queue").at(1).startsWith(QStringLiteral("2: pending, ")));
    shot("queue");
    QVERIFY(press("Remove job"));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 2, kLongMs);
    QVERIFY(toggle("Pause queue"));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 0, kLongMs);
  }

  void s15_aGridIsKilledInTheMiddle() {
    if (isShort()) QSKIP(kLongWalk);
    showPage("Grid");
    QVERIFY(write("Ratios", kRatios));
    QVERIFY(write("Seeds", "3-4"));
    shot("grid-before");
    QVERIFY(press("Make grid"));
    const auto someSaved = [this] { return cellsThat(QStringLiteral("saved /")).size() >= 2; };
    QVERIFY(QTest::qWaitFor(someSaved, kLongMs));
    shot("grid-running");
    finished_ = cellsThat(QStringLiteral("saved /"));
    kill();
    QVERIFY(startStudio());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
  }

  void s16_itStandsInThePausedQueueAndIsShown() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(node(AtspiRole::CheckBox, "Pause queue").hasState(AtspiState::Checked));
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 1, kLongMs);
    QVERIFY(items("Queue").first().startsWith(QStringLiteral("1: pending, ")));
    QTRY_VERIFY_WITH_TIMEOUT(cellsThat(QStringLiteral("saved /")).size() >= finished_.size(), kLongMs);
    QVERIFY(!cellsThat(QStringLiteral("stopped")).isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(notice().contains(QStringLiteral("queue is paused")), kLongMs);
    shot("grid-after-kill");
  }

  void s17_itGoesOn() {
    if (isShort()) QSKIP(kLongWalk);
    constexpr int all = 12;
    QVERIFY(press("Continue grid"));
    QTRY_VERIFY_WITH_TIMEOUT(cellsThat(QStringLiteral("saved /")).size() == all, 2 * kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("saved /")), kLongMs);
    QVERIFY(nameBeginning(AtspiRole::Label, "Grid: ").startsWith(QStringLiteral("%1 of %1 saved").arg(all)));
    QTRY_COMPARE_WITH_TIMEOUT(rows(AtspiRole::Table, "Plot").size(), all / 2, kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(items("Queue").size(), 0, kLongMs);
    shot("grid-done");
  }

  void s18_itIsExported() {
    if (isShort()) QSKIP(kLongWalk);
    for (const char* format : {"PNG", "SVG", "PDF", "CSV", "JSON", "WebP"}) {
      const QString before = notice();
      QVERIFY(choose("Export format", QString::fromLatin1(format)));
      QVERIFY(press("Export grid"));
      QVERIFY(QTest::qWaitFor([&] { return notice() != before; }, kLongMs));
      QVERIFY2(notice().startsWith(QStringLiteral("Exported to ")), qPrintable(notice()));
      const QString path = notice().mid(12).section(u'\n', 0, 0).trimmed();
      QVERIFY2(QFileInfo::exists(path), qPrintable(path));
      if (figure_.isEmpty()) figure_ = path;
    }
    shot("exported");
  }

  void s19_twoCellsAreCompared() {
    if (isShort()) QSKIP(kLongWalk);
    std::vector<AccessibleNode> cells;
    for (const AccessibleNode& cell : node(AtspiRole::Table, "Cells").children()) {
      if (cell.role() == AtspiRole::TableCell) cells.push_back(cell);
    }
    QVERIFY(cells.front().act(QStringLiteral("Toggle")));
    QVERIFY(cells.at(2).act(QStringLiteral("Toggle")));
    QVERIFY(press("Compare cells"));
    QTRY_VERIFY_WITH_TIMEOUT(nameBeginning(AtspiRole::Label, "RMS: ").startsWith(QStringLiteral("0.")), kLongMs);
    QVERIFY(!rows(AtspiRole::Table, "Different settings").isEmpty());
    for (const char* mode : {"Wipe", "Wipe across", "Side by side", "Blink", "Overlay", "Difference"}) {
      QVERIFY(choose("Compare mode", QString::fromLatin1(mode)));
      QVERIFY(description("Compare view", AtspiRole::Image).startsWith(QString::fromLatin1(mode)));
      shot(qPrintable(QStringLiteral("compare-%1").arg(QString::fromLatin1(mode).toLower().replace(u' ', u'-'))));
    }
    showPage("Create");
  }

  void s20_aPictureIsDroppedBackIn() {
    if (isShort()) QSKIP(kLongWalk);
    const QString cell = finished_.first().section(QStringLiteral("saved "), 1);
    QVERIFY(write("Prompt", "an owl"));
    QVERIFY(handOver(cell));
    QTRY_VERIFY_WITH_TIMEOUT(find(AtspiRole::PushButton, "Restore").has_value(), kLongMs);
    shot("restore-dialog");
    QVERIFY(press("Restore"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
  }

  void s21_aFigureBringsItsGridBack() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(write("Ratios", "10"));
    QVERIFY(handOver(figure_));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Ratios").text(), QString::fromLatin1(kRatios), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(node(AtspiRole::PageTab, "Grid").hasState(AtspiState::Selected));
    shot("figure-restored");
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Ratios").text(), QStringLiteral("10"), kLongMs);
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
    showPage("Create");
  }

  void s22_settingsAndHelp() {
    if (isShort()) QSKIP(kLongWalk);
    QVERIFY(press("Settings"));
    QTRY_COMPARE_WITH_TIMEOUT(items("Engines").size(), 1, kLongMs);
    QVERIFY(items("Engines").first().contains(QStringLiteral("worker")));
    shot("settings");
    if (hasPointer()) {
      QVERIFY(key("Escape"));
      QVERIFY(key("F1"));
      QTRY_VERIFY_WITH_TIMEOUT(!items("Keys").isEmpty(), kLongMs);
      shot("help");
      QVERIFY(key("Escape"));
    }
  }

  void cleanupTestCase() {
    if (program_) QVERIFY(terminate());
  }

 private:
  static bool isShort() { return !qEnvironmentVariableIsSet("TSTITCH_WALK_FOLDER"); }
  static int steps() { return isShort() ? 4 : 20; }

  bool startStudio() {
    return start({QStringLiteral("--lang"), QStringLiteral("en"), QStringLiteral("--theme"),
                  qEnvironmentVariable("TSTITCH_WALK_THEME", QStringLiteral("light"))});
  }

  /// What the screen shows at a station; nothing where no pictures are wanted.
  void shot(const char* station) {
    if (isShort()) return;
    QTest::qWait(kPaintMs);
    const QString name = QStringLiteral("%1-%2.png").arg(++shots_, 2, 10, QChar(u'0')).arg(QString::fromUtf8(station));
    const QDir place(qEnvironmentVariable("TSTITCH_WALK_FOLDER"));
    QVERIFY(place.mkpath(QStringLiteral(".")));
    QVERIFY(session_.grab().save(place.filePath(name)));
  }

  void showPage(const char* page) {
    const AccessibleNode tab = node(AtspiRole::PageTab, page);
    QVERIFY(tab.act(QStringLiteral("Press")));
    QVERIFY(tab.hasState(AtspiState::Selected));
  }

  bool write(const char* field, const char* text) {
    return node(AtspiRole::Text, field).setText(QString::fromUtf8(text));
  }

  bool isEnabled(const char* button) {
    const auto found = find(AtspiRole::PushButton, button);
    return found && found->hasState(AtspiState::Enabled);
  }

  QString saved() {
    const QString now = status();
    if (now.startsWith(QStringLiteral("saved /"))) picture_ = now.mid(6);
    return picture_;
  }

  bool makeAnother() {
    const QString before = saved();
    return press("Generate") && waitForAnotherPicture(before);
  }

  bool waitForPreview() {
    const AccessibleNode picture = node(AtspiRole::Image, "Picture");
    return QTest::qWaitFor([&] { return picture.description().startsWith(QStringLiteral("preview after step ")); },
                           kLongMs);
  }

  QString description(const char* name, AtspiRole role = AtspiRole::Slider) { return node(role, name).description(); }

  [[nodiscard]] int pictures() const {
    return static_cast<int>(QDir(folder(QStringLiteral("pictures"))).entryList({QStringLiteral("*.png")}).size());
  }

  /// Names of the grid's cells whose state begins so.
  QStringList cellsThat(const QString& state) {
    return rows(AtspiRole::Table, "Cells").filter(QStringLiteral(": ") + state);
  }

  /// As a file manager starts the program with a picture.
  bool handOver(const QString& picture) {
    QProcess second;
    second.setProcessEnvironment(session_.environment());
    second.start(studio_.program(), {QStringLiteral("--profile"), folder(QStringLiteral("profile")), picture});
    return second.waitForFinished(kLongMs) && second.exitCode() == 0;
  }

  static bool hasPointer() { return !QStandardPaths::findExecutable(QStringLiteral("xdotool")).isEmpty(); }
  [[nodiscard]] bool pointer(const QStringList& words) const {
    QProcess tool;
    tool.setProcessEnvironment(session_.environment());
    tool.start(QStringLiteral("xdotool"), words);
    return tool.waitForFinished(kLongMs) && tool.exitCode() == 0;
  }
  bool key(const char* name) {
    return pointer({QStringLiteral("search"), QStringLiteral("--onlyvisible"), QStringLiteral("--name"),
                    QStringLiteral("T-Stitch Studio"), QStringLiteral("windowfocus")}) &&
           pointer({QStringLiteral("key"), QString::fromLatin1(name)});
  }
  void movePointer(QPointF to) const {
    QVERIFY(pointer({QStringLiteral("mousemove"), QString::number(qRound(to.x() * scale_)),
                     QString::number(qRound(to.y() * scale_))}));
  }

  enum class Release { No, Yes };
  /// The place of a seam on the bar, whose ends have a margin.
  [[nodiscard]] QPointF seamAt(double count) {
    constexpr double kMargin = 6;
    const AccessibleNode bar = node(AtspiRole::Slider, "Trajectory");
    const QRectF track = QRectF(bar.extents()).adjusted(kMargin, 0, -kMargin, 0);
    return {track.left() + track.width() * count / bar.maximum(), track.center().y()};
  }
  void dragSeamTo(double count, Release release) {
    movePointer(seamAt(node(AtspiRole::Slider, "Trajectory").value()));
    QVERIFY(pointer({QStringLiteral("mousedown"), QStringLiteral("1")}));
    movePointer(seamAt(count));
    if (release == Release::Yes) this->release();
  }
  void release() const { QVERIFY(pointer({QStringLiteral("mouseup"), QStringLiteral("1")})); }

  static constexpr int kPaintMs = 250;

  double scale_ = 1;
  int shots_ = 0;
  QString picture_;
  QStringList finished_;
  QString figure_;
};

TSTITCH_UI_TEST(AtspiWalkTest)

#include "atspi_walk_test.moc"
