#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

enum class BetaSchedule { Linear, ScaledLinear, SquaredCosine };
enum class Prediction { Epsilon, V, Sample, Flow };
/// Families with a published "Align Your Steps" table.
enum class FamilyTable { StableDiffusion, StableDiffusionXl };
enum class Variance { FixedSmall, FixedSmallLog, FixedLarge, FixedLargeLog, Learned, LearnedRange };

/// What a model's `scheduler_config.json` says. An empty optional = the file is silent, and the default of the
/// sampler's own diffusers class counts (core/schedule/README.md), not one common default.
struct SchedulerConfig {
  std::string class_name;                      ///< `PNDMScheduler`, ...; empty for a bare network folder
  std::string file = "scheduler_config.json";  ///< where it was read, for refusals
  int train_timesteps = 1000;
  double beta_start = 0.0001;
  double beta_end = 0.02;
  BetaSchedule beta_schedule = BetaSchedule::Linear;
  std::vector<double> trained_betas;  ///< used instead of the three above when not empty
  Prediction prediction = Prediction::Epsilon;
  bool rescale_zero_snr = false;
  std::optional<Spacing> spacing;
  std::optional<int> steps_offset;
  std::optional<bool> set_alpha_to_one;
  std::optional<bool> skip_prk_steps;
  std::optional<bool> clip_sample;
  std::optional<double> clip_sample_range;
  std::optional<Variance> variance;
  std::optional<bool> use_karras_sigmas;
  std::optional<bool> use_exponential_sigmas;
  std::optional<bool> use_beta_sigmas;
  std::optional<bool> use_lu_lambdas;          ///< DPM-Solver multistep: exponential sigmas, their timesteps rounded
  std::optional<double> sigma_min, sigma_max;  ///< Euler and UniPC: the ends of Karras' and other sigmas
  std::optional<double> lambda_min_clipped;    ///< DPM-Solver: what lies below is left out of the grid
  bool continuous_timesteps = false;           ///< Euler on a v model: it is told ln(sigma)/4
  bool log_linear_sigmas = false;              ///< Euler's `interpolation_type`
  bool thresholding = false;
  std::optional<std::string> algorithm_type;  ///< DPM-Solver: `dpmsolver++`, `sde-dpmsolver++`, without `++` on noise
  std::optional<std::string> solver_type;     ///< `midpoint`, `heun`, `logrho`, `bh1` or `bh2`, of whatever class
  std::optional<int> solver_order;
  std::optional<bool> lower_order_final;
  std::optional<bool> euler_at_final;            ///< DPM-Solver multistep
  std::optional<bool> predict_x0;                ///< UniPC: integrate the clean estimate; else the noise
  std::vector<int> disable_corrector;            ///< UniPC: steps whose result is not corrected
  bool has_own_predictor = false;                ///< UniPC's `solver_p`
  std::optional<std::string> final_sigmas_type;  ///< `zero` or `sigma_min`
  std::optional<int> original_inference_steps;   ///< LCM
  std::optional<double> timestep_scaling;        ///< LCM
  /// Not in the file: which table `ays` means, set by who knows the model's family. Empty = SDXL's where the class is
  /// Euler (as in SDXL's files), else Stable Diffusion's.
  std::optional<FamilyTable> family_table;
  /// Not in the file: what a run visits is a process of its own, as Nichol and Dhariwal 2021 (section 4) respace it:
  /// DDIM arrives at the run's next level instead of one stride lower, and linspace is exact where two integers are as
  /// near.
  bool respaced = false;
  /// Not in the file: the network predicts its variance, so that DDPM may ask for a learned range.
  bool learns_variance = false;
  /// Not in the file: DDIM's eta where the request leaves sampler and eta to the model.
  double default_eta = 0.0;
};

}  // namespace tstitch
