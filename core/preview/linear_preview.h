#pragma once

#include <array>
#include <optional>
#include <stop_token>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/configs/model_config.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/vq_autoencoder.h"

namespace tstitch {

/// The cheapest preview: a latent pixel's colour as a linear function of its channels. Plain numbers, so that a fitted
/// one can be kept in a file.
struct LinearPreview {
  std::array<std::vector<double>, 3> matrix;  ///< for red, green and blue: one factor per latent channel
  std::array<double, 3> bias{};               ///< colours are -1..1 as a decoder's are

  /// `denoised` [1, C, h, w], scaled as the sampler has it -> a picture of w x h pixels.
  /// Throws LogicError when C is not the number of factors.
  Image operator()(const at::Tensor& denoised) const;

  friend bool operator==(const LinearPreview&, const LinearPreview&) = default;
};

/// The published decoder of a latent space, known by channels, scale and shift: those of Stable Diffusion 1 and 2
/// (0.18215) and of SDXL (0.13025). Empty for others.
std::optional<LinearPreview> known_linear_preview(const VaeConfig& config);

/// Fits one: encodes synthetic pictures (colour patches, gradients, shaded discs; the same every time) and regresses
/// their reduced colours on the scaled latents by least squares. Takes about as long as encoding 512x512 pixels at a
/// factor of 8. Throws Interrupted between pictures.
LinearPreview fit_linear_preview(const KlEncoder& encoder, const VaeConfig& config, const std::stop_token& stop);
LinearPreview fit_linear_preview(const VqEncoder& encoder, const VqConfig& config, const std::stop_token& stop);

}  // namespace tstitch
