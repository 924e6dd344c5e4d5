#include "core/local_engine/control_part.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/control/annotator.h"
#include "core/engine/model_identity.h"
#include "core/engine/model_index.h"
#include "core/formats/inferred_config.h"
#include "core/image/image_file.h"
#include "core/image/lanczos.h"
#include "core/local_engine/part_facts.h"
#include "core/local_engine/part_weights.h"
#include "core/networks/control_net.h"
#include "core/weights/mapped_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

void describe(ControlNetPart& part, const fs::path& place, const WeightSource& weights) {
  ModelFacts& facts = part.facts;
  facts.path = place;
  facts.name = display_name(place);
  facts.family = identify_tensors(shapes_of(weights), weights.label()).family;
  facts.purpose = phrase_of(ModelRole::ControlNet);
  facts.latent_channels = part.config.encoder.in_channels;
  facts.context_width = part.config.encoder.cross_attention_dim;
  facts.parameters = element_count(weights);
  facts.network_bytes_fp32 = facts.parameters * 4;
  facts.dtype = dtype_name(weights.entries().begin()->second.type);
  facts.files = weights.files();
}

[[noreturn]] void refuse(const ControlNetPart& control, const std::string& fact, const std::string& network_name) {
  throw IncompatibleModels(concat("the ControlNet does not fit the denoiser ", network_name, ": ", fact),
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
  const auto weights = open_annotator(choice.annotator->location);
  return AnnotatorPart{identify_tensors(shapes_of(*weights), weights->label()).family, weights->files()};
}

bool attends(const UnetConfig& encoder) {
  if (encoder.mid == UnetMidBlock::CrossAttention) return true;
  for (const UnetLevel& level : encoder.down) {
    if (level.block == UnetBlock::CrossAttention) return true;
  }
  return false;
}

}  // namespace

ControlNetPart read_control_net(const fs::path& place, const std::string& variant) {
  const ModelKind kind = identify_model(place);
  if (kind != ModelKind::ControlNetFolder && kind != ModelKind::WeightFile) {
    throw BadInput(
        "this holds no ControlNet, expected a file with one or a folder whose config.json says "
        "ControlNetModel.",
        place.string());
  }
  ControlNetPart part;
  part.place = place;
  part.is_inferred = kind == ModelKind::WeightFile;
  const auto weights = open_control_net(place, variant);
  part.config = part.is_inferred
                    ? infer_control_net_config(shapes_of(*weights), place.string())
                    : parse_control_net_config(read_text_file(place / "config.json"), (place / "config.json").string());
  require_structure<ControlNet>(*weights, part.config);
  describe(part, place, *weights);
  return part;
}

void take_time_ids_of(ControlNetPart& control, const UnetConfig& network) {
  if (control.is_inferred) control.config.encoder.addition_time_embed_dim = network.addition_time_embed_dim;
}

ControlPart read_control_part(const ControlChoice& choice, const std::string& variant) {
  ControlPart part;
  part.annotator = read_annotator(choice);
  part.network = read_control_net(choice.model.location, variant);
  part.picture = std::make_shared<const Image>(read_picture(choice.picture.location).image);
  return part;
}

Image control_map(const ControlChoice& choice, const Image& picture, const Extent& extent, at::Device device,
                  const std::stop_token& stop) {
  Image sized = lanczos_resized(picture, extent.width, extent.height);
  if (choice.shows_map()) return sized;
  return annotator_of(choice, {.device = device, .stop = stop})->map(sized, stop);
}

bool acts_at(const ControlChoice& choice, int evaluation, int evaluations) {
  const double begin = static_cast<double>(evaluation) / evaluations;
  const double end = static_cast<double>(evaluation + 1) / evaluations;
  return choice.start <= begin && end <= choice.end;
}

ResidualMap require_fitting_residuals(const ControlNetPart& control, const UnetConfig& network, int factor,
                                      const std::string& network_name) {
  const UnetConfig& own = control.config.encoder;
  if (own.in_channels != network.in_channels) {
    refuse(control, concat("it takes ", own.in_channels, " latent channels, not ", network.in_channels, "."),
           network_name);
  }
  if (1 << (control.config.hint_widths.size() - 1) != factor) {
    refuse(control,
           concat("its picture is ", 1 << (control.config.hint_widths.size() - 1),
                  " times as large as the latents, which are of factor ", factor, "."),
           network_name);
  }
  if (attends(own) && own.cross_attention_dim != network.cross_attention_dim) {
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

}  // namespace tstitch
