#include "core/control/network_annotators.h"

#include <string>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/configs/foreign_kinds.h"
#include "core/configs/model_config.h"
#include "core/control/line_art.h"
#include "core/control/pose.h"
#include "core/control/soft_edge.h"
#include "core/formats/text_file.h"
#include "core/models/model_identity.h"
#include "core/networks/depth_anything.h"
#include "core/networks/depth_processing.h"
#include "core/networks/dpt_depth.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace {

BuildOptions build_options(const AnnotatorOptions& options) {
  return {.type = options.type, .device = options.device, .stop = options.stop};
}

class DepthAnnotator final : public Annotator {
 public:
  DepthAnnotator(std::unique_ptr<DepthNetwork> network, DepthProcessorConfig processor, at::Device device)
      : network_(std::move(network)), processor_(processor), device_(device) {}

  [[nodiscard]] Image map(const Image& picture, const std::stop_token& stop) const override {
    stop_point(stop);
    if (picture.rgb.empty()) throw BadInput("expected a picture with pixels, found an empty one.");
    const at::Tensor depth = (*network_)(depth_input(picture, processor_).to(device_), stop);
    return depth_map(depth, picture.width, picture.height);
  }

 private:
  std::unique_ptr<DepthNetwork> network_;
  DepthProcessorConfig processor_;
  at::Device device_;
};

/// One network, and the function that makes a map with it.
template <class Network, Image (*make_map)(const Network&, const Image&, at::Device, const std::stop_token&)>
class NetworkAnnotator final : public Annotator {
 public:
  NetworkAnnotator(const WeightScope& at, at::Device device) : network_(at), device_(device) {}

  [[nodiscard]] Image map(const Image& picture, const std::stop_token& stop) const override {
    return make_map(network_, picture, device_, stop);
  }

 private:
  Network network_;
  at::Device device_;
};

/// Throws BadInput for a file that is something else, before its tensors are counted.
void require_annotator(const WeightSource& source) {
  constexpr const char* kExpected = "an annotator's network";
  const TensorShapes shapes = shapes_of(source);
  refuse_foreign_kind(shapes, source.label(), kExpected);
  ModelIdentity found;
  try {
    found = identify_tensors(shapes, source.label());
  } catch (const BadInput&) {
    refuse_stray_kind(shapes, source.label(), kExpected);
    return;  // nothing that is known: how it differs from an annotator says more
  }
  if (found.role == ModelRole::Annotator) return;
  throw BadInput(concat("is ", phrase_of(found.role), " (", found.family, "), expected ", kExpected, "."),
                 source.label());
}

/// The annotator of a file that holds nothing but its network.
template <class Network, Image (*make_map)(const Network&, const Image&, at::Device, const std::stop_token&)>
std::unique_ptr<Annotator> from_file(const std::filesystem::path& file, const AnnotatorOptions& options) {
  const auto weights = open_weight_file(file);
  require_annotator(*weights);
  const WeightScope root(*weights, build_options(options));
  auto annotator = std::make_unique<NetworkAnnotator<Network, make_map>>(root, options.device);
  root.require_complete();
  return annotator;
}

/// The fixed side of DPT-hybrid's pictures and the patches of Depth Anything's are the processor's to keep.
void require_fitting(const DepthProcessorConfig& processor, int fixed_side, int multiple, const std::string& file) {
  if (fixed_side > 0 && (processor.keep_aspect_ratio || processor.width != fixed_side ||
                         processor.height != fixed_side || fixed_side % processor.multiple_of != 0)) {
    throw BadInput(concat("resizes pictures otherwise than to ", fixed_side, "x", fixed_side,
                          ", the only size that the network beside it takes."),
                   file);
  }
  if (processor.multiple_of % multiple == 0) return;
  throw BadInput(
      concat("has ensure_multiple_of ", processor.multiple_of, ", no multiple of the network's patch ", multiple, "."),
      file);
}

}  // namespace

std::unique_ptr<Annotator> make_depth_annotator(const std::filesystem::path& place, const AnnotatorOptions& options) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(place, ignored);
  if (is_file) require_annotator(*open_weight_file(place));
  const std::filesystem::path folder = is_file ? place.parent_path() : place;
  const std::string config_file = (folder / "config.json").string();
  const std::string processor_file = (folder / "preprocessor_config.json").string();
  const std::string config = read_text_file(config_file);
  const DepthProcessorConfig processor = parse_depth_processor_config(read_text_file(processor_file), processor_file);
  const auto weights = is_file ? open_weight_file(place) : open_weights(folder, "model");
  const WeightScope root(*weights, build_options(options));
  std::unique_ptr<DepthNetwork> network;
  if (class_name_of(config, config_file) == "DPTForDepthEstimation") {
    const DptConfig dpt = parse_dpt_config(config, config_file);
    require_fitting(processor, dpt.image_size, 1, processor_file);
    network = std::make_unique<DptDepth>(root, dpt);
  } else {
    const DepthAnythingConfig anything = parse_depth_anything_config(config, config_file);
    require_fitting(processor, 0, anything.patch_size, processor_file);
    network = std::make_unique<DepthAnything>(root, anything);
  }
  root.require_complete({"mask_token"});
  return std::make_unique<DepthAnnotator>(std::move(network), processor, options.device);
}

std::unique_ptr<Annotator> make_pose_annotator(const std::filesystem::path& file, const AnnotatorOptions& options) {
  return from_file<BodyPoseNetwork, pose_map>(file, options);
}

std::unique_ptr<Annotator> make_soft_edge_annotator(const std::filesystem::path& file,
                                                    const AnnotatorOptions& options) {
  return from_file<SoftEdgeNetwork, soft_edge_map>(file, options);
}

std::unique_ptr<Annotator> make_line_art_annotator(const std::filesystem::path& file, const AnnotatorOptions& options) {
  return from_file<LineArtNetwork, line_art_map>(file, options);
}

}  // namespace tstitch
