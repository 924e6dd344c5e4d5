#pragma once

#include <map>
#include <set>
#include <string>

#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// How the weights of a file are to be multiplied before they mean anything.
struct WeightScales {
  std::map<std::string, std::string> scale_of;  ///< weight -> tensor of its scale
  std::set<std::string> company;                ///< scales and marks: no part of any network
};

/// Finds the scales of weights kept in eight bits (scaled fp8 of ComfyUI: `scale_weight` or `weight_scale` beside the
/// weight, with `scale_input` or `input_scale`, which only a multiplication in eight bits needs, and the marks
/// `scaled_fp8` and `comfy_quant`). A scale is one number, or one for each of the weight's first side. Throws BadInput
/// naming `file` and, by its name, another way of quantising: bitsandbytes, GPTQ, AWQ, Quanto, SVDQuant, NVFP4, ...
WeightScales find_weight_scales(const TensorShapes& tensors, const std::string& file);

/// The tensors without scales and marks: what networks are told by.
TensorShapes without_scales(TensorShapes tensors, const std::string& file);

}  // namespace tstitch
