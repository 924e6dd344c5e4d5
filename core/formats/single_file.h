#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/formats/tensor_map.h"

namespace tstitch {

/// Training keeps a running average of a network's weights beside them.
enum class WeightChoice {
  Usual,    ///< of latent diffusion the weights themselves, of DiT their average
  Plain,    ///< the weights themselves
  Averaged  ///< their average: `model_ema.` of latent diffusion, `ema.` of DiT
};

/// One text encoder of a file.
struct SingleFileText {
  TensorMap tensors;
  bool open_clip = false;  ///< stored in OpenCLIP's layout; its activation is gelu then, quick_gelu otherwise
};

/// A whole model in one file, as it is published for SD 1, SD 2, SDXL, its refiner, their ControlNets, T2I-Adapters and
/// autoencoders, latent diffusion's class-conditional models and DiT; also one of our networks alone. Parts that are
/// not there are empty.
struct SingleFile {
  TensorMap unet;
  TensorMap dit;
  TensorMap controlnet;
  TensorMap adapter;  ///< T2I-Adapter
  TensorMap vae;      ///< KL, or VQ where it has `quantize.embedding.weight`
  std::vector<SingleFileText> text;
  TensorMap class_embedding;        ///< `embedding.weight`
  std::vector<std::string> unused;  ///< tensors that no part takes and that are no known company of one

  /// SDXL and its refiner put their encoders below `conditioner.embedders.`.
  bool sdxl = false;
};

/// Sorts the tensors of a file into parts under our names (models.md 1.10), whatever they are nested in (`state_dict.`)
/// and whatever a training run left beside them. Throws BadInput naming `file` where averaged weights are asked for and
/// not there.
SingleFile map_single_file(const TensorShapes& tensors, const std::string& file,
                           WeightChoice choice = WeightChoice::Usual);

}  // namespace tstitch
