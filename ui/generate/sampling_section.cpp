#include "ui/generate/sampling_section.h"

#include <QComboBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QStringList>

#include "ui/generate/choice_field.h"
#include "ui/generate/seed_field.h"
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

WholeField* wholeField(const QString& name, int least, int most, int step = 1) {
  auto* field = new WholeField;
  field->setRange(least, most);
  field->setSingleStep(step);
  field->setAccessibleName(name);
  guardWheel(field);
  return field;
}

}  // namespace

SamplingSection::SamplingSection(QWidget* parent)
    : QWidget(parent),
      steps_(wholeField(tr("Steps"), 1, kMostSteps)),
      sampler_(choiceField<SamplerKind>(tr("Sampler"))),
      spacing_(choiceField<Spacing>(tr("Schedule"))),
      guidance_(new DecimalField),
      width_(wholeField(tr("Width"), 8, kLongestSide, 8)),
      height_(wholeField(tr("Height"), 8, kLongestSide, 8)),
      count_(wholeField(tr("Count"), 1, kMostPictures)),
      seed_(new SeedField) {
  guidance_->setRange(0, kMostGuidance);
  guidance_->setDecimals(4);
  guidance_->setSingleStep(0.5);
  guidance_->setAccessibleName(tr("Guidance"));
  guardWheel(guidance_);
  steps_->setValue(25);
  guidance_->setValue(7.5);
  setExtent(kUsualSize);
  seed_->showSeed(drawSeed());
  buildLayout();
  connectControls();
}

void SamplingSection::buildLayout() {
  auto* grid = new QGridLayout(this);
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
}

void SamplingSection::connectControls() {
  connect(steps_, &QSpinBox::valueChanged, this, &SamplingSection::shapeChanged);
  connect(sampler_, &QComboBox::currentIndexChanged, this, &SamplingSection::shapeChanged);
  connect(spacing_, &QComboBox::currentIndexChanged, this, &SamplingSection::shapeChanged);
  connect(guidance_, &QDoubleSpinBox::valueChanged, this, &SamplingSection::changed);
  connect(width_, &QSpinBox::valueChanged, this, &SamplingSection::sizeChosen);
  connect(height_, &QSpinBox::valueChanged, this, &SamplingSection::sizeChosen);
  connect(count_, &QSpinBox::valueChanged, this, &SamplingSection::changed);
  connect(seed_, &SeedField::changed, this, &SamplingSection::changed);
  for (WholeField* field : {steps_, width_, height_, count_}) {
    connect(field, &WholeField::problemChanged, this, &SamplingSection::changed);
  }
  connect(guidance_, &DecimalField::problemChanged, this, &SamplingSection::changed);
}

void SamplingSection::setDefaults(const GenerationRequest& defaults) {
  sizeChosen_ = defaults.extent.width > 0;
  setExtent(sizeChosen_ ? defaults.extent : kUsualSize);
  steps_->setValue(defaults.steps);
  guidance_->setValue(defaults.guidance_scale);
  choose(sampler_, defaults.sampler);
  choose(spacing_, defaults.spacing);
}

void SamplingSection::setLargeFacts(const ModelFacts& facts) {
  sizeMultiple_ = facts.size_multiple;
  width_->setSingleStep(facts.size_multiple);
  height_->setSingleStep(facts.size_multiple);
  if (!sizeChosen_ && facts.sample_size && facts.latent) {
    const int side = *facts.sample_size * facts.latent->factor;
    setExtent({side, side});
  }
}

void SamplingSection::fill(GenerationRequest& request) const {
  request.extent = {width_->value(), height_->value()};
  request.steps = steps_->value();
  request.sampler = chosen<SamplerKind>(sampler_);
  request.spacing = chosen<Spacing>(spacing_);
  request.guidance_scale = guidance_->value();
  request.seed = seed_->seed().value_or(0);
}

void SamplingSection::apply(const GenerationRequest& request) {
  sizeChosen_ = true;
  steps_->setValue(request.steps);
  choose(sampler_, request.sampler);
  choose(spacing_, request.spacing);
  guidance_->setValue(request.guidance_scale);
  if (request.extent.width > 0) setExtent(request.extent);
  showSeed(request.seed);
  seed_->setRandom(false);
}

RunShape SamplingSection::shape(const std::optional<SchedulerConfig>& scheduler) const {
  return runShape(chosen<SamplerKind>(sampler_), chosen<Spacing>(spacing_), steps_->value(), scheduler);
}

int SamplingSection::count() const {
  return count_->value();
}

QStringList SamplingSection::problems() const {
  QStringList sentences = numberProblems(this);
  if (!seed_->problem().isEmpty()) sentences << seed_->problem();
  if (sizeMultiple_ > 8 && (width_->value() % sizeMultiple_ != 0 || height_->value() % sizeMultiple_ != 0)) {
    sentences << tr("Width and height must be multiples of %1 for this pair.").arg(sizeMultiple_);
  }
  return sentences;
}

void SamplingSection::showSeed(std::uint64_t seed) {
  seed_->showSeed(seed);
}

void SamplingSection::takeSeed() {
  seed_->take();
}

void SamplingSection::restore(const StudioState& state) {
  if (state.seed.isStored()) showSeed(state.seed.get().toULongLong());
  seed_->setRandom(state.randomSeed.get());
  count_->setValue(state.count.get());
  steps_->setValue(state.steps.get());
  guidance_->setValue(state.guidance.get());
  choose(sampler_, choiceSpelled(state.sampler.get(), SamplerKind::Default));
  choose(spacing_, choiceSpelled(state.spacing.get(), Spacing::Default));
  if (state.width.get() <= 0 || state.height.get() <= 0) return;
  sizeChosen_ = true;
  setExtent({state.width.get(), state.height.get()});
}

void SamplingSection::store(StudioState& state) const {
  state.seed.set(QString::number(seed_->seed().value_or(0)));
  state.randomSeed.set(seed_->isRandom());
  state.count.set(count_->value());
  state.steps.set(steps_->value());
  state.guidance.set(guidance_->value());
  state.sampler.set(spellingOf(chosen<SamplerKind>(sampler_)));
  state.spacing.set(spellingOf(chosen<Spacing>(spacing_)));
  state.width.set(sizeChosen_ ? width_->value() : 0);
  state.height.set(sizeChosen_ ? height_->value() : 0);
}

void SamplingSection::repaintIcons() {
  seed_->repaintIcons();
}

void SamplingSection::sizeChosen() {
  sizeChosen_ = true;
  Q_EMIT changed();
}

void SamplingSection::setExtent(Extent extent) {
  const QSignalBlocker quietWidth(width_);
  const QSignalBlocker quietHeight(height_);
  width_->setValue(extent.width);
  height_->setValue(extent.height);
}

}  // namespace tstitch::ui
