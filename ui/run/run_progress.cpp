#include "ui/run/run_progress.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <utility>

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

}  // namespace

RunProgress::RunProgress(int small, int evaluations, MeasuredSeconds measured) : measured_(std::move(measured)) {
  small_.of = smallPlanned_ = small;
  large_.of = evaluations - small;
}

void RunProgress::take(const Event& event) {
  if (const auto* stage = std::get_if<StageChanged>(&event)) {
    stage_ = stage->stage;
  } else if (const auto* load = std::get_if<LoadProgress>(&event)) {
    load_ = *load;
  } else if (const auto* step = std::get_if<StepBegun>(&event)) {
    begin(*step);
  } else if (const auto* done = std::get_if<StepDone>(&event)) {
    const bool isSmall = done->denoiser == "small";
    for (DenoiserProgress* denoiser : {isSmall ? &small_ : &large_, isSmall ? &smallOfRun_ : &largeOfRun_}) {
      ++denoiser->done;
      denoiser->seconds += done->took.value;
    }
  } else if (const auto* planned = std::get_if<EvaluationCounts>(&event)) {
    planRun(*planned);
  } else if (std::holds_alternative<ImageSaved>(event)) {
    ++picturesDone_;
  }
}

void RunProgress::skipPicture() {
  picturesDone_ = std::min(picturesDone_ + 1, pictures_);
  smallOfRun_.of -= small_.of - small_.done;
  largeOfRun_.of -= large_.of - large_.done;
}

/// Told again, it says that the large denoiser takes over.
void RunProgress::planRun(const EvaluationCounts& planned) {
  if (runIsKnown_ && begun_) {
    large_.of += small_.of - small_.done;
    small_.of = small_.done;
  }
  runIsKnown_ = true;
  smallOfRun_.of = largeOfRun_.of = 0;
  for (const auto& [name, evaluations] : planned.evaluations) {
    (name == "small" ? smallOfRun_ : largeOfRun_).of += evaluations;
  }
}

void RunProgress::beginCell(int small, int evaluations) {
  isGrid_ = true;
  smallPlanned_ = small;
  small_ = {0, small, 0, 0};
  large_ = {0, evaluations - small, 0, 0};
  begun_.reset();
  stage_ = Stage::Sampling;
}

void RunProgress::begin(const StepBegun& step) {
  if (step.evaluation.value < done()) {  // the next picture of several
    small_ = {0, smallPlanned_, 0, 0};
    large_ = {};
  }
  large_.of = step.of - small_.of;
  skip(step.evaluation.value - done());
  stage_ = Stage::Sampling;
  begun_ = step;
}

/// What an earlier run has done of this picture, small first.
void RunProgress::skip(int evaluations) {
  if (evaluations <= 0) return;
  const int small = std::clamp(small_.of - small_.done, 0, evaluations);
  const auto add = [](DenoiserProgress& progress, int count) {
    progress.done += count;
    progress.skipped += count;
  };
  add(small_, small);
  add(large_, evaluations - small);
  if (isGrid_) return;  // its counts leave out what cells share
  add(smallOfRun_, small);
  add(largeOfRun_, evaluations - small);
}

QString RunProgress::status() const {
  if (stage_ == Stage::Decoding || stage_ == Stage::Saving) return tr("decoding");
  if (stage_ != Stage::Sampling || !begun_) return tr("loading");
  return tr("sampling %1/%2 %3")
      .arg(begun_->evaluation.value + 1)
      .arg(begun_->of)
      .arg(QString::fromStdString(begun_->denoiser));
}

std::optional<double> RunProgress::secondsEach(const DenoiserProgress& progress, const char* name) const {
  if (const auto each = progress.secondsEach()) return each;
  const auto found = measured_.evaluation.find(name);
  return found == measured_.evaluation.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> RunProgress::secondsLeft() const {
  if (!runIsKnown_) return secondsFor(small_.of - small_.done, large_.of - large_.done, 1);
  return secondsFor(smallOfRun_.of - smallOfRun_.done, largeOfRun_.of - largeOfRun_.done, pictures_ - picturesDone_);
}

double RunProgress::share() const {
  const int of = smallOfRun_.of + largeOfRun_.of;
  if (runIsKnown_ && of > 0) return static_cast<double>(smallOfRun_.done + largeOfRun_.done) / of;
  return static_cast<double>(done()) / std::max(1, evaluations());
}

std::optional<double> RunProgress::secondsFor(int small, int large, int pictures) const {
  const auto smallEach = secondsEach(smallOfRun_, "small");
  const auto largeEach = secondsEach(largeOfRun_, "large");
  if ((small > 0 && !smallEach) || (large > 0 && !largeEach)) return std::nullopt;
  return std::max(0, small) * smallEach.value_or(0) + std::max(0, large) * largeEach.value_or(0) +
         std::max(0, pictures) * measured_.decode.value_or(0);
}

QString rateText(double secondsEach) {
  const QLocale locale;
  if (secondsEach <= 0) return {};
  if (secondsEach > 1) return tr("%1 s/it").arg(locale.toString(secondsEach, 'f', 1));
  const double rate = 1 / secondsEach;
  return tr("%1 it/s").arg(locale.toString(rate, 'f', rate < 10 ? 1 : 0));
}

QString durationText(double seconds) {
  const QLocale locale;
  if (seconds < 10) return tr("%1 s").arg(locale.toString(seconds, 'f', 1));
  if (seconds < 60) return tr("%1 s").arg(locale.toString(seconds, 'f', 0));
  const auto whole = static_cast<qint64>(std::lround(seconds));
  return tr("%1:%2 min").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

QString timeLeftText(double seconds) {
  const double whole = std::max(1.0, std::round(seconds));
  return whole < 60 ? tr("%1 s").arg(QLocale().toString(whole, 'f', 0)) : durationText(whole);
}

QString bytesText(std::int64_t bytes) {
  return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace tstitch::ui
