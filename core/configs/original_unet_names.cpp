#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/configs/original_names.h"
#include "core/configs/original_unet_modules.h"

namespace tstitch {
namespace {

using detail::kFixedModules;
using detail::kResnetParts;
using detail::Rename;

constexpr int kMostBlocks = 512;

/// Reads the structure of a network off its names and collects what each module is called here.
class OriginalUnet {
 public:
  explicit OriginalUnet(const TensorShapes& tensors) : tensors_(tensors) {
    for (const Rename& each : kFixedModules) modules_.emplace_back(each.original, each.ours);
    find_way_down();
    find_middle();
    find_way_up();
    find_hints();
    find_zero_convolutions();
    // Longest first, so that no module is taken for another one whose name begins the same.
    std::sort(modules_.begin(), modules_.end(),
              [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  }

  TensorMap map() const {
    TensorMap result;
    for (const auto& [name, shape] : tensors_) result[our_name(name)] = {.name = name, .shape = shape};
    return result;
  }

 private:
  [[nodiscard]] bool has(const std::string& module) const { return tensors_.contains(module + ".weight"); }
  /// Whether any tensor lies below.
  [[nodiscard]] bool has_below(const std::string& path) const {
    const auto first = tensors_.lower_bound(path + ".");
    return first != tensors_.end() && first->first.starts_with(path + ".");
  }
  void add(std::string original, std::string ours) { modules_.emplace_back(std::move(original), std::move(ours)); }

  /// The numbered blocks that are there; pruned networks lack some.
  [[nodiscard]] std::vector<std::string> blocks(const std::string& folder) const {
    std::vector<std::string> found;
    for (int i = 0; i < kMostBlocks; ++i) {
      std::string block = concat(folder, ".", i);
      if (has_below(block)) found.push_back(std::move(block));
    }
    return found;
  }

  void add_resnet(const std::string& original, const std::string& ours) {
    for (const Rename& part : kResnetParts) add(concat(original, ".", part.original), concat(ours, ".", part.ours));
  }

  /// True when the block has a resnet (with or without attention behind it), which then is layer `layer`.
  bool add_layer(const std::string& block, const std::string& level, int layer) {
    if (!has(block + ".0.in_layers.0")) return false;
    add_resnet(block + ".0", concat(level, ".resnets.", layer));
    if (has(block + ".1.norm")) add(block + ".1", concat(level, ".attentions.", layer));
    return true;
  }

  void find_way_down() {
    int level = 0;
    int layer = 0;
    for (const std::string& block : blocks("input_blocks")) {
      if (has(block + ".0.op")) {
        add(block + ".0.op", concat("down_blocks.", level++, ".downsamplers.0.conv"));
        layer = 0;
      } else if (add_layer(block, concat("down_blocks.", level), layer)) {
        ++layer;
      }
    }
  }

  void find_middle() {
    int resnets = 0;
    int attentions = 0;
    for (const std::string& block : blocks("middle_block")) {
      if (has(block + ".in_layers.0")) add_resnet(block, concat("mid_block.resnets.", resnets++));
      if (has(block + ".norm")) add(block, concat("mid_block.attentions.", attentions++));
    }
  }

  void find_way_up() {
    int level = 0;
    int layer = 0;
    for (const std::string& block : blocks("output_blocks")) {
      if (add_layer(block, concat("up_blocks.", level), layer)) ++layer;
      for (const char* place : {".0.conv", ".1.conv", ".2.conv"}) {
        if (!has(block + place)) continue;
        add(block + place, concat("up_blocks.", level++, ".upsamplers.0.conv"));
        layer = 0;
        break;
      }
    }
  }

  void find_hints() {
    const std::vector<std::string> steps = blocks("input_hint_block");
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::string place = i == 0 ? "conv_in" : i + 1 == steps.size() ? "conv_out" : concat("blocks.", i - 1);
      add(steps[i], "controlnet_cond_embedding." + place);
    }
  }

  void find_zero_convolutions() {
    int count = 0;
    for (const std::string& block : blocks("zero_convs")) add(block + ".0", concat("controlnet_down_blocks.", count++));
  }

  [[nodiscard]] std::string our_name(const std::string& name) const {
    for (const auto& [original, ours] : modules_) {
      if (name.size() > original.size() && name[original.size()] == '.' && name.starts_with(original)) {
        return ours + name.substr(original.size());
      }
    }
    return name;
  }

  const TensorShapes& tensors_;
  std::vector<std::pair<std::string, std::string>> modules_;
};

}  // namespace

TensorMap map_original_unet(const TensorShapes& tensors) {
  return OriginalUnet(tensors).map();
}

TensorMap map_original_controlnet(const TensorShapes& tensors) {
  return OriginalUnet(tensors).map();
}

}  // namespace tstitch
