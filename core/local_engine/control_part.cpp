#include "core/local_engine/control_part.h"

#include <algorithm>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/config_text.h"
#include "core/configs/inferred_config.h"
#include "core/control/annotator.h"
#include "core/formats/text_file.h"
#include "core/image/fit.h"
#include "core/image/lanczos.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/part_weights.h"
#include "core/models/model_identity.h"
#include "core/models/model_index.h"
#include "core/networks/control_net.h"
#include "core/networks/t2i_adapter.h"
#include "core/request/control_reach.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

void describe(ControlNetworkPart& part, const fs::path& place, const ModelIdentity& identity,
              const WeightSource& weights) {
  ModelFacts& facts = part.facts;
  facts.path = place;
  facts.name = display_name(place);
  facts.family = identity.family;
  facts.purpose = phrase_of(part.adapter() != nullptr ? ModelRole::Adapter : ModelRole::ControlNet);
  if (const auto* control = std::get_if<ControlNetConfig>(&part.config)) {
    facts.latent_channels = control->encoder.in_channels;
    facts.context_width = control->encoder.cross_attention_dim;
  }
  facts.parameters = element_count(weights);
  facts.network_bytes_fp32 = facts.parameters * 4;
  facts.dtype = stored_dtype(weights);
  facts.files = weights.files();
  facts.stamps = weights.stamps();
}

/// A file's follows from its tensors.
std::variant<ControlNetConfig, AdapterConfig> config_of(const fs::path& place, ModelKind kind,
                                                        const ModelIdentity& identity, const WeightSource& weights) {
  if (kind == ModelKind::WeightFile) {
    const TensorShapes shapes = shapes_of(weights);
    if (identity.role == ModelRole::Adapter) return infer_adapter_config(shapes, place.string());
    return infer_control_net_config(shapes, place.string());
  }
  const fs::path file = place / "config.json";
  const std::string text = read_text_file(file, kLongestConfig);
  if (kind == ModelKind::AdapterFolder) return parse_adapter_config(text, file.string());
  return parse_control_net_config(text, file.string());
}

void require_control_structure(const WeightSource& weights, const ControlNetworkPart& part) {
  if (const AdapterConfig* adapter = part.adapter()) return require_structure<T2iAdapter>(weights, *adapter);
  require_structure<ControlNet>(weights, std::get<ControlNetConfig>(part.config));
}

[[noreturn]] void refuse(const ControlNetworkPart& control, const std::string& fact, const std::string& network_name) {
  const char* what = control.adapter() != nullptr ? "T2I-Adapter" : "ControlNet";
  throw IncompatibleModels(concat("the ", what, " does not fit the denoiser ", network_name, ": ", fact),
                           control.facts.path.string());
}

std::unique_ptr<Annotator> annotator_of(const ControlChoice& choice, const AnnotatorOptions& options) {
  const fs::path weights = choice.annotator ? choice.annotator->location : fs::path();
  return make_annotator({choice.kind, weights, choice.thresholds}, options);
}

/// Checks the annotator that the choice needs; nothing where it has no weights.
std::optional<AnnotatorPart> read_annotator(const ControlChoice& choice) {
  if (choice.shows_map()) return std::nullopt;
  try {
    static_cast<void>(annotator_of(choice, {.device = at::kMeta}));
  } catch (const UsageError& problem) {
    const char* how = choice.annotator ? "" : " Add ,annotator=PATH, or ,map to a picture that already is a map.";
    throw UsageError(problem.what(), "--control", concat(problem.hint(), how));
  }
  if (!choice.annotator) return std::nullopt;
  const std::string stamp = place_stamp(choice.annotator->location);
  const auto weights = open_annotator(choice.annotator->location);
  return AnnotatorPart{identify_tensors(shapes_of(*weights), weights->label()).family, weights->stamps(), stamp};
}

/// Without the borders of ControlFit::Pad, whose edges an annotator would draw.
Image at_size_of_run(ControlFit fit, const Image& picture, const Extent& extent) {
  if (fit == ControlFit::Crop) return cropped_to(picture, extent.width, extent.height);
  if (fit == ControlFit::Stretch) return lanczos_resized(picture, extent.width, extent.height);
  const InnerSides sides = inner_sides(picture, extent.width, extent.height);
  return lanczos_resized(picture, sides.width, sides.height);
}

/// Attentions without transformer layers do not read the text.
bool reads_text(const UnetConfig& encoder) {
  if (encoder.mid == UnetMidBlock::CrossAttention && encoder.mid_transformer_layers > 0) return true;
  return std::any_of(encoder.down.begin(), encoder.down.end(), [](const UnetLevel& level) {
    const std::vector<int>& layers = level.transformer_layers;
    return std::any_of(layers.begin(), layers.end(), [](int count) { return count > 0; });
  });
}

ResidualMap fitting_residuals(const ControlNetworkPart& control, const ControlNetConfig& config,
                              const UnetConfig& network, int factor, const std::string& network_name) {
  const UnetConfig& own = config.encoder;
  if (own.in_channels != network.latent_channels()) {
    refuse(control, concat("it takes ", own.in_channels, " latent channels, not ", network.latent_channels(), "."),
           network_name);
  }
  if (1 << (config.hint_widths.size() - 1) != factor) {
    refuse(control,
           concat("its picture is ", 1 << (config.hint_widths.size() - 1),
                  " times as large as the latents, which are of factor ", factor, "."),
           network_name);
  }
  if (reads_text(own) && own.cross_attention_dim != network.cross_attention_dim) {
    refuse(control,
           concat("it takes text of width ", own.cross_attention_dim, ", not ", network.cross_attention_dim, "."),
           network_name);
  }
  const bool is_told = own.addition == Addition::TextTime;
  if (is_told && (network.addition != Addition::TextTime ||
                  own.projection_class_embeddings_input_dim != network.projection_class_embeddings_input_dim)) {
    refuse(control, "it takes other pooled text and time ids.", network_name);
  }
  ResidualMap map = residual_map(own, network);
  if (map.empty()) refuse(control, "none of its residuals has the width of a skip.", network_name);
  return map;
}

AdapterMap fitting_features(const ControlNetworkPart& control, const AdapterConfig& config, const UnetConfig& network,
                            int factor, const std::string& network_name) {
  const AdapterMap map = adapter_map(config, network, factor);
  if (!map.empty()) return map;
  const std::vector<FeatureShape> places = feature_places(network, factor);
  const std::span<const FeatureShape> levels(places.data(), network.down.size());
  refuse(control,
         concat("it makes features of ", text_of(features_of(config)),
                " (channels, share of the picture's sides), and the levels there take ", text_of(levels), "."),
         network_name);
}

}  // namespace

ControlNetworkPart read_control_network(const fs::path& place, const std::string& variant) {
  const ModelKind kind = identify_model(place);
  if (kind != ModelKind::ControlNetFolder && kind != ModelKind::AdapterFolder && kind != ModelKind::WeightFile) {
    throw BadInput(
        "this holds no ControlNet and no T2I-Adapter, expected a file with one or a folder whose config.json says "
        "ControlNetModel or T2IAdapter.",
        place.string());
  }
  ControlNetworkPart part;
  part.place = place;
  part.stamp = place_stamp(place);
  part.is_inferred = kind == ModelKind::WeightFile;
  const auto weights = open_control_network(place, variant);
  const ModelIdentity identity =
      identify_tensors(shapes_of(*weights), weights->label(), "a ControlNet or a T2I-Adapter");
  part.config = config_of(place, kind, identity, *weights);
  require_control_structure(*weights, part);
  describe(part, place, identity, *weights);
  return part;
}

void take_time_ids_of(ControlNetworkPart& control, const UnetConfig& network) {
  auto* config = std::get_if<ControlNetConfig>(&control.config);
  if (config != nullptr && control.is_inferred) {
    config->encoder.addition_time_embed_dim = network.addition_time_embed_dim;
  }
}

ControlPart read_control_part(const ControlChoice& choice, const std::string& variant, PictureShelf& pictures) {
  ControlPart part;
  part.annotator = read_annotator(choice);
  part.network = read_control_network(choice.model.location, variant);
  const PictureShelf::Read picture = pictures.read(choice.picture.location);
  part.picture = picture.image;
  part.picture_file = picture.file;
  return part;
}

Image control_map(const ControlChoice& choice, const Image& picture, const Extent& extent, at::Device device,
                  const std::stop_token& stop) {
  Image sized = at_size_of_run(choice.fit, picture, extent);
  Image map =
      choice.shows_map() ? std::move(sized) : annotator_of(choice, {.device = device, .stop = stop})->map(sized, stop);
  return choice.fit == ControlFit::Pad ? with_borders(map, extent.width, extent.height) : map;
}

bool acts_at(const ControlChoice& choice, int evaluation, int evaluations) {
  return reaches(choice.start, choice.end, evaluation, evaluations);
}

ControlPlaces require_fitting_places(const ControlNetworkPart& control, const UnetConfig& network, int factor,
                                     const std::string& network_name) {
  if (const AdapterConfig* adapter = control.adapter()) {
    return fitting_features(control, *adapter, network, factor, network_name);
  }
  return fitting_residuals(control, std::get<ControlNetConfig>(control.config), network, factor, network_name);
}

void require_whole_groups(const ControlNetworkPart& control, const Extent& extent) {
  const AdapterConfig* adapter = control.adapter();
  if (adapter == nullptr) return;
  const int side = adapter->unshuffle;
  if (extent.width % side == 0 && extent.height % side == 0) return;
  throw UsageError(concat("the T2I-Adapter ", control.facts.name, " takes pictures whose sides are multiples of ", side,
                          ", not ", extent.width, "x", extent.height, "."),
                   "--size");
}

}  // namespace tstitch
