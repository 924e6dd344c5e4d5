#include "ui/generate/create_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <algorithm>

#include "tests/ui/fake_engine.h"
#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "ui/generate/trajectory_section.h"
#include "ui/run/ordered_run.h"
#include "ui/widgets/row_list.h"

using namespace tstitch;
using ui::CreatePanel;

class CreatePanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    panel_ = std::make_unique<CreatePanel>();
    panel_->setPair(test::fakePair(), CreatePanel::Values::TakeDefaults);
    panel_->setLargeFacts(test::FakeEngine(std::make_shared<test::FakeScript>()).inspect("large"));
  }

  void thePairsDefaultsAreShown() {
    const GenerationRequest request = panel_->request();
    QCOMPARE(request.steps, 25);
    QCOMPARE(request.guidance_scale, 5.0);
    QVERIFY(request.sampler == SamplerKind::Ddim);
    QCOMPARE(request.extent, (Extent{128, 128}));  // sample size 32 x factor 4
    QCOMPARE(request.denoisers.size(), std::size_t{2});
    QVERIFY(request.prompt_syntax == PromptSyntax::Weighted);
    QVERIFY(!request.negative_prompt);
    QCOMPARE(panel_->problems(), QString());
  }

  // Case `solvers`: a scheduler that we lack.
  void aSamplerThatIsLackingIsReplacedByTheNearest() {
    PairEntry pair = test::fakePair();
    pair.defaults.sampler = SamplerKind::Default;
    ModelFacts facts = test::FakeEngine(std::make_shared<test::FakeScript>()).inspect("large");
    facts.scheduler.emplace();
    facts.scheduler->class_name = "SASolverScheduler";
    QSignalSpy notices(panel_.get(), &CreatePanel::noticed);
    panel_->setPair(pair, CreatePanel::Values::TakeDefaults);
    panel_->setLargeFacts(facts);
    QVERIFY(panel_->request().sampler == SamplerKind::Dpmpp2MSde);
    QCOMPARE(panel_->problems(), QString());
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices.first().first().toString().contains(QStringLiteral("DPM++ 2M SDE")));
    panel_->setLargeFacts(facts);
    QCOMPARE(notices.size(), 1);

    auto* sampler = field<QComboBox>("Sampler");
    sampler->setCurrentIndex(0);
    QVERIFY(panel_->problems().contains(QStringLiteral("choose one")));
    QVERIFY(!panel_->problems().contains(QStringLiteral("--")));
  }

  void aSmallDenoiserThatIsSlowerSavesNothing() {
    plan({{{"small", 0.1}, {"large", 0.2}}, {}, {}});
    QVERIFY(label("Prediction: 4.0 s, 20 % saved") != nullptr);
    QVERIFY(says("at most 50 %"));
    plan({{{"small", 0.3}, {"large", 0.2}}, {}, {}});
    QVERIFY(label("Prediction: 6.0 s, 20 % longer") != nullptr);
    QVERIFY(says("no faster here"));
  }

  void thePredictionFollowsAtOnce() {
    QVERIFY(label("Prediction: not measured") != nullptr);
    QVERIFY(label("Memory: not known") != nullptr);
    plan({{{"small", 0.1}, {"large", 0.2}}, {}, 1.0});
    QVERIFY(label("Memory: 0.3 of 22.0 GiB") != nullptr);
    field<QSpinBox>("Ratio")->setValue(100);
    QVERIFY(label("Prediction: 3.5 s, 42 % saved") != nullptr);
    QVERIFY(label("Memory: not known") != nullptr);  // the large model would not be loaded
    field<QSpinBox>("Width")->setValue(256);
    QVERIFY(label("Prediction: not measured") != nullptr);
    field<QSpinBox>("Width")->setValue(128);
    QVERIFY(label("Prediction: 3.5 s, 42 % saved") != nullptr);
  }

  void row25_aLargeSizeSaysMemoryAndMinutesBeforeTheRun() {
    plan({{{"small", 0.1}, {"large", 0.2}}, {}, {}});
    GenerationRequest request = panel_->request();
    request.extent = {4096, 4096};
    panel_->apply(request);
    QVERIFY(label("Prediction: not measured") != nullptr);
    QVERIFY(says("judged from 128x128, a picture takes at least 68:16 min"));  // 1024 times 4 s
    RunPlan plan;
    plan.request = panel_->request();
    plan.residency.stages = {{"decoding", {"vae"}, 0, std::int64_t{40} << 30}};
    plan.residency.available_bytes = std::int64_t{22} << 30;
    panel_->setPlan(panel_->request(), plan, {});
    QLabel* memory = label("Memory: 40.0 of 22.0 GiB");
    QVERIFY(memory != nullptr);
    QVERIFY(memory->text().contains(QStringLiteral("more than there is")));
  }

  void aSecondPassIsCountedAndTimed() {
    GenerationRequest request = panel_->request();
    request.second_pass = SecondPass{1.5, Upscale::Lanczos, 0.4, {}, {}};
    panel_->apply(request);
    QVERIFY(says("10 of 25</b> small, then 4 of 10 in the second pass"));
    QVERIFY(label("Prediction: not measured") != nullptr);
    plan({{{"small", 0.1}, {"large", 0.2}}, {}, 0.5}, MeasuredSeconds{{{"small", 0.2}, {"large", 0.4}}, {}, 1.0});
    // 4.5 and 4.2, all by the large one 5.5 and 5.0
    QVERIFY(label("Prediction: 8.7 s, 17 % saved") != nullptr);
    const ui::RunOrder order = ui::orderOf(*panel_, {});
    QCOMPARE(order.second, (ui::PassCounts{4, 10}));
    QCOMPARE(order.secondMeasured.evaluation.at("large"), 0.4);
    field<QDoubleSpinBox>("Time budget")->setValue(8.3);
    QCOMPARE(panel_->smallCount(), 13);  // 13 x 0.1 + 12 x 0.2 + 5 x 0.2 + 5 x 0.4 + 1.5
    request.second_pass->share = Percent{0};
    panel_->apply(request);
    QVERIFY(says("then 0 of 10 in the second pass"));
    request.second_pass->strength = 0.01;
    panel_->apply(request);
    QVERIFY(panel_->problems().contains(QStringLiteral("Second pass: ")));
  }

  void theTimeBudgetChoosesTheCount() {
    auto* budget = field<QDoubleSpinBox>("Time budget");
    QCOMPARE(budget->decimals(), 1);
    budget->setValue(4.0);
    QVERIFY(says("as soon as both models are measured"));
    plan({{{"small", 0.1}, {"large", 0.2}}, {}, {}});
    QCOMPARE(panel_->smallCount(), 10);  // 10 x 0.1 + 15 x 0.2
    QCOMPARE(field<QSpinBox>("Ratio")->value(), 40);
    QVERIFY(!field<QRadioButton>("Balanced")->isChecked());  // the budget counts, not the ratio that came of it
    field<QSpinBox>("Steps")->setValue(30);
    QCOMPARE(panel_->smallCount(), 20);
    budget->setValue(2.0);
    QCOMPARE(panel_->smallCount(), 30);
    QVERIFY(says("Even with 100 % small a picture takes 3.0 s"));
    panel_->trajectory()->bar()->chooseSmallCount(3);
    QCOMPARE(budget->value(), 0.0);
    QCOMPARE(panel_->smallCount(), 3);
    budget->setValue(1000.0);
    QCOMPARE(panel_->smallCount(), 0);
  }

  void thePresetThatCountsIsShown() {
    auto* quality = field<QRadioButton>("Quality");
    auto* balanced = field<QRadioButton>("Balanced");
    auto* fast = field<QRadioButton>("Fast");
    QVERIFY(balanced->isChecked() && !quality->isChecked() && !fast->isChecked());
    fast->toggle();
    QCOMPARE(field<QSpinBox>("Ratio")->value(), 80);
    QVERIFY(fast->isChecked() && !balanced->isChecked());
    fast->toggle();  // a second press leaves it so
    QVERIFY(fast->isChecked());
    field<QSpinBox>("Ratio")->setValue(30);
    QVERIFY(!fast->isChecked() && !balanced->isChecked() && !quality->isChecked());
    panel_->trajectory()->setBalanced(44);
    balanced->toggle();
    QCOMPARE(field<QSpinBox>("Ratio")->value(), 44);
  }

  void segmentsAreEdited() {
    auto* rows = field<ui::RowList>("Segments");
    const auto press = [this](const char* name) { field<QPushButton>(name)->click(); };
    QCOMPARE(rows->rows(), (QStringList{QStringLiteral("10 small"), QStringLiteral("15 large")}));
    rows->setCurrentRow(1);
    press("Add segment");
    QCOMPARE(rows->rows(),
             (QStringList{QStringLiteral("10 small"), QStringLiteral("8 large"), QStringLiteral("7 small")}));
    QCOMPARE(rows->currentRow(), 2);
    field<QSpinBox>("Segment count")->setValue(5);
    field<QDoubleSpinBox>("Segment guidance")->setValue(3);
    field<QLineEdit>("Segment prompt")->setText(QStringLiteral("an owl"));
    const SegmentSplit sandwich{{{"small", 10}, {"large", 10}, {"small", 5, 3.0, "an owl"}}};
    QCOMPARE(std::get<SegmentSplit>(panel_->request().split), sandwich);
    QCOMPARE(panel_->problems(), QString());
    QCOMPARE(panel_->trajectory()->bar()->smallCount(), 15);
    press("Move segment up");
    QCOMPARE(test::asInFiles(rows->rows().at(1)), QStringLiteral("5 small, guidance 3, \"an owl\""));
    press("Remove segment");
    QCOMPARE(rows->rows(), (QStringList{QStringLiteral("15 small"), QStringLiteral("10 large")}));
    QVERIFY(std::holds_alternative<RatioSplit>(panel_->request().split));
    press("Split segment");
    field<QSpinBox>("Steps")->setValue(50);  // the shares stay
    QCOMPARE(std::get<SegmentSplit>(panel_->request().split).segments.back().evaluations +
                 std::get<SegmentSplit>(panel_->request().split).segments.front().evaluations +
                 std::get<SegmentSplit>(panel_->request().split).segments.at(1).evaluations,
             50);
    field<QComboBox>("Segment model")->setCurrentText(QStringLiteral("large"));
    QCOMPARE(panel_->problems(), QString());
  }

  void tokensAreCountedAndTheCutIsMarked() {
    QVERIFY(label("Tokens: not known") != nullptr);
    panel_->setTokenCounter(
        ui::TokenCounter(test::FakeEngine(std::make_shared<test::FakeScript>()).tokenizers(panel_->request())));
    auto* prompt = field<QPlainTextEdit>("Prompt");
    prompt->setPlainText(QStringLiteral("fox fox"));
    QVERIFY(label("Tokens: 4 of 77") != nullptr);
    prompt->setPlainText(QStringLiteral("fox ").repeated(80));
    QVERIFY(label("Tokens: 84 of 154") != nullptr);
    QVERIFY(prompt->extraSelections().isEmpty());
    field<QComboBox>("Prompt syntax")->setCurrentIndex(1);
    QVERIFY(label("Tokens: 82 of 77") != nullptr);
    QCOMPARE(prompt->extraSelections().size(), 1);
    QCOMPARE(prompt->extraSelections().first().cursor.selectionStart(), 4 * 75);
  }

  void clipSkipIsTheModelsOwnUnlessOneIsChosen() {
    auto* clipSkip = field<QSpinBox>("Clip skip");
    QVERIFY(!panel_->request().clip_skip);
    clipSkip->setValue(2);
    QCOMPARE(panel_->request().clip_skip, std::optional(2));
    GenerationRequest picture = panel_->request();
    picture.clip_skip = 3;
    panel_->apply(picture);
    QCOMPARE(clipSkip->value(), 3);
    picture.clip_skip.reset();
    panel_->apply(picture);
    QCOMPARE(clipSkip->value(), 0);
  }

  void embeddingsOfAPictureAreShownAndCanBeLeftOut() {
    auto* words = field<QLabel>("Embeddings");
    QVERIFY(words->isHidden());
    GenerationRequest picture = panel_->request();
    picture.embeddings = {{{"zz.pt", "embedding", {}, "zz.pt"}, "zz"}};
    panel_->apply(picture);
    QVERIFY(!words->isHidden() && words->text().contains(QStringLiteral("zz")));
    panel_->setPair(test::fakePair(), CreatePanel::Values::Keep);
    QCOMPARE(panel_->request().embeddings, picture.embeddings);
    panel_->addEmbedding(QStringLiteral("/words/<toy>.pt"));
    QCOMPARE(panel_->request().embeddings.back().word, std::string("<toy>"));
    QCOMPARE(panel_->request().embeddings.back().model.location, std::filesystem::path("/words/<toy>.pt"));
    Q_EMIT words->linkActivated(QStringLiteral("leave"));
    QVERIFY(panel_->request().embeddings.empty() && words->isHidden());
  }

  void controlsBecomeTheRequest() {
    field<QPlainTextEdit>("Prompt")->setPlainText(QStringLiteral("a fox, \u72d0"));
    field<QPlainTextEdit>("Negative prompt")->setPlainText(QStringLiteral("blur"));
    field<QSpinBox>("Steps")->setValue(50);
    field<QSpinBox>("Ratio")->setValue(30);
    field<QSpinBox>("Width")->setValue(256);
    field<QSpinBox>("Height")->setValue(64);
    field<QDoubleSpinBox>("Guidance")->setValue(7.25);
    field<QLineEdit>("Seed")->setText(QStringLiteral("18446744073709551615"));
    field<QComboBox>("Sampler")->setCurrentText(QStringLiteral("DPM++ 2M"));
    const GenerationRequest request = panel_->request();
    QCOMPARE(request.prompt, std::string("a fox, \xE7\x8B\x90"));
    QCOMPARE(request.negative_prompt.value_or(""), std::string("blur"));
    QCOMPARE(request.steps, 50);
    QCOMPARE(std::get<RatioSplit>(request.split).shares.at(0).value, 30);
    QCOMPARE(request.extent, (Extent{256, 64}));
    QCOMPARE(request.guidance_scale, 7.25);
    QCOMPARE(request.seed, ~std::uint64_t{0});
    QVERIFY(request.sampler == SamplerKind::Dpmpp2M);
    QCOMPARE(panel_->smallCount(), 15);
  }

  void dependentControlsFollowAtOnce() {
    field<QSpinBox>("Steps")->setValue(10);
    QCOMPARE(panel_->trajectory()->bar()->evaluations(), 10);
    QCOMPARE(panel_->trajectory()->bar()->smallCount(), 4);
    field<QComboBox>("Sampler")->setCurrentText(QStringLiteral("Heun"));
    QCOMPARE(panel_->trajectory()->bar()->evaluations(), 19);
    panel_->trajectory()->bar()->chooseSmallCount(19);
    QCOMPARE(field<QSpinBox>("Ratio")->value(), 100);
    QCOMPARE(std::get<RatioSplit>(panel_->request().split).shares.at(0).value, 100);
  }

  void stepsTakeOneToAThousand() {
    QCOMPARE(field<QSpinBox>("Steps")->minimum(), 1);
    QCOMPARE(field<QSpinBox>("Steps")->maximum(), 1000);
  }

  void aBadSizeIsSaidAndGenerateIsOff() {
    auto* generate = field<QPushButton>("Generate");
    QVERIFY(generate->isEnabled());
    field<QSpinBox>("Width")->setValue(130);
    QVERIFY(!panel_->problems().isEmpty());
    QVERIFY(!generate->isEnabled());
    field<QSpinBox>("Width")->setValue(136);
    QVERIFY(generate->isEnabled());
  }

  void editingTheSeedEndsRandomSeed() {
    auto* random = field<QCheckBox>("Random seed");
    QVERIFY(!random->isChecked());
    random->setChecked(true);
    const std::uint64_t first = panel_->takeRequest().seed;
    QVERIFY(random->isChecked());
    QVERIFY(panel_->takeRequest().seed != first);
    field<QLineEdit>("Seed")->setText(QStringLiteral("3"));
    QVERIFY(!random->isChecked());
    QCOMPARE(panel_->takeRequest().seed, std::uint64_t{3});
  }

  void aSeedThatIsNoNumberIsRefused() {
    field<QLineEdit>("Seed")->setText(QStringLiteral("-3"));
    QVERIFY(!field<QPushButton>("Generate")->isEnabled());
    field<QLineEdit>("Seed")->setText(QStringLiteral("18446744073709551616"));
    QVERIFY(!field<QPushButton>("Generate")->isEnabled());
  }

  void anExampleFillsThePrompt() {
    field<QPushButton>("Example: 3d fox")->click();
    QCOMPARE(panel_->request().prompt, std::string("3d fox"));
  }

  void aPicturesRequestComesBackWhole() {
    GenerationRequest request = panel_->request();
    request.prompt = "owl";
    request.negative_prompt = "cat";
    request.steps = 12;
    request.split = SegmentSplit{{{"large", 4, {}}, {"small", 8, 3.0}}};
    request.seed = 77;
    request.eta = 0.5;
    request.spacing = Spacing::Trailing;
    request.extent = {192, 64};
    panel_->apply(request);
    QCOMPARE(panel_->request(), request);
    panel_->trajectory()->bar()->chooseSmallCount(6);  // touching the bar ends the picture's own segments
    QCOMPARE(panel_->smallCount(), 6);
    QCOMPARE(std::get<RatioSplit>(panel_->request().split).shares.at(0).value, 50);
  }

 private:
  void plan(const MeasuredSeconds& measured, const std::optional<MeasuredSeconds>& second = {}) {
    RunPlan plan;
    plan.request = panel_->request();
    plan.measured = measured;
    if (second) plan.second.emplace().measured = *second;
    plan.residency.stages = {{"large", {"large"}, std::int64_t{300} << 20, 0}};
    plan.residency.available_bytes = std::int64_t{22} << 30;
    panel_->setPlan(panel_->request(), plan, {});
  }

  QLabel* label(const char* name) {
    for (QLabel* one : panel_->findChildren<QLabel*>()) {
      if (test::asInFiles(one->accessibleName()) == QLatin1String(name)) return one;
    }
    return nullptr;
  }

  bool says(const char* text) {
    const auto labels = panel_->findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel* one) { return test::asInFiles(one->text()).contains(QLatin1String(text)); });
  }

  template <class Widget>
  Widget* find(const QString& name) {
    for (Widget* widget : panel_->findChildren<Widget*>()) {
      const bool isNamed = widget->accessibleName() == name;
      if (isNamed) return widget;
    }
    return nullptr;
  }

  template <class Widget>
  Widget* field(const char* name) {
    for (Widget* widget : panel_->findChildren<Widget*>()) {
      if (widget->accessibleName() == QLatin1String(name)) return widget;
    }
    throw std::runtime_error(name);
  }

  std::unique_ptr<CreatePanel> panel_;
};

TSTITCH_UI_TEST(CreatePanelTest)

#include "create_panel_test.moc"
