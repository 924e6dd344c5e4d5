#include "core/configs/original_unet_aliases.h"

#include <utility>

#include "core/base/text.h"
#include "core/configs/original_unet_modules.h"

namespace tstitch {

namespace {

using detail::kFixedModules;
using detail::kResnetParts;
using detail::Rename;

/// Numbers the blocks as the original does: conv_in, then every layer and every downsampler, and so back up.
class OriginalModules {
 public:
  explicit OriginalModules(const UnetConfig& unet) {
    for (const Rename& each : kFixedModules) add(std::string(each.original), std::string(each.ours));
    way_down(unet);
    middle(unet);
    way_up(unet);
  }

  /// The original name of a layer of ours; empty where it has none.
  [[nodiscard]] std::string original_of(const std::string& layer) const {
    // The module of a layer is its name up to one of its dots; the map knows modules only.
    for (std::size_t end = layer.size(); end != std::string::npos && end > 0; end = layer.rfind('.', end - 1)) {
      const auto found = modules_.find(layer.substr(0, end));
      if (found != modules_.end()) return found->second + layer.substr(end);
    }
    return {};
  }

 private:
  void add(std::string original, std::string ours) { modules_.emplace(std::move(ours), std::move(original)); }

  void add_resnet(const std::string& original, const std::string& ours) {
    for (const Rename& part : kResnetParts) add(concat(original, ".", part.original), concat(ours, ".", part.ours));
  }

  void add_layer(const std::string& block, const UnetLevel& level, const std::string& ours, int layer) {
    add_resnet(block + ".0", concat(ours, ".resnets.", layer));
    if (level.block == UnetBlock::CrossAttention) add(block + ".1", concat(ours, ".attentions.", layer));
  }

  void way_down(const UnetConfig& unet) {
    int block = 1;
    for (std::size_t i = 0; i < unet.down.size(); ++i) {
      const std::string ours = concat("down_blocks.", i);
      for (int layer = 0; layer < unet.down[i].layers; ++layer) {
        add_layer(concat("input_blocks.", block++), unet.down[i], ours, layer);
      }
      if (i + 1 < unet.down.size()) add(concat("input_blocks.", block++, ".0.op"), ours + ".downsamplers.0.conv");
    }
  }

  void middle(const UnetConfig& unet) {
    if (unet.mid == UnetMidBlock::None) return;
    add_resnet("middle_block.0", "mid_block.resnets.0");
    if (unet.mid == UnetMidBlock::Plain) return;
    add("middle_block.1", "mid_block.attentions.0");
    add_resnet("middle_block.2", "mid_block.resnets.1");
  }

  void way_up(const UnetConfig& unet) {
    int block = 0;
    for (std::size_t i = 0; i < unet.up.size(); ++i) {
      const UnetLevel& level = unet.up[i];
      const std::string ours = concat("up_blocks.", i);
      for (int layer = 0; layer < level.layers; ++layer) {
        add_layer(concat("output_blocks.", block++), level, ours, layer);
      }
      if (i + 1 == unet.up.size()) continue;
      // The upsampler stands behind what the last layer of its level consists of.
      const int place = level.block == UnetBlock::CrossAttention ? 2 : 1;
      add(concat("output_blocks.", block - 1, ".", place, ".conv"), ours + ".upsamplers.0.conv");
    }
  }

  std::map<std::string, std::string> modules_;  ///< ours -> the original's
};

}  // namespace

std::map<std::string, std::string> original_unet_aliases(const UnetConfig& unet,
                                                         const std::vector<std::string>& layers) {
  const OriginalModules modules(unet);
  std::map<std::string, std::string> aliases;
  for (const std::string& layer : layers) {
    std::string original = modules.original_of(layer);
    if (!original.empty()) aliases.emplace(std::move(original), layer);
  }
  return aliases;
}

}  // namespace tstitch
