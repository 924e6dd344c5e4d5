#include <algorithm>
#include <cstdint>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <ATen/record_function.h>

#include "core/base/check.h"
#include "core/nn/panels.h"
#include "core/nn/parallel.h"
#include "core/nn/prepacking.h"
#include "core/nn/vector_kernels.h"

namespace tstitch::detail {
namespace {

constexpr std::int64_t kMostSide = 256;        // larger weights are oneDNN's
constexpr std::int64_t kDepth = 256;           // of a panel at a time
constexpr std::int64_t kMostRows = 192;        // that share a part of a panel
constexpr std::int64_t kLeastRows = 32;        // fewer do not pay for a task
constexpr std::int64_t kShares = 8;            // of the work, for each thread
constexpr std::int64_t kLeastWork = 1 << 17U;  // multiply-adds that are worth a thread's waking

/// One call: rows [rows, in] times panels of weights, plus the bias.
class PanelLinear {
 public:
  PanelLinear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::Tensor& y)
      : kernels_(*vector_kernels()),
        x_(x.const_data_ptr<float>()),
        weight_(weight.const_data_ptr<float>()),
        bias_(bias.const_data_ptr<float>()),
        y_(y.mutable_data_ptr<float>()),
        rows_(x.size(0)),
        in_(x.size(1)),
        panels_(weight.size(0)),
        block_(block_rows()),
        blocks_((rows_ + block_ - 1) / block_) {}

  void run() const {
    const std::int64_t work = block_ * in_ * kPanel;
    in_parallel(blocks_ * panels_, (kLeastWork + work - 1) / work, [&](std::int64_t begin, std::int64_t end) {
      const at::Tensor sums = at::empty({block_, kPanel});
      for (std::int64_t task = begin; task < end; ++task) {
        multiply(task % panels_, task / panels_ * block_, sums.mutable_data_ptr<float>());
      }
    });
  }

 private:
  /// A result does not depend on how the rows are cut.
  [[nodiscard]] std::int64_t block_rows() const {
    constexpr std::int64_t kRows = 8;
    const std::int64_t share = rows_ * panels_ / (kShares * at::get_num_threads());
    return std::clamp(share / kRows * kRows, kLeastRows, kMostRows);
  }

  void multiply(std::int64_t panel, std::int64_t first, float* sums) const {
    const std::int64_t rows = std::min(block_, rows_ - first);
    for (std::int64_t k = 0; k < in_; k += kDepth) {
      const StridedRows part{x_ + first * in_ + k, in_, 1, rows, std::min(kDepth, in_ - k)};
      kernels_.multiply(part, weight_ + (panel * in_ + k) * kPanel, sums, k > 0);
    }
    const std::int64_t out = panels_ * kPanel;
    kernels_.leave_rows(sums, rows, bias_ + panel * kPanel, y_ + first * out + panel * kPanel, out);
  }

  const VectorKernels& kernels_;
  const float* x_;
  const float* weight_;
  const float* bias_;
  float* y_;
  std::int64_t rows_, in_, panels_;
  std::int64_t block_;  ///< rows at a time
  std::int64_t blocks_;
};

}  // namespace

bool may_use_panels(const at::Tensor& weight) {
  return vector_kernels() != nullptr && weight.scalar_type() == at::kFloat && weight.size(0) % kPanel == 0 &&
         std::min(weight.size(0), weight.size(1)) < kMostSide;
}

at::Tensor panel_weight(const at::Tensor& weight) {
  return in_panels(weight).view({weight.size(0) / kPanel, weight.size(1), kPanel});
}

bool is_panel_weight(const at::Tensor& weight) {
  return !weight.is_mkldnn() && weight.dim() == 3;
}

at::Tensor panel_linear(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias) {
  RECORD_FUNCTION("tstitch::panel_linear", std::vector<c10::IValue>({x, weight}));
  TSTITCH_CHECK(x.size(-1) == weight.size(1), x.sizes(), ' ', weight.sizes());
  const std::int64_t out = weight.size(0) * kPanel;
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = out;
  at::Tensor y = at::empty(shape, x.options().memory_format(at::MemoryFormat::Contiguous));
  if (y.numel() == 0) return y;
  const at::Tensor rows = x.contiguous().view({-1, x.size(-1)});
  const at::Tensor summand = bias ? *bias : at::zeros({out});
  PanelLinear(rows, weight, summand, y).run();
  return y;
}

}  // namespace tstitch::detail
