#include "ui/plan/plan_page.h"

#include <QAbstractItemModelTester>
#include <QImage>
#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <cstring>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/plan/memory_view.h"
#include "ui/plan/plan_point_view.h"
#include "ui/plan/plan_points.h"
#include "ui/plan/plan_rows.h"
#include "ui/widgets/number_fields.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;
using ui::MadeCell;
using ui::NamedFacts;

Q_DECLARE_METATYPE(tstitch::ui::NamedFacts)

namespace {

QImage plain(int grey, QSize size = {16, 16}) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(QColor(grey, grey, grey));
  return image;
}

/// A model of Stable Diffusion 1.
ModelFacts sd(const std::string& name) {
  ModelFacts facts;
  facts.name = name;
  facts.path = "/m/" + name;
  facts.family = "sd1";
  facts.network_class = "UNet2DConditionModel";
  facts.latent = LatentSpace{};
  facts.scheduler = SchedulerConfig{};
  facts.text_width = 768;
  facts.context_width = 768;
  facts.parameters = 859'520'964;
  return facts;
}

ModelFacts sdxl(const std::string& name) {
  ModelFacts facts = sd(name);
  facts.latent->scale = 0.13025;
  facts.text_width = 2048;
  facts.context_width = 2048;
  facts.pooled_width = 1280;
  facts.addition_width = 2816;
  facts.time_id_width = 256;
  return facts;
}

ModelFacts classes(const std::string& name, int count) {
  ModelFacts facts = sd(name);
  facts.text_width.reset();
  facts.class_count = count;
  return facts;
}

}  // namespace

/// Facts, times, points, and what a press on them does.
class PlanPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void twentyPairsThatDoNotStitchNameTheFact_data() {
    QTest::addColumn<NamedFacts>("large");
    QTest::addColumn<NamedFacts>("small");
    QTest::addColumn<QString>("fact");
    const auto add = [](const char* name, const ModelFacts& large, const ModelFacts& small, const char* fact) {
      QTest::newRow(name) << NamedFacts{"large", large} << NamedFacts{"small", small} << QString::fromLatin1(fact);
    };
    const auto changed = [](ModelFacts facts, const auto& change) {
      change(facts);
      return facts;
    };
    add("sd + sdxl", sd("l"), sdxl("s"), "latent scale differs: l has 0.18215, s has 0.13025");
    add("sdxl + sd", sdxl("l"), sd("s"), "latent scale differs: l has 0.13025, s has 0.18215");
    add("16 channels", sd("l"), changed(sd("s"), [](auto& f) { f.latent_channels = f.latent->channels = 16; }),
        "number of latent channels differs: l has 4, s has 16");
    add("inpainting", sd("l"), changed(sd("s"), [](auto& f) { f.latent_channels = 9; }),
        "number of latent channels differs");
    add("8 channels", changed(sd("l"), [](auto& f) { f.latent_channels = 8; }), sd("s"),
        "number of latent channels differs");
    add("factor 4", sd("l"), changed(sd("s"), [](auto& f) { f.latent->factor = 4; }),
        "latent factor differs: l has 8, s has 4");
    add("factor 16", changed(sd("l"), [](auto& f) { f.latent->factor = 16; }), sd("s"), "latent factor differs");
    add("vq", sd("l"), changed(sd("s"), [](auto& f) { f.latent->scale = 1; }), "latent scale differs");
    add("shift", sd("l"), changed(sd("s"), [](auto& f) { f.latent->shift = 0.1159; }), "latent shift differs");
    add("sd2's text", sd("l"),
        changed(sd("s"),
                [](auto& f) {
                  f.context_width = 1024;
                  f.text_width.reset();
                }),
        "text width differs: s takes text of width 1024");
    add("no encoder", changed(sd("l"), [](auto& f) { f.text_width.reset(); }),
        changed(sd("s"), [](auto& f) { f.text_width.reset(); }), "text width differs");
    add("wrong own encoder", sd("l"),
        changed(sd("s"),
                [](auto& f) {
                  f.context_width = 640;
                  f.text_width = 512;
                }),
        "text width differs");
    add("pooled text", sdxl("l"),
        changed(sdxl("s"),
                [](auto& f) {
                  f.addition_width = 3000;
                  f.text_width.reset();
                }),
        "pooled text differs");
    add("classes + text", classes("l", 1000), sd("s"), "condition differs: l takes one of 1000 classes, s takes text");
    add("text + classes", sd("l"), classes("s", 1000), "condition differs: l takes text, s takes one of 1000 classes");
    add("other classes", classes("l", 1000), classes("s", 10),
        "condition differs: l takes one of 1000 classes, s takes one of 10 classes");
    add("a LoRA", sd("l"), changed(sd("s"), [](auto& f) { f.purpose = "a LoRA"; }), "s is a LoRA, not a denoiser");
    add("a ControlNet", sd("l"), changed(sd("s"), [](auto& f) { f.purpose = "a ControlNet"; }),
        "s is a ControlNet, not a denoiser");
    add("an autoencoder", changed(sd("l"), [](auto& f) { f.purpose = "an autoencoder"; }), sd("s"),
        "l is an autoencoder, not a denoiser");
    add("own autoencoder", sd("l"), changed(sd("s"), [](auto& f) { f.latent->channels = 16; }),
        "differs within s: its autoencoder has 16, its network has 4");
  }
  void twentyPairsThatDoNotStitchNameTheFact() {
    QFETCH(NamedFacts, large);
    QFETCH(NamedFacts, small);
    QFETCH(QString, fact);
    const QString text = ui::stitchText({large, small});
    QVERIFY2(text.startsWith(QStringLiteral("no: ")) && text.contains(fact), qPrintable(text));
    QVERIFY(!ui::stitch({large, small}));
    const QStringList rows = ui::factRows({large, small}, {});
    QVERIFY2(!rows.filter(fact).isEmpty(), qPrintable(rows.join(u'\n')));
  }

  void pairsThatStitchSaySo() {
    QCOMPARE(ui::stitchText({{"large", sd("l")}, {"small", sd("s")}}), QStringLiteral("yes"));
    MeasuredSeconds seconds;
    seconds.evaluation = {{"large", 0.1514}, {"small", 0.052}};
    const QStringList rows = ui::factRows({{"large", sd("l")}, {"small", sd("s")}}, seconds);
    QVERIFY(rows.contains(QStringLiteral("parameters: large 859.5 M, small 859.5 M")));
    QVERIFY(rows.contains(QStringLiteral("seconds per evaluation: large 0.151, small 0.052")));
    QCOMPARE(ui::secondsText(seconds.evaluation), QStringLiteral("small 0.052 s, large 0.151 s"));
  }

  void pointsAreWhatWasMeasured() {
    const std::vector<MadeCell> cells{
        {10, 0, QStringLiteral("1"), 4.0, plain(100)},  {10, 100, QStringLiteral("1"), 1.0, plain(151)},
        {10, 50, QStringLiteral("1"), 2.0, plain(100)}, {5, 0, QStringLiteral("1"), 2.5, plain(49)},
        {10, 0, QStringLiteral("2"), 5.0, plain(0)},    {10, 100, QStringLiteral("2"), 2.0, plain(0)},
        {10, 100, QStringLiteral("3"), 9.0, plain(0)},  {10, 60, QStringLiteral("1"), 9.0, plain(0, {8, 8})}};
    const std::vector<PlanPoint> points = ui::pointsOf(cells);
    QCOMPARE(points.size(), std::size_t{4});
    QCOMPARE(points[0].steps, 5);
    QCOMPARE(points[0].difference, 51.0 / 255);
    QCOMPARE(points[1].seconds, 4.5);
    QCOMPARE(points[1].difference, 0.0);
    QCOMPARE(points[3].ratio.value, 100);
    QCOMPARE(points[3].seconds, 1.5);
    QCOMPARE(points[3].difference, 51.0 / 255 / 2);
    QCOMPARE(ui::bestWithin(points, 2.0), std::optional<std::size_t>(2));
    QCOMPARE(ui::bestWithin(points, 1.6), std::optional<std::size_t>(3));
    QCOMPARE(ui::bestWithin(points, 1.0), std::optional<std::size_t>());
  }

  void theModelOfPointsHolds() {
    ui::PlanPointModel points;
    const QAbstractItemModelTester tester(&points, QAbstractItemModelTester::FailureReportingMode::QtTest);
    points.show({{10, Percent{0}, 4, 0}, {10, Percent{40}, 2, 0.02}, {10, Percent{60}, 3, 0.05}});
    QCOMPARE(points.index(0).data().toString(), QStringLiteral("10 steps, 0 %: 4.0 s, RMS 0.000, best"));
    QCOMPARE(points.index(1).data().toString(), QStringLiteral("10 steps, 40 %: 2.0 s, RMS 0.020, best"));
    QCOMPARE(points.index(2).data().toString(), QStringLiteral("10 steps, 60 %: 3.0 s, RMS 0.050"));
    points.show({{10, Percent{0}, 4, 0}}, {{10, Percent{50}, 1, 0}});
    QCOMPARE(points.index(0).data().toString(), QStringLiteral("10 steps, 0 %: 4.0 s, RMS 0.000, best"));
    QCOMPARE(points.index(1).data().toString(), QStringLiteral("10 steps, 50 %: 1.0 s, RMS 0.000, predicted"));
    points.show({});
    QCOMPARE(points.rowCount(), 0);
  }

  void betweenMeasuredPointsTheOthersArePredicted() {
    const std::vector<PlanPoint> measured{
        {10, Percent{0}, 4, 0}, {10, Percent{40}, 3, 0.04}, {10, Percent{60}, 2.5, 0.02}, {20, Percent{0}, 8, 0.1}};
    const auto segmentsOf = [](int steps, Percent ratio) {
      return std::vector<Segment>{{"small", steps * ratio.value / 100}, {"large", steps - steps * ratio.value / 100}};
    };
    const CostModel cost{{{"small", 0.1}, {"large", 0.3}}, 0.5};
    const std::vector<PlanPoint> points = ui::predictedPoints(measured, cost, segmentsOf);
    QCOMPARE(points.size(), std::size_t{4});  // 10, 20, 30 and 50 % of 10 steps
    QCOMPARE(points[1].ratio.value, 20);
    QCOMPARE(points[1].seconds, 2 * 0.1 + 8 * 0.3 + 0.5);
    QCOMPARE(points[1].difference, 0.02);
    QCOMPARE(points[3].ratio.value, 50);
    QCOMPARE(points[3].difference, 0.03);
    QVERIFY(ui::predictedPoints(measured, CostModel{}, segmentsOf).empty());
  }

  void aPointIsChosenByAClickOrTheKeys() {
    ui::PlanPointModel points;
    ui::PlanPointView view(points);
    view.resize(360, 220);
    const QImage empty = view.grab().toImage();
    points.show({{10, Percent{0}, 4, 0}, {10, Percent{40}, 2, 0.02}, {10, Percent{60}, 3, 0.05}});
    QVERIFY(view.grab().toImage() != empty);
    QSignalSpy chosen(&view, &ui::PlanPointView::chosen);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.spot(1).toPoint());
    QCOMPARE(chosen.takeFirst().at(0).toInt(), 1);
    QTest::mouseClick(&view, Qt::LeftButton, {}, {1, 1});
    QCOMPARE(chosen.size(), 0);
    QTest::keyClick(&view, Qt::Key_Left);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    const QImage before = view.grab().toImage();
    view.setBudget(3.0);
    QVERIFY(view.grab().toImage() != before);
  }

  void memoryOverTheRunIsPaintedAndTold() {
    ui::MemoryView view;
    view.resize(360, 120);
    const QImage empty = view.grab().toImage();
    ResidencyPlan plan;
    plan.stages = {{"text", {"text_encoder"}, std::int64_t{200} << 20, std::int64_t{10} << 20},
                   {"small", {"small"}, std::int64_t{300} << 20, std::int64_t{50} << 20},
                   {"large", {"large"}, std::int64_t{900} << 20, std::int64_t{90} << 20}};
    plan.available_bytes = std::int64_t{800} << 20;
    view.show(plan);
    QVERIFY(view.grab().toImage() != empty);
    QVERIFY(view.accessibleDescription().contains(QStringLiteral("small: ")));
    QCOMPARE(ui::memoryRows(plan).size(), 3);
  }

  void theChosenPairIsTold() {
    Studio studio;
    QVERIFY(open(studio));
    QTRY_COMPARE(label(studio, "Stitch: "), QStringLiteral("yes"));
    QTRY_COMPARE(label(studio, "Bench: "), QStringLiteral("small 0.047 s, large 0.156 s"));
    QAccessibleInterface* facts = studio.find(QAccessible::Table, QStringLiteral("Facts"));
    QVERIFY(facts->childCount() > 8);
    QVERIFY(facts->child(0)->text(QAccessible::Name).startsWith(QStringLiteral("model: large large, small small")));
  }

  void aPairThatDoesNotStitchSaysWhyAndGeneratesNothing() {
    ui::StudioOptions options;
    options.large = QStringLiteral("/models/large");
    options.small = QStringLiteral("/models/other");
    Studio studio(std::make_shared<FakeScript>(), options);
    studio.engines().start();
    openPage(studio);
    QTRY_VERIFY2(label(studio, "Stitch: ").startsWith(QStringLiteral("no: the number of latent channels differs")),
                 qPrintable(label(studio, "Stitch: ")));
    QTRY_VERIFY(studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Bench"))->state().disabled);
  }

  void aMeasuredRowStandsInCreateWhenItIsPressed() {
    auto script = std::make_shared<FakeScript>();
    const PairEntry pair = test::fakePair();
    const PairEntry second = test::fakePair("second", "Second");
    script->pairs = {pair, second};
    script->measuredPairs = {{{{"large", second.large}, {"small", second.small}},
                              {64, 96},
                              2,
                              "fp32",
                              "cpu, 2 threads",
                              {{"large", 0.151}, {"small", 0.052}},
                              0.2},
                             {{{"large", "/other/a"}, {"small", "/other/b"}},
                              {128, 128},
                              2,
                              "bf16",
                              "cpu, 2 threads",
                              {{"large", 1}, {"small", 0.5}},
                              0}};
    Studio studio(script);
    QVERIFY(open(studio));
    QAccessibleInterface* table = studio.find(QAccessible::Table, QStringLiteral("Measured"));
    QTRY_COMPARE(table->childCount(), 2);
    QCOMPARE(table->child(0)->text(QAccessible::Name),
             QStringLiteral("Second, 64x96, fp32: small 0.052 s, large 0.151 s"));
    QCOMPARE(table->child(1)->text(QAccessible::Name),
             QStringLiteral("b + a, 128x128, bf16: small 0.500 s, large 1.000 s"));
    table->child(0)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(studio.window().findChild<ui::PairBox*>()->currentText(), QStringLiteral("Second"));
    const auto extent = studio.window().findChild<ui::CreatePanel*>()->request().extent;
    QVERIFY(extent == (Extent{64, 96}));
    QVERIFY(studio.find(QAccessible::Table, QStringLiteral("Measured"))->child(0)->state().selected);
  }

  void measuredRatiosBecomePointsThatStandInCreate() {
    Studio studio;
    QVERIFY(open(studio));
    QTRY_VERIFY(!studio.find(QAccessible::Button, QStringLiteral("Measure ratios"))->state().disabled);
    studio.window().findChild<ui::CreatePanel*>()->apply(smallRequest(studio));
    QTRY_VERIFY(!studio.find(QAccessible::Button, QStringLiteral("Measure ratios"))->state().disabled);
    studio.press(QStringLiteral("Measure ratios"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved")));
    QAccessibleInterface* points = studio.find(QAccessible::Table, QStringLiteral("Points"));
    QTRY_COMPARE_WITH_TIMEOUT(points->childCount(), 18 + 15, 20000);  // measured, and predicted between them
    QVERIFY(points->child(18)->text(QAccessible::Name).endsWith(QStringLiteral(", predicted")));
    const QString first = points->child(0)->text(QAccessible::Name);
    QVERIFY2(first.contains(QStringLiteral("steps, 0 %: ")), qPrintable(first));
    points->child(7)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    const GenerationRequest request = studio.window().findChild<ui::CreatePanel*>()->request();
    QCOMPARE(request.steps, 3);
    QCOMPARE(std::get<RatioSplit>(request.split).shares.front().value, 20);
    const Studio::Profile profile = studio.profile();
    QVERIFY(!studio.state().planPoints.get().isEmpty());
  }

 private:
  static GenerationRequest smallRequest(Studio& studio) {
    GenerationRequest request = studio.window().findChild<ui::CreatePanel*>()->request();
    request.prompt = "fox";
    request.steps = 5;
    return request;
  }

  static void openPage(Studio& studio) {
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    for (int i = 0; i < tabs->count(); ++i) {
      if (tabs->tabText(i) == QLatin1String("Plan")) tabs->setCurrentIndex(i);
    }
  }

  static bool open(Studio& studio) {
    if (!studio.start()) return false;
    openPage(studio);
    return true;
  }

  static QString label(Studio& studio, const char* prefix) {
    for (const auto* each : studio.window().findChildren<QLabel*>()) {
      if (each->text().startsWith(QLatin1String(prefix))) return each->text().mid(static_cast<int>(strlen(prefix)));
    }
    return {};
  }
};

TSTITCH_UI_TEST(PlanPageTest)
#include "plan_page_test.moc"
