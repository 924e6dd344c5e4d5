#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/request/generation_request.h"

namespace tstitch {

/// Denoisers of one run that were timed on the engine's machine, by a bench or by runs, and at what.
struct MeasuredPair {
  std::map<DenoiserName, std::filesystem::path> models;  ///< where each lies
  Extent extent;
  int passes = 2;                             ///< of a guided evaluation by the large denoiser: 1 = without guidance
  std::string precision;                      ///< `fp32`
  std::string device;                         ///< `cpu`, with its threads: "cpu, 2 threads"
  std::map<DenoiserName, double> evaluation;  ///< seconds of one evaluation
  double fixed = 0;                           ///< seconds of text and decoding; 0 = not measured
  friend bool operator==(const MeasuredPair&, const MeasuredPair&) = default;
};

}  // namespace tstitch
