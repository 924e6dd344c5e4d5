#pragma once

#include "core/base/image.h"
#include "core/local_engine/walk.h"
#include "core/local_engine/workshop.h"

namespace tstitch {

/// What a run that starts from a picture takes of it.
struct RunSource {
  WalkSource walk;
  at::Tensor inpainting;  ///< SegmentInputs::inpainting; undefined where no network of the run inpaints
};

/// How an autoencoder is loaded: fp16 overflows in those that say so; they compute in fp32.
LoadOptions autoencoder_options(const VaeConfig& config, const LoadOptions& load);
/// How its decoder is: those compute in LoadOptions::wide.
LoadOptions decoder_options(const VaeConfig& config, const LoadOptions& load);

/// The latents of a picture at the run's size: the mode of what the encoder says of them, scaled; [1, C, h, w] fp32 on
/// the CPU. In tiles where `available_memory` is short.
at::Tensor encoded_picture(const ResolvedRun& run, const Image& picture, Workshop& workshop, const LoadOptions& load,
                           std::int64_t available_memory);

/// `latents`: where the run starts, instead of at its source picture; undefined = at that. The run has one or the
/// other. Pictures that were encoded before are kept for the runs to come.
RunSource run_source(const ResolvedRun& run, const at::Tensor& latents, Workshop& workshop, const LoadOptions& load,
                     std::int64_t available_memory);

}  // namespace tstitch
