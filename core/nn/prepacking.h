#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/weights/weight_scope.h"

namespace tstitch::detail {

/// True where oneDNN's own weight layouts may be used: fp32 on a CPU, bf16 on one that has arithmetic for it, fast
/// paths on, LibTorch with oneDNN.
bool may_prepack(const at::Tensor& weight, const BuildOptions& options);

/// What a 2-D convolution does besides its weights; square kernels, one group.
struct ConvolutionStride {
  std::int64_t stride = 1;
  std::int64_t padding = 0;  ///< left and right, and above and below unless `rows_padded`
  bool rows_padded = false;  ///< what is above and below is in `x` already

  [[nodiscard]] std::array<std::int64_t, 2> paddings() const { return {rows_padded ? 0 : padding, padding}; }
};

/// Whether one packing serves every picture size. oneDNN cuts output channels into blocks; for multiples of 48 the
/// block depends on the picture's size, and a weight that was packed for another size is put in order again at each
/// call, by a loop that takes up to 100 times as long as the convolution (measured, core/nn/README.md).
bool has_one_layout(std::int64_t out_channels);

/// The weight [out, in, k, k] in the layout that oneDNN computes with, for inputs of `size` [B, in, h, w]; without one
/// it has one layout.
at::Tensor prepack_convolution(const at::Tensor& weight, ConvolutionStride shape, at::OptionalIntArrayRef size = {});
/// Convolution with a prepacked weight: [B, in, h, w] -> [B, out, h', w'], channels last whatever `x` is.
at::Tensor prepacked_convolution(const at::Tensor& x, const at::Tensor& packed, const std::optional<at::Tensor>& bias,
                                 ConvolutionStride shape);

/// A weight that has several layouts, in that of the sizes that are computed; the newest few are kept. Any thread.
class SizedPacking {
 public:
  /// The weight [out, in, k, k], of which all calls take the same, for `x` [B, in, h, w].
  at::Tensor pack(const at::Tensor& weight, const at::Tensor& x, ConvolutionStride shape);

 private:
  struct Packed {
    std::vector<std::int64_t> size;  ///< of `x`
    bool rows_padded;
    at::Tensor weight;
  };

  std::mutex mutex_;
  std::deque<Packed> kept_;
};

/// Whether `winograd_convolution` takes that weight [out, in, k, k]: 3x3 kernels of stride 1, whole vectors of
/// channels, and a processor with wide vectors; floats, and bfloat16 where it has AVX512-BF16.
bool may_use_winograd(const at::Tensor& weight, ConvolutionStride shape);

/// The weight [out, in, 3, 3] as [out / 32, in, 9, 32]: it takes no more memory than the plain one, and half of it
/// where its floats are numbers of fp16, as those of most files are.
at::Tensor winograd_weight(const at::Tensor& weight);
bool is_winograd_weight(const at::Tensor& weight);

/// 3x3 convolution by minimal filtering, F(2x2, 3x3) (Lavin and Gray 2016): 16 products where plain convolution takes
/// 36, with rounding errors some three times its. [B, in, h, w] -> [B, out, h', w'], channels last. The weight is
/// transformed in the processor's cache each time. In bfloat16 tiles and weights are transformed in floats and rounded,
/// which costs 2.5 times the error of plain convolution's rounded result (4.2e-3 against 1.7e-3 of the root of the mean
/// square). A sample's result depends neither on the others nor on the number of threads.
at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                                ConvolutionStride shape);

/// Whether `panel_linear` takes that weight [out, in]: floats, few enough that oneDNN's calls cost more than they win
/// (core/nn/README.md), whole panels of results, a processor with wide vectors.
bool may_use_panels(const at::Tensor& weight);
/// The weight [out, in] as [out / 32, in, 32].
at::Tensor panel_weight(const at::Tensor& weight);
bool is_panel_weight(const at::Tensor& weight);
/// Linear layer: [..., in] fp32 -> [..., out]. A row's result depends neither on the others nor on the number of
/// threads.
at::Tensor panel_linear(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias);

/// The weight [out, in] in panels where they can be used, else in oneDNN's layout.
at::Tensor prepack_linear(const at::Tensor& weight);
bool is_prepacked_linear(const at::Tensor& weight);
/// Linear layer with a prepacked weight: [..., in] -> [..., out].
at::Tensor prepacked_linear(const at::Tensor& x, const at::Tensor& packed, const std::optional<at::Tensor>& bias);

}  // namespace tstitch::detail
