#pragma once

#include <optional>
#include <string>

#include "core/configs/model_config.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// Configs of networks whose files carry none, from their names and shapes in our layout: layers, widths,
/// contexts and depths follow; what does not is in core/configs/README.md. Each throws BadInput naming `file` and the
/// tensor that is missing or of an impossible shape.

/// How wide a head is does not show in shapes. Without `head_width`: matrices as projections (SD 2, SDXL) have heads 64
/// wide (one head where a level is narrower), 1x1 convolutions (SD 1) eight heads.
UnetConfig infer_unet_config(const TensorShapes& shapes, const std::string& file, std::optional<int> head_width = {});

/// Of a ControlNet; heads likewise. The width of SDXL's time ids does not show: it stays the published one.
ControlNetConfig infer_control_net_config(const TensorShapes& shapes, const std::string& file);

/// The scale of the latents does not show either: it stays SD 1's.
VaeConfig infer_vae_config(const TensorShapes& shapes, const std::string& file);

/// TAESD, of which the decoder must be there. It has no scale of its own: it takes latents as samplers have them.
TinyVaeConfig infer_tiny_vae_config(const TensorShapes& shapes, const std::string& file);

/// Heads are 64 wide; the activation does not show, so it is the caller's.
ClipTextConfig infer_clip_text_config(const TensorShapes& shapes, const std::string& file, TextActivation activation);

}  // namespace tstitch
