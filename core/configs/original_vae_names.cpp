#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/configs/module_rename.h"
#include "core/configs/original_names.h"

namespace tstitch {
namespace {

using detail::Rename;

/// Pieces of a name between dots, in this order of trial.
constexpr std::array kPieces{
    Rename{"block", "resnets"},          Rename{"attn", "attentions"},
    Rename{"block_1", "resnets.0"},      Rename{"block_2", "resnets.1"},
    Rename{"attn_1", "attentions.0"},    Rename{"mid", "mid_block"},
    Rename{"down", "down_blocks"},       Rename{"downsample", "downsamplers.0"},
    Rename{"upsample", "upsamplers.0"},  Rename{"nin_shortcut", "conv_shortcut"},
    Rename{"norm_out", "conv_norm_out"},
};

constexpr std::array kAttentionPieces{
    Rename{"norm", "group_norm"},   Rename{"q", "to_q"}, Rename{"k", "to_k"}, Rename{"v", "to_v"},
    Rename{"proj_out", "to_out.0"},
};

template <class Table>
std::string renamed(const Table& table, const std::string& piece) {
  for (const Rename& each : table) {
    if (each.original == piece) return std::string(each.ours);
  }
  return piece;
}

int level_count(const TensorShapes& tensors) {
  int levels = 0;
  while (tensors.contains(concat("decoder.up.", levels, ".block.0.conv1.weight"))) ++levels;
  return levels;
}

bool is_number(const std::string& piece) {
  return !piece.empty() && piece.find_first_not_of("0123456789") == std::string::npos && piece.size() < 4;
}

std::string our_name(const std::string& name, int levels) {
  const std::vector<std::string> pieces = split(name, '.');
  std::vector<std::string> ours;
  bool in_attention = false;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i] == "up" && i + 1 < pieces.size() && is_number(pieces[i + 1])) {
      // The original counts the way up from the outermost level, we from the innermost.
      ours.emplace_back("up_blocks");
      ours.push_back(concat(levels - 1 - *read_number<int>(pieces[++i])));
      continue;
    }
    ours.push_back(in_attention ? renamed(kAttentionPieces, pieces[i]) : renamed(kPieces, pieces[i]));
    in_attention |= pieces[i] == "attn" || pieces[i] == "attn_1";
  }
  return join(ours, ".");
}

/// Attention's 1x1 convolutions are matrices here.
std::vector<std::int64_t> our_shape(const std::string& name, const std::vector<std::int64_t>& shape) {
  const bool attention = name.find(".attentions.") != std::string::npos;
  if (!attention || shape.size() != 4 || shape[2] != 1 || shape[3] != 1) return shape;
  return {shape[0], shape[1]};
}

}  // namespace

TensorMap map_original_vae(const TensorShapes& tensors) {
  const int levels = level_count(tensors);
  TensorMap map;
  for (const auto& [name, shape] : tensors) {
    const bool original = name.find(".down_blocks.") == std::string::npos &&
                          name.find(".up_blocks.") == std::string::npos &&
                          name.find(".mid_block.") == std::string::npos;
    const std::string ours = original ? our_name(name, levels) : name;
    map[ours] = {.name = name, .shape = our_shape(ours, shape)};
  }
  return map;
}

}  // namespace tstitch
