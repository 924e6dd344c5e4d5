#include "ui/generate/sampling_section.h"

#include <QComboBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QStringList>
#include <algorithm>

#include "core/request/limits.h"
#include "core/schedule/sigma_schedule.h"
#include "ui/generate/choice_field.h"
#include "ui/generate/seed_field.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

constexpr int kMostPictures = 1000;
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
      width_(wholeField(tr("Width"), kSideMultiple, kLongestSide, kSideMultiple)),
      height_(wholeField(tr("Height"), kSideMultiple, kLongestSide, kSideMultiple)),
      count_(wholeField(tr("Count"), 1, kMostPictures)),
      clipSkip_(wholeField(tr("Clip skip"), 0, kMostClipSkip)),
      seed_(new SeedField) {
  guidance_->setRange(0, kMostGuidance);
  guidance_->setDecimals(4);
  guidance_->setSingleStep(0.5);
  guidance_->setAccessibleName(tr("Guidance"));
  guardWheel(guidance_);
  clipSkip_->setLeastText(tr("model's own"));
  clipSkip_->setToolTip(tr("The layer of the text encoder that speaks, counted from the end: 1 is the last."));
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
  grid->addWidget(captioned(tr("Clip skip"), clipSkip_), 4, 0, 1, 2);
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
  connect(clipSkip_, &QSpinBox::valueChanged, this, &SamplingSection::changed);
  connect(seed_, &SeedField::changed, this, &SamplingSection::changed);
  for (WholeField* field : {steps_, width_, height_, count_, clipSkip_}) {
    connect(field, &WholeField::problemChanged, this, &SamplingSection::changed);
  }
  connect(guidance_, &DecimalField::problemChanged, this, &SamplingSection::changed);
}

void SamplingSection::setDefaults(const GenerationRequest& defaults) {
  sizeChosen_ = defaults.extent.width > 0;
  setExtent(sizeChosen_ ? defaults.extent : kUsualSize);
  steps_->setValue(defaults.steps);
  guidance_->setValue(defaults.guidance_scale);
  clipSkip_->setValue(defaults.clip_skip.value_or(0));
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

std::optional<SamplerKind> SamplingSection::replaceLackingSampler(const std::optional<SchedulerConfig>& scheduler) {
  const bool isDefault = chosen<SamplerKind>(sampler_) == SamplerKind::Default;
  if (!scheduler || !isDefault || has_default_sampler(*scheduler)) return std::nullopt;
  choose(sampler_, nearest_sampler(*scheduler));
  return chosen<SamplerKind>(sampler_);
}

void SamplingSection::fill(GenerationRequest& request) const {
  request.extent = {width_->value(), height_->value()};
  request.steps = steps_->value();
  const auto sampler = chosen<SamplerKind>(sampler_);
  if (sampler != request.sampler) request.eta.reset();  // what another sampler had says nothing of this one
  request.sampler = sampler;
  request.spacing = chosen<Spacing>(spacing_);
  request.guidance_scale = guidance_->value();
  request.clip_skip = clipSkip_->value() == 0 ? std::nullopt : std::optional(clipSkip_->value());
  request.seed = seed_->seed().value_or(0);
}

void SamplingSection::apply(const GenerationRequest& request) {
  sizeChosen_ = request.extent.width > 0;
  steps_->setValue(request.steps);
  choose(sampler_, request.sampler);
  choose(spacing_, request.spacing);
  guidance_->setValue(request.guidance_scale);
  clipSkip_->setValue(request.clip_skip.value_or(0));
  if (sizeChosen_) setExtent(request.extent);
  showSeed(request.seed);
  seed_->setRandom(false);
}

RunShape SamplingSection::shape(const std::optional<SchedulerConfig>& scheduler, std::optional<double> strength) const {
  return runShape(chosen<SamplerKind>(sampler_), chosen<Spacing>(spacing_), steps_->value(), scheduler, strength);
}

void SamplingSection::takeSize(QSize size) {
  const auto side = [this](int pixels) {
    return std::clamp(pixels / sizeMultiple_ * sizeMultiple_, sizeMultiple_, kLongestSide);
  };
  if (size.isEmpty()) return;
  setExtent({side(size.width()), side(size.height())});
  sizeChosen();
}

int SamplingSection::count() const {
  return count_->value();
}

void SamplingSection::setCount(int count) {
  count_->setValue(count);
}

bool SamplingSection::isSeedRandom() const {
  return seed_->isRandom();
}

void SamplingSection::setSeedRandom(bool random) {
  seed_->setRandom(random);
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
