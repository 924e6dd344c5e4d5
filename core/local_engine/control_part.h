#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/image.h"
#include "core/configs/adapter_config.h"
#include "core/configs/model_config.h"
#include "core/local_engine/picture_shelf.h"
#include "core/models/model_facts.h"
#include "core/networks/adapter_map.h"
#include "core/networks/residual_map.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// A control network on disk: a ControlNet, which sees the run at each evaluation, or a T2I-Adapter, which sees only
/// the picture.
struct ControlNetworkPart {
  ModelFacts facts;             ///< no latent space, schedule or text encoder: it takes those of the denoiser beside it
  std::filesystem::path place;  ///< its folder or its file
  std::string stamp;            ///< of that place, taken before it was read
  std::variant<ControlNetConfig, AdapterConfig> config;
  bool is_inferred = false;  ///< the config follows from the tensors of a file that has none

  /// Null for a ControlNet.
  [[nodiscard]] const AdapterConfig* adapter() const { return std::get_if<AdapterConfig>(&config); }
};

/// Reads config and headers of a folder whose config says ControlNetModel or T2IAdapter, or of a file with one in it,
/// alone or (a ControlNet) beside a whole model, in diffusers' layout or the original one. Throws BadInput naming the
/// file and the fact.
ControlNetworkPart read_control_network(const std::filesystem::path& place, const std::string& variant);

/// The network that makes a control's map, on disk.
struct AnnotatorPart {
  std::string family;            ///< as model_identity.h tells it
  std::vector<FileStamp> files;  ///< of its weights
  std::string stamp;             ///< of its folder or file, taken before it was read
};

/// Where what a control network makes goes in a U-Net.
using ControlPlaces = std::variant<ResidualMap, AdapterMap>;

/// A control of a request: its network, and its picture at the picture's own size.
struct ControlPart {
  ControlNetworkPart network;
  std::shared_ptr<const Image> picture;
  FileStamp picture_file;
  std::optional<AnnotatorPart> annotator;        ///< for the kinds that need one
  std::map<DenoiserName, ControlPlaces> places;  ///< by denoiser that it acts on
};

/// Reads everything but the weights' numbers. Throws BadInput, or UsageError for a kind that needs an annotator's
/// weights where none are given.
ControlPart read_control_part(const ControlChoice& choice, const std::string& variant, PictureShelf& pictures);

/// What the control network sees in a run of that size, RGB: the picture brought to it as its fit says (stretched
/// as diffusers brings control images), then, unless it is a map already, annotated on that device, in fp32 whatever
/// the run's precision is. Borders stay black.
Image control_map(const ControlChoice& choice, const Image& picture, const Extent& extent, at::Device device,
                  const std::stop_token& stop);

/// Whether the control acts at evaluation i of N: start <= i/N and (i+1)/N <= end, in doubles.
bool acts_at(const ControlChoice& choice, int evaluation, int evaluations);

/// What a ControlNet's file does not tell and the network beside it does: the width of the time ids.
void take_time_ids_of(ControlNetworkPart& control, const UnetConfig& network);

/// Where in that network what the control network makes goes. Throws IncompatibleModels where a ControlNet needs other
/// text or latents than the network is given, or where nothing fits. `factor`: pixels per latent.
ControlPlaces require_fitting_places(const ControlNetworkPart& control, const UnetConfig& network, int factor,
                                     const std::string& network_name);

/// Throws UsageError for a size whose pixels a T2I-Adapter cannot group.
void require_whole_groups(const ControlNetworkPart& control, const Extent& extent);

}  // namespace tstitch
