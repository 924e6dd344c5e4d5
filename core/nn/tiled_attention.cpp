#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/record_function.h>

#include "core/nn/attention.h"
#include "core/nn/head_places.h"
#include "core/nn/parallel.h"
#include "core/nn/vector_kernels.h"

namespace tstitch::detail {
namespace {

constexpr std::int64_t kKeys = 64;              // a block's scores, keys and values share the first cache
constexpr std::int64_t kGroupFloats = 1 << 15;  // of queries and sums that share a block of keys
constexpr std::int64_t kMostPanels = 8;

class TiledAttention {
 public:
  TiledAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result)
      : kernels_(*vector_kernels()),
        q_(q, q.const_data_ptr<float>()),
        k_(k, k.const_data_ptr<float>()),
        v_(v, v.const_data_ptr<float>()),
        result_(result, result.mutable_data_ptr<float>()),
        samples_(q.size(0)),
        heads_(q.size(1)),
        queries_(q.size(2)),
        keys_(k.size(2)),
        width_(q.size(3)),
        panels_(std::clamp<std::int64_t>(kGroupFloats / (width_ * kPanel), 1, kMostPanels)),
        groups_((queries_ + panels_ * kPanel - 1) / (panels_ * kPanel)) {}

  void run() const {
    in_parallel(samples_ * heads_ * groups_, 1, [&](std::int64_t begin, std::int64_t end) {
      const at::Tensor scratch = at::empty({panels_ * panel_floats() + kKeys * kPanel});
      for (std::int64_t i = begin; i < end; ++i) {
        group(i / groups_ / heads_, i / groups_ % heads_, i % groups_ * panels_ * kPanel,
              scratch.mutable_data_ptr<float>());
      }
    });
  }

 private:
  /// Of one panel of queries, side by side.
  struct Panel {
    float *queries, *sums, *most, *total, *rescale;
  };

  [[nodiscard]] std::int64_t panel_floats() const { return (2 * width_ + 3) * kPanel; }

  [[nodiscard]] Panel panel(float* scratch, std::int64_t index) const {
    float* const at = scratch + index * panel_floats();
    float* const state = at + 2 * width_ * kPanel;
    return {at, at + width_ * kPanel, state, state + kPanel, state + 2 * kPanel};
  }

  /// Some panels of queries, from `first` on, against all keys of a head.
  void group(std::int64_t sample, std::int64_t head, std::int64_t first, float* scratch) const {
    const std::int64_t count = std::min(panels_, (queries_ - first + kPanel - 1) / kPanel);
    float* const scores = scratch + panels_ * panel_floats();
    for (std::int64_t p = 0; p < count; ++p) enter(sample, head, first + p * kPanel, panel(scratch, p));
    for (std::int64_t key = 0; key < keys_; key += kKeys) {
      for (std::int64_t p = 0; p < count; ++p) add_keys(sample, head, key, panel(scratch, p), scores);
    }
    for (std::int64_t p = 0; p < count; ++p) leave(sample, head, first + p * kPanel, panel(scratch, p));
  }

  /// Queries as columns, scaled so that scores are powers of two; columns without a query are nought.
  void enter(std::int64_t sample, std::int64_t head, std::int64_t first, const Panel& to) const {
    constexpr double kLog2E = 1.4426950408889634;
    const auto scale = static_cast<float>(kLog2E / std::sqrt(static_cast<double>(width_)));
    const std::int64_t count = std::min(kPanel, queries_ - first);
    std::fill(to.queries, to.queries + 2 * width_ * kPanel, 0.0F);
    for (std::int64_t i = 0; i < count; ++i) {
      const float* const query = q_.at(sample, head, first + i);
      for (std::int64_t c = 0; c < width_; ++c) to.queries[c * kPanel + i] = query[c] * scale;
    }
    std::fill(to.most, to.most + kPanel, -std::numeric_limits<float>::max());
    std::fill(to.total, to.total + kPanel, 0.0F);
  }

  void add_keys(std::int64_t sample, std::int64_t head, std::int64_t key, const Panel& to, float* scores) const {
    const std::int64_t count = std::min(kKeys, keys_ - key);
    kernels_.multiply({k_.at(sample, head, key), k_.token, 1, count, width_}, to.queries, scores, false);
    kernels_.weigh(scores, count, to.most, to.total, to.rescale);
    kernels_.scale(to.sums, width_, to.rescale);
    kernels_.multiply({v_.at(sample, head, key), 1, v_.token, width_, count}, scores, to.sums, true);
  }

  void leave(std::int64_t sample, std::int64_t head, std::int64_t first, const Panel& from) const {
    const std::int64_t count = std::min(kPanel, queries_ - first);
    for (std::int64_t i = 0; i < count; ++i) {
      float* const result = result_.at(sample, head, first + i);
      const float share = 1.0F / from.total[i];
      for (std::int64_t c = 0; c < width_; ++c) result[c] = from.sums[c * kPanel + i] * share;
    }
  }

  const VectorKernels& kernels_;
  HeadPlaces<const float> q_, k_, v_;
  HeadPlaces<float> result_;
  std::int64_t samples_, heads_, queries_, keys_, width_;
  std::int64_t panels_;  ///< that share a block of keys
  std::int64_t groups_;  ///< of panels, in a head
};

}  // namespace

bool may_tile_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto fits = [](const at::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == at::kFloat && x.stride(3) == 1 && x.numel() > 0;
  };
  return vector_kernels() != nullptr && fits(q) && fits(k) && fits(v) && q.size(2) >= kPanel / 2;
}

void tiled_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result) {
  RECORD_FUNCTION("tstitch::tiled_attention", std::vector<c10::IValue>({q, k, v}));
  TiledAttention(q, k, v, result).run();
}

}  // namespace tstitch::detail
