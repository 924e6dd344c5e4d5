#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/record_function.h>

#include "core/nn/attention.h"
#include "core/nn/head_places.h"
#include "core/nn/pair_kernels.h"
#include "core/nn/parallel.h"
#include "core/nn/vector_kernels.h"

namespace tstitch::detail {
namespace {

constexpr std::int64_t kKeys = 64;              // a block's scores, keys and values share the first cache
constexpr std::int64_t kGroupFloats = 1 << 15;  // of queries and sums that share a block of keys
constexpr std::int64_t kMostPanels = 8;

const Bf16* bits(const at::BFloat16* numbers) {
  return reinterpret_cast<const Bf16*>(numbers);
}

class PairAttention {
 public:
  PairAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result)
      : kernels_(*pair_kernels()),
        q_(q, q.const_data_ptr<at::BFloat16>()),
        k_(k, k.const_data_ptr<at::BFloat16>()),
        v_(v, v.const_data_ptr<at::BFloat16>()),
        result_(result, result.mutable_data_ptr<at::BFloat16>()),
        samples_(q.size(0)),
        heads_(q.size(1)),
        queries_(q.size(2)),
        keys_(k.size(2)),
        width_(q.size(3)),
        factor_(static_cast<float>(kLog2E / std::sqrt(static_cast<double>(width_)))),
        panels_(std::clamp<std::int64_t>(kGroupFloats / (width_ * kPanel), 1, kMostPanels)),
        groups_((queries_ + panels_ * kPanel - 1) / (panels_ * kPanel)) {}

  void run() const {
    in_parallel(samples_ * heads_ * groups_, 1, [&](std::int64_t begin, std::int64_t end) {
      const at::Tensor floats = at::empty({panels_ * panel_rows(width_) * kPanel + kKeys * kPanel});
      const at::Tensor pairs =
          at::empty({panels_ * width_ / 2 * kPanel + kKeys / 2 * (kPanel + width_)}, at::TensorOptions(at::kInt));
      const Scratch scratch{floats.mutable_data_ptr<float>(),
                            reinterpret_cast<Pair*>(pairs.mutable_data_ptr<std::int32_t>())};
      for (std::int64_t i = begin; i < end; ++i) {
        group(i / groups_ / heads_, i / groups_ % heads_, i % groups_ * panels_ * kPanel, scratch);
      }
    });
  }

 private:
  static constexpr double kLog2E = 1.4426950408889634;

  struct Scratch {
    float* floats;
    Pair* pairs;
  };

  /// Of one panel of queries, side by side.
  struct Panel {
    Pair* queries;
    float *sums, *most, *total, *rescale;
  };

  /// Of a block of keys.
  struct Block {
    float* scores;
    Pair *weights, *values;
  };

  static std::int64_t panel_rows(std::int64_t width) { return width + 3; }

  [[nodiscard]] Panel panel(const Scratch& scratch, std::int64_t index) const {
    float* const at = scratch.floats + index * panel_rows(width_) * kPanel;
    float* const state = at + width_ * kPanel;
    return {scratch.pairs + index * width_ / 2 * kPanel, at, state, state + kPanel, state + 2 * kPanel};
  }

  [[nodiscard]] Block block(const Scratch& scratch) const {
    Pair* const weights = scratch.pairs + panels_ * width_ / 2 * kPanel;
    return {scratch.floats + panels_ * panel_rows(width_) * kPanel, weights, weights + kKeys / 2 * kPanel};
  }

  /// Some panels of queries, from `first` on, against all keys of a head.
  void group(std::int64_t sample, std::int64_t head, std::int64_t first, const Scratch& scratch) const {
    const std::int64_t count = std::min(panels_, (queries_ - first + kPanel - 1) / kPanel);
    const Block now = block(scratch);
    for (std::int64_t p = 0; p < count; ++p) enter(sample, head, first + p * kPanel, panel(scratch, p));
    for (std::int64_t key = 0; key < keys_; key += kKeys) {
      pair_values(sample, head, key, now.values);
      for (std::int64_t p = 0; p < count; ++p) add_keys(sample, head, key, panel(scratch, p), now);
    }
    for (std::int64_t p = 0; p < count; ++p) leave(sample, head, first + p * kPanel, panel(scratch, p));
  }

  /// Queries as columns; those without a query are nought.
  void enter(std::int64_t sample, std::int64_t head, std::int64_t first, const Panel& to) const {
    const std::int64_t count = std::min(kPanel, queries_ - first);
    std::fill(to.queries, to.queries + width_ / 2 * kPanel, Pair{0});
    std::fill(to.sums, to.sums + width_ * kPanel, 0.0F);
    for (std::int64_t i = 0; i < count; ++i) {
      const Bf16* const query = bits(q_.at(sample, head, first + i));
      for (std::int64_t c = 0; c < width_; c += 2) {
        to.queries[c / 2 * kPanel + i] = query[c] | (static_cast<Pair>(query[c + 1]) << 16U);
      }
    }
    std::fill(to.most, to.most + kPanel, -std::numeric_limits<float>::max());
    std::fill(to.total, to.total + kPanel, 0.0F);
  }

  /// Those of two keys each, [keys / 2, width].
  void pair_values(std::int64_t sample, std::int64_t head, std::int64_t key, Pair* to) const {
    const std::int64_t count = std::min(kKeys, keys_ - key);
    for (std::int64_t i = 0; i < count; i += 2, to += width_) {
      const Bf16* const second = i + 1 < count ? bits(v_.at(sample, head, key + i + 1)) : nullptr;
      kernels_.interleave(bits(v_.at(sample, head, key + i)), second, width_, to);
    }
  }

  void add_keys(std::int64_t sample, std::int64_t head, std::int64_t key, const Panel& to, const Block& now) const {
    const std::int64_t count = std::min(kKeys, keys_ - key);
    const auto* const keys = reinterpret_cast<const Pair*>(k_.at(sample, head, key));
    kernels_.multiply({keys, k_.token / 2, 1, count, width_ / 2}, to.queries, now.scores, false);
    kernels_.weigh(now.scores, count, factor_, now.weights, to.most, to.total, to.rescale);
    kernels_.scale(to.sums, width_, to.rescale);
    kernels_.multiply({now.values, 1, width_, width_, (count + 1) / 2}, now.weights, to.sums, true);
  }

  void leave(std::int64_t sample, std::int64_t head, std::int64_t first, const Panel& from) const {
    const std::int64_t count = std::min(kPanel, queries_ - first);
    for (std::int64_t i = 0; i < count; ++i) {
      at::BFloat16* const result = result_.at(sample, head, first + i);
      const float share = 1.0F / from.total[i];
      for (std::int64_t c = 0; c < width_; ++c) result[c] = at::BFloat16(from.sums[c * kPanel + i] * share);
    }
  }

  const PairKernels& kernels_;
  HeadPlaces<const at::BFloat16> q_, k_, v_;
  HeadPlaces<at::BFloat16> result_;
  std::int64_t samples_, heads_, queries_, keys_, width_;
  float factor_;         ///< makes scores powers of two
  std::int64_t panels_;  ///< that share a block of keys
  std::int64_t groups_;  ///< of panels, in a head
};

}  // namespace

bool may_attend_in_bf16(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const auto fits = [](const at::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == at::kBFloat16 && x.stride(3) == 1 && x.numel() > 0;
  };
  return pair_kernels() != nullptr && fits(q) && fits(k) && fits(v) && q.size(3) % 2 == 0 && k.stride(2) % 2 == 0 &&
         q.size(2) >= kPanel / 2;
}

void bf16_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& result) {
  RECORD_FUNCTION("tstitch::bf16_attention", std::vector<c10::IValue>({q, k, v}));
  PairAttention(q, k, v, result).run();
}

}  // namespace tstitch::detail
