#include "core/configs/dit_config.h"

#include <cmath>

#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/formats/shape_reader.h"

namespace tstitch {
namespace {

constexpr int kWidest = 16'384;
constexpr int kMostChannels = 1024;
constexpr int kMostLayers = 256;
constexpr int kLargestPatch = 64;
constexpr int kMostClasses = 1 << 20;
constexpr int kLargestSample = 1024;

/// The class under which the published files name what is now a class of its own; its defaults are for another network.
constexpr const char* kOlderClass = "Transformer2DModel";

/// Options that change the network and that no supported model sets.
void refuse_unused_options(const ConfigReader& config) {
  for (const std::string_view key : {"cross_attention_dim", "num_vector_embeds", "caption_channels"}) {
    config.require(key, {});
  }
  for (const std::string_view key : {"double_self_attention", "only_cross_attention", "norm_elementwise_affine",
                                     "use_linear_projection", "use_additional_conditions"}) {
    config.require(key, {false});
  }
  config.require("interpolation_scale", {1, 1.0});
  config.require("attention_type", {"default"});
  config.require("norm_type", {"ada_norm_zero"});
  config.require("activation_fn", {"gelu-approximate"});
}

/// What the older class fills in otherwise than a DiT needs it, so silence would mean another network.
void require_spelled_out(const ConfigReader& config) {
  for (const std::string_view key :
       {"norm_type", "activation_fn", "norm_elementwise_affine", "num_attention_heads", "attention_head_dim",
        "num_layers", "patch_size", "sample_size", "in_channels", "num_embeds_ada_norm", "attention_bias"}) {
    if (!config.has(key)) config.refuse(key, concat("is missing, which ", kOlderClass, " needs to be a DiT."));
  }
}

/// What both ways to a config have to agree on.
template <class Refuse>
void require_consistent(const DitConfig& dit, const Refuse& refuse) {
  if (dit.width() > kWidest) refuse(concat("makes the network ", dit.width(), " wide; at most ", kWidest, " is."));
  if (dit.width() % 4 != 0) refuse(concat("makes the network ", dit.width(), " wide, which is no multiple of 4."));
}

int head_width_of(const ShapeReader& shapes, int width) {
  constexpr int kCommon = 64;
  constexpr int kExtraLarge = 72;
  if (width == 16 * kExtraLarge) return kExtraLarge;
  if (width % kCommon == 0) return kCommon;
  if (width % kExtraLarge == 0) return kExtraLarge;
  shapes.refuse("pos_embed.proj.weight", concat("is ", width, " wide; heads are ", kCommon, " or ", kExtraLarge,
                                                " wide, and neither divides that."));
}

int sample_size_of(const ShapeReader& shapes, int patch) {
  constexpr int kCommon = 32;
  const std::string positions = "pos_embed.pos_embed";
  if (!shapes.has(positions)) return kCommon;
  const int tokens = shapes.side(positions, 3, 1, std::int64_t{kLargestSample} * kLargestSample);
  const auto side = static_cast<int>(std::lround(std::sqrt(tokens)));
  if (side * side != tokens) shapes.refuse(positions, concat("has ", tokens, " places, which is no square."));
  return side * patch;
}

}  // namespace

DitConfig parse_dit_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"DiTTransformer2DModel", kOlderClass});
  config.refuse_quantised();
  refuse_unused_options(config);
  if (config.text("_class_name") == kOlderClass) require_spelled_out(config);
  DitConfig dit;
  dit.in_channels = config.integer("in_channels", 4, 1, kMostChannels);
  dit.out_channels = config.integer("out_channels", dit.in_channels, 1, kMostChannels);
  if (dit.out_channels != dit.in_channels && !dit.learns_variance()) {
    config.refuse("out_channels", concat("is ", dit.out_channels, "; as many as in_channels or twice as many (noise ",
                                         "and its variance) were expected."));
  }
  dit.sample_size = config.integer("sample_size", 32, 1, kLargestSample);
  dit.patch_size = config.integer("patch_size", 2, 1, kLargestPatch);
  if (dit.sample_size % dit.patch_size != 0) {
    config.refuse("patch_size",
                  concat("is ", dit.patch_size, ", which does not divide sample_size ", dit.sample_size, "."));
  }
  dit.layers = config.integer("num_layers", 28, 1, kMostLayers);
  dit.heads = config.integer("num_attention_heads", 16, 1, kWidest);
  dit.head_width = config.integer("attention_head_dim", 72, 1, kWidest);
  dit.classes = config.integer("num_embeds_ada_norm", 1000, 1, kMostClasses);
  dit.feed_forward_norm_eps = config.number("norm_eps", 1e-5, 1e-12, 1.0);
  dit.freq_shift = 1.0;
  dit.attention_bias = config.boolean("attention_bias", true);
  dit.upcast_attention = config.boolean("upcast_attention", false);
  require_consistent(dit, [&](const std::string& what) { config.refuse("num_attention_heads", what); });
  return dit;
}

bool is_original_dit(const TensorShapes& shapes) {
  return shapes.contains("x_embedder.proj.weight") && shapes.contains("t_embedder.mlp.0.weight") &&
         shapes.contains("y_embedder.embedding_table.weight") && shapes.contains("blocks.0.attn.qkv.weight");
}

DitConfig infer_dit_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  const std::string patches = "pos_embed.proj.weight";
  const std::string labels = "transformer_blocks.0.norm1.emb.class_embedder.embedding_table.weight";
  DitConfig dit;
  const int width = shapes.side(patches, 4, 0, kWidest);
  dit.in_channels = shapes.side(patches, 4, 1, kMostChannels);
  dit.patch_size = shapes.side(patches, 4, 2, kLargestPatch);
  dit.head_width = head_width_of(shapes, width);
  dit.heads = width / dit.head_width;
  dit.layers = shapes.count("transformer_blocks.", ".attn1.to_q.weight", kMostLayers);
  dit.classes = shapes.side(labels, 2, 0, kMostClasses) - 1;
  if (dit.classes < 1) shapes.refuse(labels, "has no row besides the null class.");
  dit.sample_size = sample_size_of(shapes, dit.patch_size);
  const int places = dit.patch_size * dit.patch_size;
  const int outputs = shapes.side("proj_out_2.weight", 2, 0, std::int64_t{kMostChannels} * places);
  dit.out_channels = outputs / places;
  if (outputs % places != 0 || (dit.out_channels != dit.in_channels && !dit.learns_variance())) {
    shapes.refuse("proj_out_2.weight", concat("has ", outputs, " rows; ", dit.in_channels * places, " or ",
                                              2 * dit.in_channels * places, " were expected."));
  }
  require_consistent(dit, [&](const std::string& what) { shapes.refuse(patches, what); });
  return dit;
}

}  // namespace tstitch
