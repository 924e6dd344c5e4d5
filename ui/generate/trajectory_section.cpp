#include "ui/generate/trajectory_section.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStringList>
#include <utility>

#include "ui/generate/cost_view.h"
#include "ui/generate/preset_row.h"
#include "ui/generate/segment_editor.h"
#include "ui/run/run_progress.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

int smallCountOf(const SegmentSplit& split) {
  int count = 0;
  for (const Segment& segment : split.segments) count += segment.denoiser == "small" ? segment.evaluations : 0;
  return count;
}

/// Small first, large behind it, or one of them alone: what the bar and its ratio say without the editor.
bool isOneSeam(const SegmentSplit& split) {
  const auto& segments = split.segments;
  for (const Segment& segment : segments) {
    if (segment.guidance || segment.prompt) return false;
  }
  if (segments.size() == 1) return segments[0].denoiser == "small" || segments[0].denoiser == "large";
  return segments.size() == 2 && segments[0].denoiser == "small" && segments[1].denoiser == "large";
}

}  // namespace

TrajectorySection::TrajectorySection(QWidget* parent)
    : QWidget(parent),
      bar_(new TrajectoryBar),
      toScale_(new QCheckBox(tr("To scale"))),
      ratio_(new WholeField),
      counts_(new QLabel),
      presets_(new PresetRow),
      cost_(new CostView),
      remark_(remark()),
      edit_(new QPushButton(tr("Edit segments"))),
      editor_(new SegmentEditor) {
  ratio_->setRange(0, 100);
  ratio_->setSuffix(tr(" %"));
  ratio_->setAccessibleName(tr("Ratio"));
  ratio_->setToolTip(tr("Share of the evaluations given to the small denoiser"));
  guardWheel(ratio_);
  toScale_->setToolTip(tr("Draws each evaluation as wide as the time that it takes"));
  counts_->setWordWrap(true);
  edit_->setObjectName(QStringLiteral("small"));
  edit_->setToolTip(tr("Any number and order of denoisers"));
  editor_->hide();
  buildLayout();
  connectControls();
  setShape(runShape(SamplerKind::Default, Spacing::Default, 25, std::nullopt));
}

void TrajectorySection::buildLayout() {
  auto* head = new QHBoxLayout;
  head->addWidget(heading(tr("Trajectory")), 1);
  head->addWidget(edit_);
  auto* numbers = new QHBoxLayout;
  numbers->setSpacing(12);
  numbers->addWidget(counts_, 1);
  numbers->addWidget(toScale_);
  numbers->addWidget(ratio_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addLayout(head);
  layout->addWidget(bar_);
  layout->addLayout(numbers);
  layout->addWidget(presets_);
  layout->addWidget(editor_);
  layout->addWidget(cost_);
  layout->addWidget(remark_);
  QWidget* before = edit_;
  for (QWidget* stop :
       {static_cast<QWidget*>(bar_), static_cast<QWidget*>(toScale_), static_cast<QWidget*>(ratio_),
        static_cast<QWidget*>(presets_), static_cast<QWidget*>(editor_), static_cast<QWidget*>(cost_)}) {
    setTabOrder(before, stop);
    before = stop;
  }
}

void TrajectorySection::connectControls() {
  connect(bar_, &TrajectoryBar::smallCountChosen, this, [this](int count) {
    custom_.reset();
    budget_ = 0;
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
  connect(presets_, &PresetRow::percentChosen, this, &TrajectorySection::choose);
  connect(presets_, &PresetRow::budgetChosen, this, &TrajectorySection::setBudget);
  connect(presets_, &PresetRow::problemChanged, this, &TrajectorySection::changed);
  connect(toScale_, &QCheckBox::toggled, this, &TrajectorySection::showBar);
  connect(edit_, &QPushButton::clicked, this, [this] { editor_->setVisible(editor_->isHidden()); });
  connect(editor_, &SegmentEditor::edited, this, &TrajectorySection::setSegments);
}

void TrajectorySection::setShape(RunShape shape) {
  rescaleSegments(shape);
  choice_.setShape(std::move(shape));
  followBudget();
  showChoice();
}

/// A run whose segments were right before has them in the same shares afterwards. Others wait for the shape that they
/// belong to: the models' schedules are not known yet.
void TrajectorySection::rescaleSegments(const RunShape& shape) {
  auto* split = custom_ ? std::get_if<SegmentSplit>(&*custom_) : nullptr;
  if (split == nullptr || shape.evaluations == choice_.shape().evaluations) return;
  int sum = 0;
  for (const Segment& segment : split->segments) sum += segment.evaluations;
  if (sum == choice_.shape().evaluations) split->segments = SegmentList(split->segments, shape).segments();
}

void TrajectorySection::setBudget(double seconds) {
  budget_ = seconds;
  followBudget();
  showChoice();
  Q_EMIT changed();
}

bool TrajectorySection::followBudget() {
  if (budget_ <= 0) return false;
  const auto after = [this](int smallCount) -> std::optional<double> {
    if (!second_) return 0.0;
    const auto second = predictSecond(*second_, splitAt(smallCount));
    return second ? std::optional(second->seconds) : std::nullopt;
  };
  const auto chosen = choiceFor(budget_, measured_, choice_.shape(), after);
  if (!chosen || (chosen->smallCount == choice_.smallCount() && !custom_)) return false;
  custom_.reset();
  choice_.setSmallCount(chosen->smallCount);
  return true;
}

void TrajectorySection::setBalanced(int percent) {
  presets_->setBalanced(percent);
}

void TrajectorySection::setDenoisers(const std::vector<DenoiserName>& names) {
  editor_->setDenoisers(names);
}

void TrajectorySection::setGuidance(double guidance) {
  editor_->setGuidance(guidance);
}

void TrajectorySection::setPercent(int percent) {
  choose(percent);
}

void TrajectorySection::choose(int percent) {
  custom_.reset();
  budget_ = 0;
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
  budget_ = 0;
  adopt(split);
  showChoice();
  Q_EMIT changed();
}

void TrajectorySection::adopt(const std::variant<RatioSplit, SegmentSplit>& split) {
  custom_.reset();
  const auto* ratio = std::get_if<RatioSplit>(&split);
  choice_.setRule(ratio == nullptr ? SplitRule::Floor : ratio->rule);
  if (ratio != nullptr && ratio->shares.size() == 1) {
    choice_.setPercent(ratio->shares[0].value);
  } else if (const auto* segments = std::get_if<SegmentSplit>(&split)) {
    choice_.setSmallCount(smallCountOf(*segments));
    if (!isOneSeam(*segments)) custom_ = split;
  } else {
    if (!ratio->shares.empty()) choice_.setPercent(ratio->shares.front().value);
    custom_ = split;
  }
}

void TrajectorySection::setSegments(const std::vector<Segment>& segments) {
  setSplit(SegmentSplit{segments});
}

void TrajectorySection::setMeasured(const MeasuredSeconds& measured, const std::optional<SecondShape>& second) {
  measured_ = measured;
  second_ = second;
  const bool moved = followBudget();
  showChoice();
  if (moved) Q_EMIT changed();
}

void TrajectorySection::setGuess(const std::optional<TimeGuess>& guess) {
  guess_ = guess;
  showCost();
}

PassCounts TrajectorySection::secondCounts() const {
  return second_ ? ui::secondCounts(*second_, split()) : PassCounts();
}

void TrajectorySection::setNotes(const QString& notes) {
  notes_ = notes;
  showCost();
}

void TrajectorySection::showChoice() {
  const QSignalBlocker quiet(ratio_);
  if (ratio_->value() != choice_.percent()) ratio_->setValue(choice_.percent());  // what is being typed stays
  presets_->show(custom_ ? -1 : choice_.percent(), budget_);
  counts_->setText(countsText());
  editor_->show(segments(), choice_.shape());
  showBar();
  showCost();
}

void TrajectorySection::showBar() {
  const auto small = measured_.evaluation.find("small");
  const auto large = measured_.evaluation.find("large");
  const bool known = small != measured_.evaluation.end() && large != measured_.evaluation.end();
  toScale_->setEnabled(known);
  bar_->setCosts(known && toScale_->isChecked() ? std::optional(BarCosts{small->second, large->second}) : std::nullopt);
  std::vector<BarRun> runs;
  if (custom_) {
    for (const Segment& segment : segments()) {
      runs.push_back({segment.denoiser == "small" ? DenoiserMark::Small : DenoiserMark::Large, segment.evaluations});
    }
  }
  bar_->setRuns(runs);
  bar_->setShape(choice_.shape(), choice_.smallCount());
}

/// Of shares for several denoisers only the engine knows the counts; the bar's seam stands for them.
std::vector<Segment> TrajectorySection::segments() const {
  if (custom_) {
    if (const auto* split = std::get_if<SegmentSplit>(&*custom_)) return split->segments;
  }
  std::vector<Segment> segments;
  if (choice_.smallCount() > 0) segments.push_back({"small", choice_.smallCount()});
  const int rest = choice_.shape().evaluations - choice_.smallCount();
  if (rest > 0) segments.push_back({"large", rest});
  return segments;
}

QString TrajectorySection::countsText() const {
  QString first =
      custom_ ? customText() : tr("<b>%1 of %2</b> small").arg(choice_.smallCount()).arg(choice_.shape().evaluations);
  const PassCounts second = secondCounts();
  if (second.evaluations == 0) return first;
  return tr("%1, then %2 of %3 in the second pass").arg(first).arg(second.small).arg(second.evaluations);
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

std::optional<TimePrediction> TrajectorySection::prediction() const {
  if (custom_ && std::holds_alternative<RatioSplit>(*custom_)) return std::nullopt;
  return withSecond(predict(measured_, segments()), split());
}

std::optional<TimePrediction> TrajectorySection::predictionAt(int smallCount) const {
  return withSecond(predict(measured_, smallCount, choice_.shape().evaluations), splitAt(smallCount));
}

std::optional<TimePrediction> TrajectorySection::withSecond(std::optional<TimePrediction> first,
                                                            const std::variant<RatioSplit, SegmentSplit>& split) const {
  if (!first || !second_) return first;
  const auto second = predictSecond(*second_, split);
  if (!second) return std::nullopt;
  return TimePrediction{first->seconds + second->seconds, first->allLarge + second->allLarge};
}

void TrajectorySection::showCost() {
  cost_->setPrediction(prediction());
  QStringList lines{remarkText(), notes_};
  lines.removeAll(QString());
  remark_->setText(lines.join(u'\n'));
  remark_->setVisible(!lines.isEmpty());
}

/// Without a second pass, of which nothing is known.
QString TrajectorySection::guessText() const {
  if (!guess_ || (custom_ && std::holds_alternative<RatioSplit>(*custom_))) return {};
  const auto prediction = predict(guess_->measured, segments());
  if (!prediction) return {};
  const QString seconds = durationText(prediction->seconds);
  const QString size = QStringLiteral("%1x%2").arg(guess_->from.width).arg(guess_->from.height);
  return guess_->isLarger
             ? tr("Not measured at this size; judged from %1, a picture takes at least %2.").arg(size, seconds)
             : tr("Not measured at this size; judged from %1, a picture takes about %2.").arg(size, seconds);
}

QString TrajectorySection::remarkText() const {
  const auto allSmall = predictionAt(choice_.shape().evaluations);
  if (budget_ > 0 && !allSmall) return tr("The time budget counts as soon as both models are measured.");
  if (!allSmall) return guessText();
  if (budget_ > 0 && allSmall->seconds > budget_) {
    return tr("Even with 100 % small a picture takes %1.").arg(durationText(allSmall->seconds));
  }
  const int ceiling = allSmall->savedPercent();
  if (ceiling <= 0) return tr("The small denoiser is no faster here.");
  return tr("This pair saves at most %1 %.").arg(ceiling);
}

}  // namespace tstitch::ui
