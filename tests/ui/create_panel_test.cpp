#include "ui/generate/create_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <algorithm>

#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "ui/generate/trajectory_section.h"

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
    const auto says = [this](const QString& text) {
      const auto labels = panel_->findChildren<QLabel*>();
      return std::any_of(labels.begin(), labels.end(), [&](const QLabel* one) { return one->text().contains(text); });
    };
    panel_->setPlan({{{"small", 0.1}, {"large", 0.2}}, {}, {}}, {});
    QVERIFY(says(QStringLiteral("\u221220 %, at most \u221250 %")));
    panel_->setPlan({{{"small", 0.3}, {"large", 0.2}}, {}, {}}, {});
    QVERIFY(says(QStringLiteral("no faster here")));
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
