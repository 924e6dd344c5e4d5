#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/denoise/network_denoiser.h"
#include "core/request/generation_request.h"
#include "core/schedule/scheduler_config.h"
#include "tests/support/golden.h"

namespace tstitch::test {

/// Whole stitched runs of class-conditional pairs: what tests/golden/make_class_runs.py recorded, and a plain walk of
/// our denoisers to hold beside it.
class ClassRuns {
 public:
  static constexpr int kSteps = 8;
  static constexpr int kClass = 3;
  static constexpr double kDitGuidance = 4.0;
  static constexpr double kLdmGuidance = 3.0;
  static constexpr double kTolerance = 1e-4;  // tests/README.md

  /// The smaller denoiser first.
  using Pair = std::array<std::unique_ptr<const NetworkDenoiser>, 2>;
  static Pair dit_pair(std::optional<std::int64_t> guided_channels);
  /// `null_context` stands for the class that is missing.
  static Pair ldm_pair(const at::Tensor& null_context);

  [[nodiscard]] at::Tensor initial() const { return golden_["initial"]; }
  [[nodiscard]] at::Tensor step_noise() const { return golden_["step_noise"]; }
  [[nodiscard]] at::Tensor recorded_null_context() const { return golden_["unconditional"]; }
  /// Latents, or a picture as uint8 [h, w, 3].
  [[nodiscard]] at::Tensor recorded(const std::string& name) const { return golden_[name]; }

  /// The final latents of a run whose first `small` evaluations are the small denoiser's.
  [[nodiscard]] at::Tensor walked(const Pair& pair, SamplerKind kind, const SchedulerConfig& config, int small) const;

  /// Expects the recorded latents.
  void expect(const at::Tensor& latents, const std::string& name) const;

 private:
  Golden golden_ = TSTITCH_GOLDEN("class_runs");
};

}  // namespace tstitch::test
