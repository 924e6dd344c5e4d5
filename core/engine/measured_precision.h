#pragma once

#include <vector>

#include "core/engine/settings.h"

namespace tstitch {

/// What one precision showed in the short test of the engine's machine (`--precision auto`).
struct MeasuredPrecision {
  Precision precision = Precision::Fp32;
  double seconds = 0;  ///< of the test's network
  double error = 0;    ///< of its output against fp32: root of the mean square, as a share of fp32's
  friend bool operator==(const MeasuredPrecision&, const MeasuredPrecision&) = default;
};

/// What a precision may be off by, as MeasuredPrecision::error says it.
inline constexpr double kMostPrecisionError = 0.03;

/// The fastest of those whose error is within the bound; fp32 where none of them takes less than nine tenths of its
/// time. Figures that are no measurement are passed over.
Precision fastest_within_bound(const std::vector<MeasuredPrecision>& measured);

}  // namespace tstitch
