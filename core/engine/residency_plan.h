#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace tstitch {

/// What a run holds while one part of it works; estimated from shapes alone.
struct ResidencyStage {
  std::string name;                ///< `text`, `encoding`, the denoiser that samples, `decoding`
  std::vector<std::string> parts;  ///< what is loaded: `text_encoder`, `small`, `control 1`, `vae`
  std::int64_t weight_bytes = 0;   ///< of these parts
  std::int64_t working_bytes = 0;  ///< of the widest layers' activations

  [[nodiscard]] std::int64_t bytes() const { return weight_bytes + working_bytes; }
};

/// What is in memory when, in the order of the run.
struct ResidencyPlan {
  std::vector<ResidencyStage> stages;
  bool one_at_a_time = false;        ///< memory is short: a part is let go before the next one is loaded
  std::int64_t available_bytes = 0;  ///< what the run may take

  [[nodiscard]] std::int64_t peak_bytes() const {
    std::int64_t peak = 0;
    for (const ResidencyStage& stage : stages) peak = std::max(peak, stage.bytes());
    return peak;
  }
};

}  // namespace tstitch
