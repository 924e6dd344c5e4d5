#include "core/local_engine/memory_need.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr std::int64_t kFloatBytes = 4;

/// A resnet of the outermost level holds about this many maps of its width at once (input, skip, two convolutions and
/// their normalised copies), an up block twice the width at its entry.
constexpr std::int64_t kLiveMaps = 10;

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

std::int64_t network_activations(const ResolvedRun& run) {
  std::int64_t width = 0;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    width = std::max(width, width_of(run.models.at(name).network));
  }
  constexpr std::int64_t kGuidanceHalves = 2;
  return kGuidanceHalves * latent_area(run) * width * kLiveMaps * kFloatBytes;
}

/// The decoder's widest map has full resolution and the channels of the second level; about four of them live at once.
std::int64_t decoder_activations(const ResolvedRun& run) {
  constexpr std::int64_t kLiveDecoderMaps = 4, kTinyWidth = 64;
  const std::int64_t area = static_cast<std::int64_t>(run.request.extent.width) * run.request.extent.height;
  const auto second_level = [](const std::vector<int>& widths) { return widths.size() > 1 ? widths[1] : widths[0]; };
  std::int64_t width = kTinyWidth;
  if (const auto* kl = std::get_if<VaeConfig>(&run.vae.config)) width = second_level(kl->block_out_channels);
  if (const auto* vq = std::get_if<VqConfig>(&run.vae.config)) width = second_level(vq->block_out_channels);
  return area * width * kLiveDecoderMaps * kFloatBytes;
}

std::string megabytes(std::int64_t bytes) {
  return concat((bytes + (1 << 20) - 1) >> 20U, " MiB");
}

}  // namespace

std::int64_t memory_need(const ResolvedRun& run, std::int64_t bytes_per_weight) {
  std::int64_t networks = 0;
  std::set<std::filesystem::path> shared;
  for (const DenoiserName& name : run.trajectory.denoisers()) {
    const ModelParts& parts = run.models.at(name);
    const bool shares = run.loras_of(name, LoraTarget::Network).method == LoraMethod::Added;
    if (shares && !shared.insert(std::filesystem::weakly_canonical(parts.network_folder)).second) continue;
    networks += parts.facts.parameters * bytes_per_weight;
  }
  for (const ControlPart& control : run.controls) networks += control.network.facts.parameters * bytes_per_weight;
  return networks + network_activations(run);
}

void require_memory(const ResolvedRun& run, std::int64_t bytes_per_weight, std::int64_t available) {
  const std::int64_t need = memory_need(run, bytes_per_weight);
  if (need <= available) return;
  throw OutOfMemory(concat("this run needs about ", megabytes(need), ", and ", megabytes(available), " are free."),
                    concat(run.request.extent.width, 'x', run.request.extent.height),
                    "Choose a smaller size or smaller models, or close other programs.");
}

bool needs_tiles(const ResolvedRun& run, std::int64_t available) {
  return decoder_activations(run) > available / 2;
}

}  // namespace tstitch
