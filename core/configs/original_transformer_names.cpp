#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/configs/module_rename.h"
#include "core/configs/original_names.h"

namespace tstitch {
namespace {

using detail::Rename;

constexpr std::array kClipNames{
    Rename{"positional_embedding", "text_model.embeddings.position_embedding.weight"},
    Rename{"token_embedding.weight", "text_model.embeddings.token_embedding.weight"},
    Rename{"ln_final.weight", "text_model.final_layer_norm.weight"},
    Rename{"ln_final.bias", "text_model.final_layer_norm.bias"},
    Rename{"text_projection.weight", "text_projection.weight"},
};

constexpr std::array kClipLayerModules{
    Rename{"ln_1", "layer_norm1"}, Rename{"ln_2", "layer_norm2"},   Rename{"attn.out_proj", "self_attn.out_proj"},
    Rename{"mlp.c_fc", "mlp.fc1"}, Rename{"mlp.c_proj", "mlp.fc2"},
};

constexpr std::string_view kClipLayers = "transformer.resblocks.";

constexpr std::array kDitModules{
    Rename{"x_embedder.proj", "pos_embed.proj"},
    Rename{"t_embedder.mlp.0", "transformer_blocks.0.norm1.emb.timestep_embedder.linear_1"},
    Rename{"t_embedder.mlp.2", "transformer_blocks.0.norm1.emb.timestep_embedder.linear_2"},
    Rename{"y_embedder.embedding_table", "transformer_blocks.0.norm1.emb.class_embedder.embedding_table"},
    Rename{"final_layer.adaLN_modulation.1", "proj_out_1"},
    Rename{"final_layer.linear", "proj_out_2"},
};

constexpr std::array kDitBlockModules{
    Rename{"attn.proj", "attn1.to_out.0"},
    Rename{"mlp.fc1", "ff.net.0.proj"},
    Rename{"mlp.fc2", "ff.net.2"},
    Rename{"adaLN_modulation.1", "norm1.linear"},
};

/// The name with its module renamed (`mlp.c_fc.weight` -> `mlp.fc1.weight`); none where the table has no such module.
template <class Table>
std::optional<std::string> renamed(const Table& table, std::string_view name) {
  for (const Rename& each : table) {
    const std::size_t size = each.original.size();
    if (name.size() > size && name[size] == '.' && name.starts_with(each.original)) {
      return concat(each.ours, name.substr(size));
    }
  }
  return std::nullopt;
}

/// "12.attn..." -> (12, "attn..."); none where no number begins it.
std::optional<std::pair<int, std::string>> numbered(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot > 4) return std::nullopt;
  const std::string_view digits = name.substr(0, dot);
  if (!std::all_of(digits.begin(), digits.end(), is_ascii_digit)) return std::nullopt;
  return std::pair(read_number<int>(digits).value(), std::string(name.substr(dot + 1)));
}

/// Three projections that stand one after another in `name` become three tensors `<before><each><after>`.
void add_split(TensorMap& map, const std::string& name, const std::vector<std::int64_t>& shape,
               const std::array<std::string, 3>& ours) {
  if (shape.empty() || shape[0] % 3 != 0) {
    map[name] = {.name = name, .shape = shape};
    return;
  }
  std::vector<std::int64_t> third = shape;
  third[0] /= 3;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    map[ours[i]] = {
        .name = name, .shape = third, .first_row = static_cast<std::int64_t>(i) * third[0], .rows = third[0]};
  }
}

void add_clip_layer_tensor(TensorMap& map, const std::string& name, const std::vector<std::int64_t>& shape, int layer,
                           const std::string& rest) {
  const std::string ours = concat("text_model.encoder.layers.", layer, ".");
  for (const char* kind : {"weight", "bias"}) {
    if (rest != concat("attn.in_proj_", kind)) continue;
    const std::string at = ours + "self_attn.";
    add_split(map, name, shape,
              {concat(at, "q_proj.", kind), concat(at, "k_proj.", kind), concat(at, "v_proj.", kind)});
    return;
  }
  const auto known = renamed(kClipLayerModules, rest);
  map[known ? ours + *known : name] = {.name = name, .shape = shape};
}

int clip_layer_count(const TensorShapes& tensors) {
  int layers = 0;
  while (tensors.contains(concat(kClipLayers, layers, ".ln_1.weight"))) ++layers;
  return layers;
}

std::string our_clip_name(const std::string& name) {
  for (const Rename& each : kClipNames) {
    if (each.original == name) return std::string(each.ours);
  }
  return name;
}

}  // namespace

TensorMap map_open_clip(const TensorShapes& tensors, bool drop_last_layer) {
  const int layers = clip_layer_count(tensors) - (drop_last_layer ? 1 : 0);
  TensorMap map;
  for (const auto& [name, shape] : tensors) {
    if (name == "logit_scale" || name == "attn_mask") continue;
    if (drop_last_layer && name.starts_with("text_projection")) continue;
    if (name == "text_projection" && shape.size() == 2) {
      map["text_projection.weight"] = {.name = name, .shape = {shape[1], shape[0]}, .transposed = true};
      continue;
    }
    const auto layer =
        name.starts_with(kClipLayers) ? numbered(std::string_view(name).substr(kClipLayers.size())) : std::nullopt;
    if (!layer) {
      map[our_clip_name(name)] = {.name = name, .shape = shape};
    } else if (layer->first < layers) {
      add_clip_layer_tensor(map, name, shape, layer->first, layer->second);
    }
  }
  return map;
}

TensorMap map_original_dit(const TensorShapes& tensors) {
  constexpr std::string_view kBlocks = "blocks.";
  TensorMap map;
  for (const auto& [name, shape] : tensors) {
    const auto block =
        name.starts_with(kBlocks) ? numbered(std::string_view(name).substr(kBlocks.size())) : std::nullopt;
    const std::string at = block ? concat("transformer_blocks.", block->first, ".") : std::string();
    if (block && (block->second == "attn.qkv.weight" || block->second == "attn.qkv.bias")) {
      const std::string kind = block->second.substr(std::string_view("attn.qkv.").size());
      const std::string to = at + "attn1.to_";
      add_split(map, name, shape, {concat(to, "q.", kind), concat(to, "k.", kind), concat(to, "v.", kind)});
      continue;
    }
    const auto known = block ? renamed(kDitBlockModules, block->second) : renamed(kDitModules, name);
    const std::string plain = name == "pos_embed" ? "pos_embed.pos_embed" : name;
    map[known ? at + *known : plain] = {.name = name, .shape = shape};
  }
  return map;
}

}  // namespace tstitch
