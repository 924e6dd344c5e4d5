#pragma once

#include <string_view>

#include "core/schedule/scheduler_config.h"

namespace tstitch {

/// The spelling of diffusers' scheduler configs.
constexpr std::string_view name_of(BetaSchedule schedule) {
  switch (schedule) {
    case BetaSchedule::Linear:
      return "linear";
    case BetaSchedule::ScaledLinear:
      return "scaled_linear";
    case BetaSchedule::SquaredCosine:
      return "squaredcos_cap_v2";
  }
  return "";
}

constexpr std::string_view name_of(Prediction prediction) {
  switch (prediction) {
    case Prediction::Epsilon:
      return "epsilon";
    case Prediction::V:
      return "v_prediction";
    case Prediction::Sample:
      return "sample";
    case Prediction::Flow:
      return "flow_prediction";
  }
  return "";
}

}  // namespace tstitch
