#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/configs/model_config.h"

namespace tstitch {

/// What a U-Net's layers were called when latent diffusion first published it, each with our name: the other direction
/// of map_original_unet(). `input_blocks.4.1.proj_in` -> `down_blocks.1.attentions.0.proj_in`. Low-rank files use those
/// names, too. `layers` are ours, without `.weight`; those that the network does not have are left out.
std::map<std::string, std::string> original_unet_aliases(const UnetConfig& unet,
                                                         const std::vector<std::string>& layers);

}  // namespace tstitch
