#include "ui/run/run_progress.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <utility>

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("RunProgress", text);
}

}  // namespace

RunProgress::RunProgress(int small, int evaluations, MeasuredSeconds measured) : measured_(std::move(measured)) {
  small_.of = small;
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
    DenoiserProgress& denoiser = done->denoiser == "small" ? small_ : large_;
    ++denoiser.done;
    denoiser.seconds += done->took.value;
  }
}

void RunProgress::begin(const StepBegun& step) {
  if (step.evaluation.value == 0) {  // the next picture of several
    small_.done = large_.done = 0;
    small_.seconds = large_.seconds = 0;
  }
  large_.of = step.of - small_.of;
  stage_ = Stage::Sampling;
  begun_ = step;
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
  const int smallLeft = std::max(0, small_.of - small_.done);
  const int largeLeft = std::max(0, large_.of - large_.done);
  const auto small = secondsEach(small_, "small");
  const auto large = secondsEach(large_, "large");
  if ((smallLeft > 0 && !small) || (largeLeft > 0 && !large)) return std::nullopt;
  return smallLeft * small.value_or(0) + largeLeft * large.value_or(0) + measured_.decode.value_or(0);
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

QString bytesText(std::int64_t bytes) {
  return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace tstitch::ui
