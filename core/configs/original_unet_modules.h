#pragma once

#include <array>

#include "core/configs/module_rename.h"

namespace tstitch::detail {

/// The modules of latent diffusion's original U-Net that have fixed names; internal to core/configs.
/// Below every resnet:
inline constexpr std::array kResnetParts{
    Rename{"in_layers.0", "norm1"},  Rename{"in_layers.2", "conv1"},  Rename{"emb_layers.1", "time_emb_proj"},
    Rename{"out_layers.0", "norm2"}, Rename{"out_layers.3", "conv2"}, Rename{"skip_connection", "conv_shortcut"},
};

/// Below no numbered block, of a U-Net or of a ControlNet:
inline constexpr std::array kFixedModules{
    Rename{"time_embed.0", "time_embedding.linear_1"},
    Rename{"time_embed.2", "time_embedding.linear_2"},
    Rename{"time_embed.cond_proj", "time_embedding.cond_proj"},
    Rename{"label_emb.0.0", "add_embedding.linear_1"},
    Rename{"label_emb.0.2", "add_embedding.linear_2"},
    Rename{"input_blocks.0.0", "conv_in"},
    Rename{"out.0", "conv_norm_out"},
    Rename{"out.2", "conv_out"},
    Rename{"middle_block_out.0", "controlnet_mid_block"},
};

}  // namespace tstitch::detail
