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

PassProgress counted(const PassCounts& counts) {
  return {{0, counts.small, 0, 0}, {0, counts.evaluations - counts.small, 0, 0}};
}

void count(DenoiserProgress& progress, double seconds) {
  ++progress.done;
  progress.seconds += seconds;
}

PassProgress leftOf(const PassProgress& pass) {
  PassProgress left;
  left.small.of = std::max(0, pass.small.of - pass.small.done);
  left.large.of = std::max(0, pass.large.of - pass.large.done);
  return left;
}

}  // namespace

RunProgress::RunProgress(int small, int evaluations, MeasuredSeconds measured) {
  planned_[0] = {small, evaluations};
  passes_[0] = counted(planned_[0]);
  measured_[0] = std::move(measured);
}

void RunProgress::setSecond(const PassCounts& second, MeasuredSeconds measured) {
  planned_[1] = second;
  passes_[1] = counted(second);
  measured_[1] = std::move(measured);
}

void RunProgress::setSecondOfRun(const PassCounts& second) {
  secondOfRun_ = second;
  shareOut();
}

void RunProgress::take(const Event& event) {
  if (const auto* stage = std::get_if<StageChanged>(&event)) {
    stage_ = stage->stage;
  } else if (const auto* load = std::get_if<LoadProgress>(&event)) {
    load_ = *load;
  } else if (const auto* step = std::get_if<StepBegun>(&event)) {
    begin(*step);
  } else if (const auto* done = std::get_if<StepDone>(&event)) {
    finish(*done);
  } else if (const auto* planned = std::get_if<EvaluationCounts>(&event)) {
    planRun(*planned);
  } else if (std::holds_alternative<ImageSaved>(event)) {
    ++picturesDone_;
  }
}

void RunProgress::finish(const StepDone& step) {
  const std::size_t pass = step.evaluation.value < passes_[0].of() ? 0 : 1;
  const bool isSmall = step.denoiser == "small";
  for (Passes* passes : {&passes_, &ofRun_}) {
    PassProgress& own = (*passes)[pass];
    count(isSmall ? own.small : own.large, step.took.value);
  }
}

void RunProgress::skipPicture() {
  picturesDone_ = std::min(picturesDone_ + 1, pictures_);
  for (std::size_t pass = 0; pass < passes_.size(); ++pass) {
    const PassProgress left = leftOf(passes_[pass]);
    ofRun_[pass].small.of -= left.small.of;
    ofRun_[pass].large.of -= left.large.of;
  }
}

void RunProgress::planRun(const EvaluationCounts& planned) {
  PassCounts told;
  for (const auto& [name, evaluations] : planned.evaluations) {
    told.evaluations += evaluations;
    if (name == "small") told.small += evaluations;
  }
  if (runIsKnown_ && begun_) {
    giveOver(told);
  } else if (!isGrid_) {
    secondOfRun_ = {planned_[1].small * pictures_, planned_[1].evaluations * pictures_};
  }
  runIsKnown_ = true;
  told_ = told;
  shareOut();
}

/// Told again, it says that the large denoiser takes over, also in the second pass where that follows the first.
void RunProgress::giveOver(const PassCounts& told) {
  PassProgress& first = passes_[0];
  PassProgress& second = passes_[1];
  const int rest = first.small.of - first.small.done;
  first.large.of += rest;
  first.small.of = first.small.done;
  const int ofSecond = std::clamp(told_.small - told.small - rest, 0, second.small.of);
  second.small.of -= ofSecond;
  second.large.of += ofSecond;
  secondOfRun_.small -= ofSecond;
}

/// What the run as a whole has to do, pass by pass.
void RunProgress::shareOut() {
  const PassCounts first{told_.small - secondOfRun_.small, told_.evaluations - secondOfRun_.evaluations};
  const std::array<PassCounts, 2> all{first, secondOfRun_};
  for (std::size_t pass = 0; pass < all.size(); ++pass) {
    ofRun_[pass].small.of = all[pass].small;
    ofRun_[pass].large.of = all[pass].evaluations - all[pass].small;
  }
}

void RunProgress::beginCell(int small, int evaluations, const PassCounts& second) {
  isGrid_ = true;
  planned_ = {PassCounts{small, evaluations}, second};
  passes_ = {counted(planned_[0]), counted(planned_[1])};
  begun_.reset();
  stage_ = Stage::Sampling;
}

void RunProgress::begin(const StepBegun& step) {
  if (step.evaluation.value < done()) passes_ = {counted(planned_[0]), counted(planned_[1])};  // the next of several
  passes_[0].large.of = step.of - passes_[1].of() - passes_[0].small.of;
  skip(step.evaluation.value - done());
  stage_ = Stage::Sampling;
  begun_ = step;
}

/// What an earlier run has done of this picture, small first.
void RunProgress::skip(int evaluations) {
  for (std::size_t pass = 0; pass < passes_.size() && evaluations > 0; ++pass) {
    const PassProgress left = leftOf(passes_[pass]);
    const int small = std::min(evaluations, left.small.of);
    const int large = std::min(evaluations - small, left.large.of);
    const auto add = [&](PassProgress& progress) {
      progress.small.done += small;
      progress.small.skipped += small;
      progress.large.done += large;
      progress.large.skipped += large;
    };
    add(passes_[pass]);
    if (!isGrid_) add(ofRun_[pass]);  // a grid's counts leave out what cells share
    evaluations -= small + large;
  }
}

DenoiserProgress RunProgress::joined(DenoiserProgress PassProgress::*denoiser) const {
  const DenoiserProgress& first = passes_[0].*denoiser;
  const DenoiserProgress& second = passes_[1].*denoiser;
  const DenoiserProgress& now = isInSecondPass() && second.done > 0 ? second : first;
  DenoiserProgress both{first.done + second.done, first.of + second.of, now.seconds, 0};
  both.skipped = both.done - (now.done - now.skipped);
  return both;
}

QString RunProgress::status() const {
  if (stage_ == Stage::Decoding || stage_ == Stage::Saving) return tr("decoding");
  if (stage_ != Stage::Sampling || !begun_) return tr("loading");
  return tr("sampling %1/%2 %3")
      .arg(begun_->evaluation.value + 1)
      .arg(begun_->of)
      .arg(QString::fromStdString(begun_->denoiser));
}

std::optional<double> RunProgress::secondsLeft() const {
  const Passes& passes = runIsKnown_ ? ofRun_ : passes_;
  double seconds = decodingLeft();
  for (std::size_t pass = 0; pass < passes.size(); ++pass) {
    const auto own = secondsFor(pass, leftOf(passes[pass]));
    if (!own) return std::nullopt;
    seconds += *own;
  }
  return seconds;
}

double RunProgress::share() const {
  const int of = ofRun_[0].of() + ofRun_[1].of();
  if (runIsKnown_ && of > 0) return static_cast<double>(ofRun_[0].done() + ofRun_[1].done()) / of;
  return static_cast<double>(done()) / std::max(1, evaluations());
}

std::optional<double> RunProgress::secondsFor(std::size_t pass, const PassProgress& left) const {
  double seconds = 0;
  const auto add = [&](int count, const DenoiserProgress& ofRun, const char* name) {
    if (count == 0) return true;
    const auto known = measured_[pass].evaluation.find(name);
    auto each = ofRun.secondsEach();
    if (!each && known != measured_[pass].evaluation.end()) each = known->second;
    seconds += count * each.value_or(0);
    return each.has_value();
  };
  const bool isKnown =
      add(left.small.of, ofRun_[pass].small, "small") && add(left.large.of, ofRun_[pass].large, "large");
  return isKnown ? std::optional(seconds) : std::nullopt;
}

double RunProgress::decodingLeft() const {
  const double first = measured_[0].decode.value_or(0);
  const double second = measured_[1].decode.value_or(0);
  const int left = std::max(0, runIsKnown_ ? pictures_ - picturesDone_ : 1);
  return left * (first + second) - (isInSecondPass() && left > 0 ? first : 0);
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
