#include "ui/generate/time_prediction.h"

#include <algorithm>
#include <cmath>

namespace tstitch::ui {

int TimePrediction::savedPercent() const {
  return allLarge <= 0 ? 0 : static_cast<int>(std::lround(100 * (1 - seconds / allLarge)));
}

std::optional<TimePrediction> predict(const MeasuredSeconds& measured, const std::vector<Segment>& segments) {
  const auto large = measured.evaluation.find("large");
  if (large == measured.evaluation.end()) return std::nullopt;
  const double fixed = measured.text.value_or(0) + measured.decode.value_or(0);
  TimePrediction prediction{fixed, fixed};
  for (const Segment& segment : segments) {
    if (segment.evaluations == 0) continue;
    const auto each = measured.evaluation.find(segment.denoiser);
    if (each == measured.evaluation.end()) return std::nullopt;
    prediction.seconds += segment.evaluations * each->second;
    prediction.allLarge += segment.evaluations * large->second;
  }
  return prediction;
}

std::optional<TimePrediction> predict(const MeasuredSeconds& measured, int small, int evaluations) {
  return predict(measured, {{"small", small}, {"large", evaluations - small}});
}

std::optional<BudgetChoice> choiceFor(double budget, const MeasuredSeconds& measured, const RunShape& shape,
                                      const SecondsAfter& after) {
  std::optional<BudgetChoice> choice;
  for (const int count : shape.seams) {
    const auto prediction = predict(measured, count, shape.evaluations);
    const std::optional<double> further = after ? after(count) : 0.0;
    if (!prediction || !further) return std::nullopt;
    const double seconds = prediction->seconds + *further;
    choice = {count, seconds, seconds <= budget};
    if (choice->fits) break;
  }
  return choice;
}

}  // namespace tstitch::ui
