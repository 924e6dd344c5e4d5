#include "core/preview/linear_preview.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/tensor.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/networks/tensor_image.h"
#include "core/preview/synthetic_pictures.h"

namespace tstitch {
namespace {

constexpr std::int64_t kLatentSide = 16;
constexpr std::int64_t kColours = 3;

struct KnownPreview {
  double scaling_factor;
  LinearPreview preview;
};

/// Found by regression and shared by users of these models (Stable Diffusion 1: "keturn" on the forum of diffusers;
/// SDXL: T. Alexis Vass, "Explaining the SDXL latent space", there for colours 0..255).
const std::array<KnownPreview, 2>& known_previews() {
  static const auto from_255 = [](double value) { return value / 127.5; };
  static const std::array<KnownPreview, 2> known{{
      {0.18215,
       {{{{0.298, 0.187, -0.158, -0.184}, {0.207, 0.286, 0.189, -0.271}, {0.208, 0.173, 0.264, -0.473}}}, {0, 0, 0}}},
      {0.13025,
       {{{{from_255(60), from_255(-60), from_255(25), from_255(-70)},
          {from_255(60), from_255(-5), from_255(15), from_255(-50)},
          {from_255(60), from_255(10), from_255(-5), from_255(-35)}}},
        {from_255(150) - 1, from_255(140) - 1, from_255(130) - 1}}},
  }};
  return known;
}

/// [B, C, h, w] -> [B*h*w, C] in doubles.
at::Tensor as_rows(const at::Tensor& planes) {
  return planes.permute({0, 2, 3, 1}).reshape({-1, planes.size(1)}).to(at::kCPU, at::kDouble);
}

/// Factors and bias from the solution [C + 1, 3].
LinearPreview from_solution(const at::Tensor& solution) {
  const std::int64_t channels = solution.size(0) - 1;
  const at::Tensor columns = solution.t().contiguous();  // [3, C + 1]
  LinearPreview preview;
  for (std::int64_t colour = 0; colour < kColours; ++colour) {
    const double* row = columns.const_data_ptr<double>() + colour * (channels + 1);
    const auto index = static_cast<std::size_t>(colour);
    preview.matrix[index].assign(row, row + channels);
    preview.bias[index] = row[channels];
  }
  return preview;
}

/// The [C + 1, 3] factors (the last row is the bias) that map `rows` [N, C] to `colours` [N, 3] best. By the normal
/// equations in double: they are small and well conditioned here, and sums come out the same every time, which the
/// library's least squares does not promise.
at::Tensor least_squares(const at::Tensor& rows, const at::Tensor& colours) {
  const at::Tensor design = at::cat({rows, at::ones({rows.size(0), 1}, rows.options())}, 1).to(at::kDouble);
  const at::Tensor column = design.unsqueeze(2);
  const at::Tensor gram = at::sum(column * design.unsqueeze(1), {0});                      // [C + 1, C + 1]
  const at::Tensor moments = at::sum(column * colours.to(at::kDouble).unsqueeze(1), {0});  // [C + 1, 3]
  return at::linalg_solve(gram, moments);
}

/// `encode` makes scaled latents of a picture.
template <class Encode>
LinearPreview fitted(const Encode& encode, std::int64_t factor, const std::stop_token& stop) {
  std::vector<at::Tensor> latents;
  std::vector<at::Tensor> colours;
  for (const at::Tensor& picture : synthetic_pictures(kLatentSide * factor)) {
    stop_point(stop);
    latents.push_back(as_rows(encode(picture)));
    colours.push_back(as_rows(at::avg_pool2d(picture, {factor, factor})));
  }
  return from_solution(least_squares(at::cat(latents), at::cat(colours)));
}

}  // namespace

Image LinearPreview::operator()(const at::Tensor& denoised) const {
  const auto channels = static_cast<std::int64_t>(matrix[0].size());
  TSTITCH_CHECK(denoised.dim() == 4 && denoised.size(0) == 1 && denoised.size(1) == channels, denoised.sizes());
  const at::Tensor pixels = denoised.to(at::kCPU, at::kFloat).view({channels, -1});  // [C, h*w]
  std::vector<double> factors;
  for (const std::vector<double>& row : matrix) factors.insert(factors.end(), row.begin(), row.end());
  const at::Tensor weight = at::tensor(factors).to(at::kFloat).view({kColours, channels});
  const at::Tensor offset = at::tensor(at::ArrayRef<double>(bias)).to(at::kFloat).view({kColours, 1});
  const at::Tensor colours = at::matmul(weight, pixels) + offset;
  return to_image(colours.view({kColours, denoised.size(2), denoised.size(3)}));
}

std::optional<LinearPreview> known_linear_preview(const VaeConfig& config) {
  if (config.latent_channels != 4 || config.shift_factor != 0 || config.factor() != 8) return std::nullopt;
  for (const KnownPreview& known : known_previews()) {
    if (known.scaling_factor == config.scaling_factor) return known.preview;
  }
  return std::nullopt;
}

LinearPreview fit_linear_preview(const KlEncoder& encoder, const VaeConfig& config, const std::stop_token& stop) {
  const auto encode = [&](const at::Tensor& picture) {
    return (encoder(picture, stop) - config.shift_factor) * config.scaling_factor;
  };
  return fitted(encode, config.factor(), stop);
}

LinearPreview fit_linear_preview(const VqEncoder& encoder, const VqConfig& config, const std::stop_token& stop) {
  const auto encode = [&](const at::Tensor& picture) { return encoder(picture, stop) * config.scaling_factor; };
  return fitted(encode, config.factor(), stop);
}

}  // namespace tstitch
