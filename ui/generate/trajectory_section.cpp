#include "ui/generate/trajectory_section.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStringList>
#include <cmath>
#include <utility>

#include "ui/run/run_progress.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

/// The small count where the segments are those of one seam, small first.
std::optional<int> smallCountOf(const SegmentSplit& split) {
  const auto& segments = split.segments;
  for (const Segment& segment : segments) {
    if (segment.guidance) return std::nullopt;
  }
  if (segments.size() == 1 && segments[0].denoiser == "small") return segments[0].evaluations;
  if (segments.size() == 1 && segments[0].denoiser == "large") return 0;
  const bool oneSeam = segments.size() == 2 && segments[0].denoiser == "small" && segments[1].denoiser == "large";
  return oneSeam ? std::optional(segments[0].evaluations) : std::nullopt;
}

}  // namespace

int TimePrediction::savedPercent() const {
  return allLarge <= 0 ? 0 : static_cast<int>(std::lround(100 * (1 - seconds / allLarge)));
}

std::optional<TimePrediction> predict(const MeasuredSeconds& measured, int small, int evaluations) {
  const auto smallEach = measured.evaluation.find("small");
  const auto largeEach = measured.evaluation.find("large");
  const bool smallKnown = smallEach != measured.evaluation.end();
  if (largeEach == measured.evaluation.end() || (small > 0 && !smallKnown)) return std::nullopt;
  const double fixed = measured.text.value_or(0) + measured.decode.value_or(0);
  const double large = largeEach->second;
  return TimePrediction{fixed + small * (smallKnown ? smallEach->second : 0) + (evaluations - small) * large,
                        fixed + evaluations * large};
}

TrajectorySection::TrajectorySection(QWidget* parent)
    : QWidget(parent), bar_(new TrajectoryBar), ratio_(new WholeField), counts_(new QLabel), prediction_(remark()) {
  ratio_->setRange(0, 100);
  ratio_->setSuffix(tr(" %"));
  ratio_->setAccessibleName(tr("Ratio"));
  ratio_->setToolTip(tr("Share of the evaluations given to the small denoiser"));
  guardWheel(ratio_);
  buildLayout();
  connect(bar_, &TrajectoryBar::smallCountChosen, this, [this](int count) {
    custom_.reset();
    choice_.setSmallCount(count);
    showChoice();
    Q_EMIT changed();
    Q_EMIT seamChosen(choice_.smallCount());
  });
  connect(bar_, &TrajectoryBar::numberWanted, this, [this] {
    ratio_->setFocus(Qt::OtherFocusReason);
    ratio_->selectAll();
  });
  connect(ratio_, &QSpinBox::valueChanged, this, [this](int percent) {
    choose(percent);
    Q_EMIT seamChosen(choice_.smallCount());
  });
  connect(ratio_, &WholeField::problemChanged, this, &TrajectorySection::changed);
  setShape(runShape(SamplerKind::Default, Spacing::Default, 25, std::nullopt));
}

void TrajectorySection::buildLayout() {
  auto* numbers = new QHBoxLayout;
  numbers->addWidget(counts_, 1);
  numbers->addWidget(ratio_);
  auto* presets = new QHBoxLayout;
  presets->setSpacing(8);
  const std::pair<QString, int> choices[] = {{tr("Quality"), 0}, {tr("Balanced"), 40}, {tr("Fast"), 80}};
  for (const auto& [name, percent] : choices) {
    auto* preset = new QPushButton(name);
    preset->setToolTip(tr("%1 % small").arg(percent));
    connect(preset, &QPushButton::clicked, this, [this, share = percent] { choose(share); });
    presets->addWidget(preset, 1);
  }
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(heading(tr("Trajectory")));
  layout->addWidget(bar_);
  layout->addLayout(numbers);
  layout->addWidget(prediction_);
  layout->addLayout(presets);
}

void TrajectorySection::setShape(RunShape shape) {
  choice_.setShape(std::move(shape));
  showChoice();
}

void TrajectorySection::setPercent(int percent) {
  choose(percent);
}

void TrajectorySection::choose(int percent) {
  custom_.reset();
  choice_.setPercent(percent);
  showChoice();
  Q_EMIT changed();
}

std::variant<RatioSplit, SegmentSplit> TrajectorySection::split() const {
  return custom_ ? *custom_ : choice_.split();
}

std::variant<RatioSplit, SegmentSplit> TrajectorySection::splitAt(int smallCount) const {
  SplitChoice choice = choice_;
  choice.setSmallCount(smallCount);
  return choice.split();
}

void TrajectorySection::setSplit(const std::variant<RatioSplit, SegmentSplit>& split) {
  custom_.reset();
  const auto* ratio = std::get_if<RatioSplit>(&split);
  choice_.setRule(ratio == nullptr ? SplitRule::Floor : ratio->rule);
  if (ratio != nullptr && ratio->shares.size() == 1) {
    choice_.setPercent(ratio->shares[0].value);
  } else if (const auto* segments = std::get_if<SegmentSplit>(&split)) {
    const auto count = smallCountOf(*segments);
    if (count) choice_.setSmallCount(*count);
    if (!count) custom_ = split;
  } else {
    if (!ratio->shares.empty()) choice_.setPercent(ratio->shares.front().value);
    custom_ = split;
  }
  showChoice();
  Q_EMIT changed();
}

void TrajectorySection::setMeasured(const MeasuredSeconds& measured) {
  measured_ = measured;
  showPrediction();
}

void TrajectorySection::setNotes(const QString& notes) {
  notes_ = notes;
  showPrediction();
}

void TrajectorySection::showChoice() {
  const QSignalBlocker quiet(ratio_);
  ratio_->setValue(choice_.percent());
  bar_->setShape(choice_.shape(), choice_.smallCount());
  counts_->setText(custom_ ? customText()
                           : tr("<b>%1 of %2</b> small").arg(choice_.smallCount()).arg(choice_.shape().evaluations));
  showPrediction();
}

QString TrajectorySection::customText() const {
  QStringList parts;
  if (const auto* segments = std::get_if<SegmentSplit>(&*custom_)) {
    for (const Segment& segment : segments->segments) {
      parts << tr("%1 %2").arg(segment.evaluations).arg(QString::fromStdString(segment.denoiser));
    }
    return parts.join(QStringLiteral(" \u2192 "));
  }
  QStringList shares;
  for (const Percent share : std::get<RatioSplit>(*custom_).shares) shares << tr("%1 %").arg(share.value);
  return shares.join(QStringLiteral(" \u2192 "));
}

void TrajectorySection::showPrediction() {
  prediction_->setText(notes_.isEmpty() ? predictionText() : predictionText() + u'\n' + notes_);
}

QString TrajectorySection::predictionText() const {
  const int evaluations = choice_.shape().evaluations;
  const auto prediction = predict(measured_, choice_.smallCount(), evaluations);
  if (!prediction || custom_) return tr("Time not measured yet");
  const QString seconds = tr("about %1").arg(durationText(prediction->seconds));
  const int saved = prediction->savedPercent();
  const int ceiling = predict(measured_, evaluations, evaluations).value_or(*prediction).savedPercent();
  if (ceiling <= 0) return tr("%1  (the small denoiser is no faster here)").arg(seconds);
  if (saved <= 0) return tr("%1  (at most \u2212%2 %)").arg(seconds).arg(ceiling);
  return tr("%1  (\u2212%2 %, at most \u2212%3 %)").arg(seconds).arg(saved).arg(ceiling);
}

}  // namespace tstitch::ui
