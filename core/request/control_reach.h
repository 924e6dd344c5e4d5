#pragma once

namespace tstitch {

/// Whether a control that acts from `start` to `end` (shares of the run) acts at evaluation i of N: start <= i/N and
/// (i+1)/N <= end, in doubles, as diffusers has it.
constexpr bool reaches(double start, double end, int evaluation, int evaluations) {
  const double first = static_cast<double>(evaluation) / evaluations;
  const double last = static_cast<double>(evaluation + 1) / evaluations;
  return start <= first && last <= end;
}

}  // namespace tstitch
