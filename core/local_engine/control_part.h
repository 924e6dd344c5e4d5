#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "core/base/image.h"
#include "core/engine/model_facts.h"
#include "core/formats/model_config.h"
#include "core/networks/residual_map.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// A ControlNet on disk.
struct ControlNetPart {
  ModelFacts facts;  ///< no latent space, schedule or text encoder: it takes those of the denoiser beside it
  std::filesystem::path folder;
  ControlNetConfig config;
};

/// Reads config and headers of a folder whose config says ControlNetModel. Throws BadInput naming the file and the
/// fact.
ControlNetPart read_control_net(const std::filesystem::path& place, const std::string& variant);

/// A control of a request: its network, and its picture at the picture's own size.
struct ControlPart {
  ControlNetPart network;
  std::shared_ptr<const Image> picture;
  std::map<DenoiserName, ResidualMap> maps;  ///< by denoiser that it acts on
};

/// Reads everything but the weights' numbers. Throws BadInput, or UsageError for a kind without an annotator whose
/// picture is not a map.
ControlPart read_control_part(const ControlChoice& choice, const std::string& variant);

/// What the ControlNet sees in a run of that size, RGB: the picture brought to it as diffusers brings control images,
/// then, unless it is a map already, annotated.
Image control_map(const ControlChoice& choice, const Image& picture, const Extent& extent, const std::stop_token& stop);

/// Whether the control acts at evaluation i of N: start <= i/N and (i+1)/N <= end, in doubles.
bool acts_at(const ControlChoice& choice, int evaluation, int evaluations);

/// The skips of that network that the ControlNet's residuals go to. Throws IncompatibleModels where it needs other text
/// or latents than the network is given, or no residual fits. `factor`: pixels per latent.
ResidualMap require_fitting_residuals(const ControlNetPart& control, const UnetConfig& network, int factor,
                                      const std::string& network_name);

}  // namespace tstitch
