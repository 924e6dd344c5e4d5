#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/tensor_map.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// One text encoder of a file.
struct SingleFileText {
  TensorMap tensors;
  bool open_clip = false;  ///< stored in OpenCLIP's layout; its activation is gelu then, quick_gelu otherwise
};

/// A whole model in one file, as it is published for SD 1, SD 2, SDXL, its refiner, their ControlNets, T2I-Adapters and
/// autoencoders (TAESD, too), latent diffusion's class-conditional models and DiT; also one of our networks alone.
/// Parts that are not there are empty.
struct SingleFile {
  TensorMap unet;
  TensorMap dit;
  TensorMap controlnet;
  TensorMap adapter;  ///< T2I-Adapter
  TensorMap vae;      ///< KL, VQ where it has `quantize.embedding.weight`, TAESD where it has `decoder.layers.`
  std::vector<SingleFileText> text;
  TensorMap class_embedding;        ///< `embedding.weight`
  std::vector<std::string> unused;  ///< tensors that no part takes and that are no known company of one

  /// Tensors that say by their name alone how the network was trained: kVPredictionMark, kZeroSnrMark, those of EDM.
  /// Their type, shape and numbers mean nothing (ComfyUI writes them without elements).
  std::set<std::string, std::less<>> marks;

  /// SDXL and its refiner put their encoders below `conditioner.embedders.`.
  bool sdxl = false;

  /// Its denoiser is there as it is and as its average; what is told of it above is one of them.
  bool has_both_weights = false;
};

inline constexpr std::string_view kVPredictionMark = "v_pred";
inline constexpr std::string_view kZeroSnrMark = "ztsnr";

/// Sorts the tensors of a file into parts under our names (core/configs/README.md), whatever they are nested in
/// (`state_dict.`) and whatever a training run left beside them. Throws BadInput naming `file` where the asked weights
/// of its denoiser are not there; a file with one set that does not tell which has them as `Raw`.
SingleFile map_single_file(const TensorShapes& tensors, const std::string& file,
                           WeightChoice choice = WeightChoice::Auto);

}  // namespace tstitch
