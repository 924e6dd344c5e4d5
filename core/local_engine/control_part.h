#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/image.h"
#include "core/engine/model_facts.h"
#include "core/formats/model_config.h"
#include "core/networks/residual_map.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// A ControlNet on disk.
struct ControlNetPart {
  ModelFacts facts;             ///< no latent space, schedule or text encoder: it takes those of the denoiser beside it
  std::filesystem::path place;  ///< its folder or its file
  ControlNetConfig config;
  bool is_inferred = false;  ///< the config follows from the tensors of a file that has none
};

/// Reads config and headers of a folder whose config says ControlNetModel, or of a file with a ControlNet in it, alone
/// or beside a whole model, in diffusers' layout or the original one (`control_model.`). Throws BadInput naming the
/// file and the fact.
ControlNetPart read_control_net(const std::filesystem::path& place, const std::string& variant);

/// The network that makes a control's map, on disk.
struct AnnotatorPart {
  std::string family;                        ///< as model_identity.h tells it
  std::vector<std::filesystem::path> files;  ///< of its weights
};

/// A control of a request: its network, and its picture at the picture's own size.
struct ControlPart {
  ControlNetPart network;
  std::shared_ptr<const Image> picture;
  std::optional<AnnotatorPart> annotator;    ///< for the kinds that need one
  std::map<DenoiserName, ResidualMap> maps;  ///< by denoiser that it acts on
};

/// Reads everything but the weights' numbers. Throws BadInput, or UsageError for a kind that needs an annotator's
/// weights where none are given.
ControlPart read_control_part(const ControlChoice& choice, const std::string& variant);

/// What the ControlNet sees in a run of that size, RGB: the picture brought to it as diffusers brings control images,
/// then, unless it is a map already, annotated on that device, in fp32 whatever the run's precision is.
Image control_map(const ControlChoice& choice, const Image& picture, const Extent& extent, at::Device device,
                  const std::stop_token& stop);

/// Whether the control acts at evaluation i of N: start <= i/N and (i+1)/N <= end, in doubles.
bool acts_at(const ControlChoice& choice, int evaluation, int evaluations);

/// What a file does not tell and the network beside it does: the width of the time ids.
void take_time_ids_of(ControlNetPart& control, const UnetConfig& network);

/// The skips of that network that the ControlNet's residuals go to. Throws IncompatibleModels where it needs other text
/// or latents than the network is given, or no residual fits. `factor`: pixels per latent.
ResidualMap require_fitting_residuals(const ControlNetPart& control, const UnetConfig& network, int factor,
                                      const std::string& network_name);

}  // namespace tstitch
