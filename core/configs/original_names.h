#pragma once

#include "core/formats/tensor_map.h"

namespace tstitch {

/// Maps from the layouts in which models were first published to ours (core/configs/README.md). Each takes the tensors
/// of one part, without the prefix of that part, and finds the structure from the names that are there: how many layers
/// a level has, where levels end, also where pruned networks left holes. Tensors that are in our layout already stay.

/// Latent diffusion's U-Net (`input_blocks.1.0.in_layers.0.weight`, ...) and its descendants: SD 1, SD 2, SDXL.
TensorMap map_original_unet(const TensorShapes& tensors);

/// The ControlNet of it: the encoder's half with `input_hint_block` and `zero_convs`.
TensorMap map_original_controlnet(const TensorShapes& tensors);

/// Its autoencoders, KL and VQ (`encoder.down.0.block.0...`). 1x1 convolutions of the attention become matrices.
TensorMap map_original_vae(const TensorShapes& tensors);

/// TAESD (a tiny autoencoder) in one file: diffusers' own names, or those of its authors with its halves below
/// `taesd_encoder.` and `taesd_decoder.`, `encoder.` and `decoder.`, or one half alone. Empty for all other tensors.
TensorMap map_original_tiny(const TensorShapes& tensors);

/// OpenCLIP's text tower (`transformer.resblocks.0...`): fused projections are split, the text projection transposed.
/// `drop_last_layer`: SD 2 uses the states before the last layer; our layout does not have that layer at all, nor what
/// follows it (the projection).
TensorMap map_open_clip(const TensorShapes& tensors, bool drop_last_layer);

/// DiT as published by its authors (`blocks.0.attn.qkv.weight`). The one embedding of time and label goes to the first
/// block, where the network looks for it.
TensorMap map_original_dit(const TensorShapes& tensors);

}  // namespace tstitch
