#include "core/engine/measured_precision.h"

#include <algorithm>

namespace tstitch {

Precision fastest_within_bound(const std::vector<MeasuredPrecision>& measured) {
  constexpr double kWorthwhile = 0.9;
  const auto is_fp32 = [](const MeasuredPrecision& each) { return each.precision == Precision::Fp32; };
  const auto fp32 = std::find_if(measured.begin(), measured.end(), is_fp32);
  if (fp32 == measured.end()) return Precision::Fp32;
  Precision fastest = Precision::Fp32;
  double least = kWorthwhile * fp32->seconds;
  for (const MeasuredPrecision& each : measured) {
    const bool within = each.error >= 0 && each.error <= kMostPrecisionError;
    if (!within || !(each.seconds > 0 && each.seconds < least)) continue;
    fastest = each.precision;
    least = each.seconds;
  }
  return fastest;
}

}  // namespace tstitch
