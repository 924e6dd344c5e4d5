#include "ui/generate/create_panel.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStringList>

#include "core/request/names.h"
#include "ui/generate/choice_names.h"
#include "ui/generate/prompt_section.h"
#include "ui/generate/seed_field.h"
#include "ui/generate/trajectory_section.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

constexpr int kMostSteps = 1000;
constexpr int kLongestSide = 16384;
constexpr int kMostPictures = 1000;
constexpr double kMostGuidance = 100;
constexpr Extent kUsualSize{512, 512};

QSpinBox* wholeField(const QString& name, int least, int most, int step = 1) {
  auto* field = new QSpinBox;
  field->setRange(least, most);
  field->setSingleStep(step);
  field->setAccessibleName(name);
  guardWheel(field);
  return field;
}

template <class Choice>
QComboBox* choiceField(const QString& name) {
  auto* field = new QComboBox;
  for (const std::string_view spelling : all_names<Choice>()) {
    const Choice choice = *choice_named<Choice>(spelling);
    field->addItem(shownName(choice), static_cast<int>(choice));
  }
  field->setAccessibleName(name);
  guardWheel(field);
  return field;
}

template <class Choice>
Choice chosen(const QComboBox* field) {
  return static_cast<Choice>(field->currentData().toInt());
}

template <class Choice>
void choose(QComboBox* field, Choice choice) {
  field->setCurrentIndex(field->findData(static_cast<int>(choice)));
}

template <class Choice>
QString spellingOf(const QComboBox* field) {
  const std::string_view name = name_of(chosen<Choice>(field));
  return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

template <class Choice>
Choice choiceSpelled(const QString& spelling, Choice fallback) {
  return choice_named<Choice>(spelling.toStdString()).value_or(fallback);
}

}  // namespace

CreatePanel::CreatePanel(QWidget* parent)
    : QWidget(parent),
      prompt_(new PromptSection),
      trajectory_(new TrajectorySection),
      steps_(wholeField(tr("Steps"), 1, kMostSteps)),
      sampler_(choiceField<SamplerKind>(tr("Sampler"))),
      spacing_(choiceField<Spacing>(tr("Schedule"))),
      guidance_(new DecimalField),
      width_(wholeField(tr("Width"), 8, kLongestSide, 8)),
      height_(wholeField(tr("Height"), 8, kLongestSide, 8)),
      count_(wholeField(tr("Count"), 1, kMostPictures)),
      seed_(new SeedField),
      problem_(remark()),
      generate_(new QPushButton(tr("Generate"))) {
  guidance_->setRange(0, kMostGuidance);
  guidance_->setDecimals(4);
  guidance_->setSingleStep(0.5);
  guidance_->setAccessibleName(tr("Guidance"));
  guardWheel(guidance_);
  generate_->setObjectName(QStringLiteral("primary"));
  generate_->setAccessibleName(tr("Generate"));
  generate_->setToolTip(tr("Generate (Ctrl+Enter)"));
  problem_->setObjectName(QStringLiteral("problem"));
  steps_->setValue(25);
  guidance_->setValue(7.5);
  setExtent(kUsualSize);
  seed_->showSeed(drawSeed());
  buildLayout();
  connectControls();
  setFocusProxy(prompt_);
  update();
}

void CreatePanel::buildLayout() {
  auto* content = new QWidget;
  content->setObjectName(QStringLiteral("panelContent"));
  auto* sections = new QVBoxLayout(content);
  sections->setContentsMargins(16, 16, 16, 16);
  sections->setSpacing(20);
  sections->addWidget(prompt_);
  sections->addWidget(trajectory_);
  sections->addWidget(buildNumbers());
  sections->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setObjectName(QStringLiteral("panelScroll"));
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(content);
  auto* foot = new QVBoxLayout;
  foot->setContentsMargins(16, 8, 16, 16);
  foot->setSpacing(8);
  foot->addWidget(problem_);
  foot->addWidget(generate_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(scroll, 1);
  layout->addLayout(foot);
  setObjectName(QStringLiteral("panel"));
  setAttribute(Qt::WA_StyledBackground);
}

QWidget* CreatePanel::buildNumbers() {
  auto* box = new QWidget;
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(12);
  grid->addWidget(heading(tr("Sampling")), 0, 0, 1, 6);
  grid->addWidget(captioned(tr("Steps"), steps_), 1, 0, 1, 2);
  grid->addWidget(captioned(tr("Sampler"), sampler_), 1, 2, 1, 2);
  grid->addWidget(captioned(tr("Schedule"), spacing_), 1, 4, 1, 2);
  grid->addWidget(captioned(tr("Guidance"), guidance_), 2, 0, 1, 2);
  grid->addWidget(captioned(tr("Seed"), seed_), 2, 2, 1, 4);
  grid->addWidget(captioned(tr("Width"), width_), 3, 0, 1, 2);
  grid->addWidget(captioned(tr("Height"), height_), 3, 2, 1, 2);
  grid->addWidget(captioned(tr("Pictures"), count_), 3, 4, 1, 2);
  for (int column = 0; column < 6; ++column) grid->setColumnStretch(column, 1);
  return box;
}

void CreatePanel::connectControls() {
  connect(prompt_, &PromptSection::changed, this, &CreatePanel::update);
  connect(trajectory_, &TrajectorySection::changed, this, &CreatePanel::update);
  connect(steps_, &QSpinBox::valueChanged, this, &CreatePanel::updateShape);
  connect(sampler_, &QComboBox::currentIndexChanged, this, &CreatePanel::updateShape);
  connect(spacing_, &QComboBox::currentIndexChanged, this, &CreatePanel::updateShape);
  connect(guidance_, &QDoubleSpinBox::valueChanged, this, &CreatePanel::update);
  connect(width_, &QSpinBox::valueChanged, this, &CreatePanel::sizeChosen);
  connect(height_, &QSpinBox::valueChanged, this, &CreatePanel::sizeChosen);
  connect(count_, &QSpinBox::valueChanged, this, &CreatePanel::update);
  connect(seed_, &SeedField::changed, this, &CreatePanel::update);
  connect(generate_, &QPushButton::clicked, this, &CreatePanel::generateRequested);
}

void CreatePanel::setPair(const PairEntry& pair, Values values) {
  base_ = pair.defaults;
  base_.vae.reset();
  scheduler_.reset();
  prompt_->setExamples(pair.example_prompts);
  if (values == Values::TakeDefaults) {
    sizeChosen_ = pair.defaults.extent.width > 0;
    setExtent(sizeChosen_ ? pair.defaults.extent : kUsualSize);
    steps_->setValue(pair.defaults.steps);
    guidance_->setValue(pair.defaults.guidance_scale);
    choose(sampler_, pair.defaults.sampler);
    choose(spacing_, pair.defaults.spacing);
    trajectory_->setSplit(pair.defaults.split);
  }
  setPlan({}, {});
  updateShape();
}

void CreatePanel::setLargeFacts(const ModelFacts& facts) {
  scheduler_ = facts.scheduler;
  sizeMultiple_ = facts.size_multiple;
  width_->setSingleStep(facts.size_multiple);
  height_->setSingleStep(facts.size_multiple);
  if (!sizeChosen_ && facts.sample_size && facts.latent) {
    const int side = *facts.sample_size * facts.latent->factor;
    setExtent({side, side});
  }
  updateShape();
}

void CreatePanel::setPlan(const MeasuredSeconds& measured, const QString& notes) {
  trajectory_->setMeasured(measured);
  trajectory_->setNotes(notes);
}

const MeasuredSeconds& CreatePanel::measured() const {
  return trajectory_->measured();
}

GenerationRequest CreatePanel::request() const {
  GenerationRequest request = base_;
  request.prompt = prompt_->prompt();
  const auto negativePrompt = prompt_->negativePrompt();
  // A picture may have been made with an empty one, which an empty field cannot say: it is kept.
  if (negativePrompt || !request.negative_prompt || !request.negative_prompt->empty()) {
    request.negative_prompt = negativePrompt;
  }
  request.prompt_syntax = prompt_->syntax();
  request.split = trajectory_->split();
  request.extent = {width_->value(), height_->value()};
  request.steps = steps_->value();
  request.sampler = chosen<SamplerKind>(sampler_);
  request.spacing = chosen<Spacing>(spacing_);
  request.guidance_scale = guidance_->value();
  request.seed = seed_->seed().value_or(0);
  return request;
}

GenerationRequest CreatePanel::takeRequest() {
  seed_->take();
  return request();
}

int CreatePanel::count() const {
  return count_->value();
}

int CreatePanel::smallCount() const {
  return trajectory_->smallCount();
}

int CreatePanel::evaluations() const {
  return trajectory_->shape().evaluations;
}

QString CreatePanel::problems() const {
  if (base_.denoisers.empty()) return tr("Choose a pair of models.");
  QStringList sentences;
  for (const Problem& problem : validate(request())) {
    sentences << tr("%1: %2.").arg(QString::fromStdString(problem.field), QString::fromStdString(problem.text));
  }
  if (!trajectory_->shape().problem.isEmpty()) sentences << trajectory_->shape().problem;
  if (!seed_->seed() && !seed_->isRandom()) sentences << tr("Seed: a number from 0 to 18446744073709551615.");
  if (sizeMultiple_ > 8 && (width_->value() % sizeMultiple_ != 0 || height_->value() % sizeMultiple_ != 0)) {
    sentences << tr("Width and height must be multiples of %1 for this pair.").arg(sizeMultiple_);
  }
  return sentences.join(QLatin1Char('\n'));
}

void CreatePanel::apply(const GenerationRequest& request) {
  base_ = request;
  sizeChosen_ = true;
  prompt_->setTexts(QString::fromStdString(request.prompt),
                    QString::fromStdString(request.negative_prompt.value_or(std::string())));
  prompt_->setSyntax(request.prompt_syntax);
  steps_->setValue(request.steps);
  choose(sampler_, request.sampler);
  choose(spacing_, request.spacing);
  guidance_->setValue(request.guidance_scale);
  if (request.extent.width > 0) setExtent(request.extent);
  showSeed(request.seed);
  seed_->setRandom(false);
  updateShape();
  trajectory_->setSplit(request.split);
}

void CreatePanel::showSeed(std::uint64_t seed) {
  seed_->showSeed(seed);
}

void CreatePanel::restore(const StudioState& state) {
  prompt_->setTexts(state.prompt.get(), state.negativePrompt.get());
  prompt_->setSyntax(choiceSpelled(state.promptSyntax.get(), PromptSyntax::Weighted));
  if (state.seed.isStored()) showSeed(state.seed.get().toULongLong());
  seed_->setRandom(state.randomSeed.get());
  count_->setValue(state.count.get());
  steps_->setValue(state.steps.get());
  guidance_->setValue(state.guidance.get());
  choose(sampler_, choiceSpelled(state.sampler.get(), SamplerKind::Default));
  choose(spacing_, choiceSpelled(state.spacing.get(), Spacing::Default));
  if (state.width.get() > 0 && state.height.get() > 0) {
    sizeChosen_ = true;
    setExtent({state.width.get(), state.height.get()});
  }
  trajectory_->setPercent(state.ratio.get());
}

void CreatePanel::store(StudioState& state) const {
  state.prompt.set(QString::fromStdString(prompt_->prompt()));
  state.negativePrompt.set(QString::fromStdString(prompt_->negativePrompt().value_or(std::string())));
  const std::string_view syntax = name_of(prompt_->syntax());
  state.promptSyntax.set(QString::fromLatin1(syntax.data(), static_cast<qsizetype>(syntax.size())));
  state.seed.set(QString::number(seed_->seed().value_or(0)));
  state.randomSeed.set(seed_->isRandom());
  state.count.set(count_->value());
  state.steps.set(steps_->value());
  state.guidance.set(guidance_->value());
  state.sampler.set(spellingOf<SamplerKind>(sampler_));
  state.spacing.set(spellingOf<Spacing>(spacing_));
  state.width.set(sizeChosen_ ? width_->value() : 0);
  state.height.set(sizeChosen_ ? height_->value() : 0);
  state.ratio.set(trajectory_->percent());
}

void CreatePanel::repaintIcons() {
  seed_->repaintIcons();
}

void CreatePanel::sizeChosen() {
  sizeChosen_ = true;
  update();
}

void CreatePanel::setExtent(Extent extent) {
  const QSignalBlocker quietWidth(width_);
  const QSignalBlocker quietHeight(height_);
  width_->setValue(extent.width);
  height_->setValue(extent.height);
}

void CreatePanel::updateShape() {
  trajectory_->setShape(
      runShape(chosen<SamplerKind>(sampler_), chosen<Spacing>(spacing_), steps_->value(), scheduler_));
  update();
}

void CreatePanel::update() {
  const QString text = problems();
  generate_->setEnabled(text.isEmpty());
  problem_->setText(text);
  problem_->setVisible(!text.isEmpty());
  Q_EMIT requestChanged();
}

}  // namespace tstitch::ui
