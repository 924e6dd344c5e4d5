#include "core/local_engine/residency.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/networks/tiling.h"

namespace tstitch {

namespace {

constexpr std::int64_t kFloatBytes = 4;

/// The widest moment of a network (the last up block: skips, its entry of twice the width, two convolutions and their
/// normalised copies) holds about this many maps of its outermost width; SDXL at 1024x1024 was seen to hold 17.
constexpr std::int64_t kLiveMaps = 18;

std::int64_t latent_area(const ResolvedRun& run) {
  const auto shape = run.latent_shape();
  return shape[1] * shape[2];
}

/// Channels of the widest maps, per place of the latents.
std::int64_t width_of(const NetworkConfig& network) {
  if (const auto* unet = std::get_if<UnetConfig>(&network)) return unet->down.front().channels;
  const auto& dit = std::get<DitConfig>(network);
  constexpr std::int64_t kFeedForward = 4;
  const std::int64_t patch = dit.patch_size;
  return std::max<std::int64_t>(1, kFeedForward * dit.width() / (patch * patch));
}

std::int64_t network_activations(const ResolvedRun& run, const DenoiserName& denoiser) {
  constexpr std::int64_t kGuidanceHalves = 2;
  return kGuidanceHalves * latent_area(run) * width_of(run.models.at(denoiser).network) * kLiveMaps * kFloatBytes;
}

/// The decoder's widest map has full resolution and the channels of the second level; about four of them live at once.
std::int64_t decoder_activations(const ResolvedRun& run, std::int64_t pixels) {
  constexpr std::int64_t kLiveDecoderMaps = 4, kTinyWidth = 64;
  const auto second_level = [](const std::vector<int>& widths) { return widths.size() > 1 ? widths[1] : widths[0]; };
  std::int64_t width = kTinyWidth;
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) width = second_level(kl->block_out_channels);
  if (const auto* vq = std::get_if<VqConfig>(&run.vae.config)) width = second_level(vq->block_out_channels);
  return pixels * width * kLiveDecoderMaps * kFloatBytes;
}

/// The encoder's widest map has full resolution and the channels of the first level, to about the same number.
std::int64_t encoder_activations(const ResolvedRun& run, std::int64_t pixels) {
  constexpr std::int64_t kLiveEncoderMaps = 4, kTinyWidth = 64;
  std::int64_t width = kTinyWidth;
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) width = kl->block_out_channels.front();
  if (const auto* vq = std::get_if<VqConfig>(&run.vae.config)) width = vq->block_out_channels.front();
  return pixels * width * kLiveEncoderMaps * kFloatBytes;
}

/// It works on whole pictures only.
bool is_tiny(const ResolvedRun& run) {
  return std::holds_alternative<TinyVaeConfig>(run.vae.config);
}

std::int64_t pixels_of(const Extent& extent) {
  return static_cast<std::int64_t>(extent.width) * extent.height;
}

std::int64_t tile_pixels(const ResolvedRun& run) {
  const std::int64_t side = Tiling().tile * run.latent_space().factor;
  return std::min(side * side, pixels_of(run.request.extent));
}

/// The parts of a run with what they weigh, and the plans that can be made of them.
class Planner {
 public:
  Planner(const ResolvedRun& run, std::int64_t bytes_per_weight, std::int64_t available)
      : run_(run), bytes_per_weight_(bytes_per_weight), available_(available) {
    add_text();
    add_networks();
    for (std::size_t i = 0; i < run.controls.size(); ++i) {
      controls_.push_back(part(concat("control ", i + 1), run.controls[i].network.facts.parameters));
    }
    vae_ = part("vae", run.vae.elements);
  }

  /// `keeps`: nothing that was loaded for the run goes before its end.
  [[nodiscard]] ResidencyPlan side_by_side(bool keeps) const {
    std::vector<Part> networks;
    for (const DenoiserName& name : run_.trajectory.denoisers()) {
      if (!networks_.at(name).shares) networks.push_back(networks_.at(name));
    }
    return plan(keeps, [&](const DenoiserName&) { return networks; });
  }

  [[nodiscard]] ResidencyPlan one_at_a_time() const {
    ResidencyPlan result = plan(false, [&](const DenoiserName& name) { return std::vector{networks_.at(name)}; });
    result.one_at_a_time = true;
    return result;
  }

 private:
  struct Part {
    std::string name;
    std::int64_t bytes = 0;
    bool shares = false;  ///< its weights are those of an earlier part
  };

  [[nodiscard]] Part part(std::string name, std::int64_t weights) const {
    return {std::move(name), weights * bytes_per_weight_, false};
  }

  void add_text() {
    if (run_.takes_classes()) return;
    std::set<DenoiserName> sources;
    for (const DenoiserName& name : run_.trajectory.denoisers()) {
      const DenoiserName source = run_.text_source(name);
      if (!sources.insert(source).second) continue;
      const std::string owner = source == run_.owner ? "" : concat(" of ", source);
      for (const TextPart& text : run_.models.at(source).text->encoders) {
        text_.push_back(part(concat(text.role, owner), text.elements));
      }
    }
  }

  void add_networks() {
    std::set<std::filesystem::path> shared;
    for (const DenoiserName& name : run_.trajectory.denoisers()) {
      const ModelParts& parts = run_.models.at(name);
      Part network = part(name, parts.facts.parameters);
      network.shares = run_.loras_of(name, LoraTarget::Network).method == LoraMethod::Added &&
                       !shared.insert(std::filesystem::weakly_canonical(parts.network_folder)).second;
      networks_.emplace(name, std::move(network));
    }
  }

  template <class NetworksAt>
  [[nodiscard]] ResidencyPlan plan(bool keeps, const NetworksAt& networks_at) const {
    ResidencyPlan result;
    result.available_bytes = available_;
    std::vector<Part> held;
    const auto add = [&](const std::string& name, const std::vector<Part>& parts, std::int64_t working) {
      if (!keeps) held.clear();
      for (const Part& part : parts) {
        const bool known = std::any_of(held.begin(), held.end(), [&](const Part& h) { return h.name == part.name; });
        if (!known) held.push_back(part);
      }
      ResidencyStage stage;
      stage.name = name;
      for (const Part& part : held) {
        stage.parts.push_back(part.name);
        stage.weight_bytes += part.bytes;
      }
      stage.working_bytes = working;
      result.stages.push_back(std::move(stage));
    };
    if (!text_.empty()) add("text", text_, 0);
    if (run_.encodes()) add("encoding", {vae_}, encoding_bytes());
    for (const Segment& segment : run_.trajectory.segments) {
      std::vector<Part> parts = networks_at(segment.denoiser);
      parts.insert(parts.end(), controls_.begin(), controls_.end());
      add(segment.denoiser, parts, network_activations(run_, segment.denoiser));
    }
    const bool stays_latent = run_.second && run_.request.second_pass->upscale == Upscale::Latent;
    if (!stays_latent) add("decoding", {vae_}, decoding_bytes());
    return result;
  }

  [[nodiscard]] std::int64_t encoding_bytes() const {
    const std::int64_t pixels = encodes_in_tiles(run_, available_) ? tile_pixels(run_) : pixels_of(run_.request.extent);
    return encoder_activations(run_, pixels);
  }

  [[nodiscard]] std::int64_t decoding_bytes() const {
    const std::int64_t pixels = needs_tiles(run_, available_) ? tile_pixels(run_) : pixels_of(run_.request.extent);
    return decoder_activations(run_, pixels);
  }

  const ResolvedRun& run_;
  std::int64_t bytes_per_weight_;
  std::int64_t available_;
  std::vector<Part> text_, controls_;
  std::map<DenoiserName, Part> networks_;
  Part vae_;
};

std::string megabytes(std::int64_t bytes) {
  return concat((bytes + (1 << 20) - 1) >> 20U, " MiB");
}

}  // namespace

ResidencyPlan plan_residency(const ResolvedRun& run, std::int64_t bytes_per_weight, Residency residency,
                             const MemoryBudget& budget) {
  const Planner planner(run, bytes_per_weight, budget.available);
  ResidencyPlan plan = planner.side_by_side(residency == Residency::Keep);
  if (plan.peak_bytes() > budget.side_by_side()) plan = planner.one_at_a_time();
  if (!run.second) return plan;
  const ResidencyPlan second = plan_residency(run.second_run(), bytes_per_weight, residency, budget);
  plan.one_at_a_time = plan.one_at_a_time || second.one_at_a_time;
  // The text is encoded once; what each pass holds is told in its own stages.
  std::copy_if(second.stages.begin(), second.stages.end(), std::back_inserter(plan.stages),
               [](const ResidencyStage& stage) { return stage.name != "text"; });
  return plan;
}

void require_memory(const ResidencyPlan& plan, const Extent& extent) {
  const std::int64_t need = plan.peak_bytes();
  if (need <= plan.available_bytes) return;
  throw OutOfMemory(
      concat("this run needs about ", megabytes(need), ", and ", megabytes(plan.available_bytes), " are free."),
      concat(extent.width, 'x', extent.height), "Choose a smaller size or smaller models, or close other programs.");
}

bool needs_tiles(const ResolvedRun& run, std::int64_t available) {
  return !is_tiny(run) && decoder_activations(run, pixels_of(run.request.extent)) > available / 2;
}

bool encodes_in_tiles(const ResolvedRun& run, std::int64_t available) {
  return !is_tiny(run) && encoder_activations(run, pixels_of(run.request.extent)) > available / 2;
}

}  // namespace tstitch
