#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <ATen/record_function.h>

#include "core/base/check.h"
#include "core/nn/pair_kernels.h"
#include "core/nn/panels.h"
#include "core/nn/parallel.h"
#include "core/nn/prepacking.h"
#include "core/nn/vector_kernels.h"

namespace tstitch::detail {
namespace {

constexpr std::int64_t kTaps = 9;
constexpr std::int64_t kVectorChannels = 16;
constexpr std::int64_t kChunk = 128;            // channels at a time
constexpr std::int64_t kTaskTiles = 192;        // with a chunk of weights they fill a megabyte and a half of cache
constexpr std::int64_t kTileFloats = 1 << 21U;  // of a picture's tiles at a time
constexpr std::int64_t kLine = 16;              // keeps slabs from lying a power of two apart

constexpr std::int64_t pieces(std::int64_t size, std::int64_t piece) {
  return (size + piece - 1) / piece;
}

/// Entered tiles [tiles, size] times entered weights, of `size` channels each.
void multiply(const VectorKernels& kernels, const float* entered, const float* weights, std::int64_t tiles,
              std::int64_t size, float* sums, bool add) {
  kernels.multiply({entered, size, 1, tiles, size}, weights, sums, add);
}

void multiply(const PairKernels& kernels, const Bf16* entered, const Bf16* weights, std::int64_t tiles,
              std::int64_t size, float* sums, bool add) {
  kernels.multiply({reinterpret_cast<const Pair*>(entered), size / 2, 1, tiles, size / 2},
                   reinterpret_cast<const Pair*>(weights), sums, add);
}

void enter_weights(const VectorKernels& kernels, const float* weights, std::int64_t channels, float* tiles,
                   std::int64_t stride) {
  kernels.enter_weights(weights, channels, tiles, stride);
}

void enter_weights(const VectorKernels& kernels, const Fp16* weights, std::int64_t channels, float* tiles,
                   std::int64_t stride) {
  kernels.enter_fp16_weights(weights, channels, tiles, stride);
}

void enter_weights(const PairKernels& kernels, const Bf16* weights, std::int64_t channels, Bf16* tiles,
                   std::int64_t stride) {
  kernels.enter_weights(weights, channels, tiles, stride);
}

/// One call. Tiles of 4x4 places overlap by two and give 2x2 places each. `weight` holds `Weight`s, `bias` floats, all
/// else `Number`s.
template <class Kernels, class Number, class Weight>
class Winograd {
 public:
  Winograd(const Kernels& kernels, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
           std::int64_t rows_above, at::Tensor& y)
      : kernels_(kernels),
        x_(static_cast<const Number*>(x.const_data_ptr())),
        weight_(static_cast<const Weight*>(weight.const_data_ptr())),
        bias_(bias.const_data_ptr<float>()),
        y_(static_cast<Number*>(y.mutable_data_ptr())),
        in_(x.size(1)),
        out_(y.size(1)),
        in_rows_(x.size(2)),
        in_columns_(x.size(3)),
        out_rows_(y.size(2)),
        out_columns_(y.size(3)),
        rows_above_(rows_above),
        tile_rows_(pieces(out_rows_, 2)),
        tile_columns_(pieces(out_columns_, 2)),
        tiles_(x.size(0) * tile_rows_ * tile_columns_),
        most_tiles_(
            std::min(tiles_, std::max(kTaskTiles, kTileFloats / (kTilePlaces * in_) / kTaskTiles * kTaskTiles))),
        slab_(most_tiles_ * kChunk + kLine),
        nothing_(at::zeros({in_}, x.options())),
        entered_(at::empty({pieces(in_, kChunk) * kTilePlaces * slab_}, x.options())) {}

  void run() {
    for (std::int64_t first = 0; first < tiles_; first += most_tiles_) {
      const std::int64_t count = std::min(most_tiles_, tiles_ - first);
      in_parallel(count, pieces(kVectorChannels * kVectorChannels, in_), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t tile = begin; tile < end; ++tile) enter(first + tile, tile);
      });
      multiply(first, count);
    }
  }

 private:
  struct Place {
    std::int64_t sample, row, column;  ///< of a tile's first result
  };

  [[nodiscard]] Place place(std::int64_t tile) const {
    const std::int64_t across = tile / tile_columns_;
    return {across / tile_rows_, across % tile_rows_ * 2, tile % tile_columns_ * 2};
  }

  [[nodiscard]] std::int64_t chunk_size(std::int64_t chunk) const { return std::min(kChunk, in_ - chunk * kChunk); }

  /// Transforms tile `tile` of the picture into the `at`th of those that are computed now.
  void enter(std::int64_t tile, std::int64_t at) {
    const Place corner = place(tile);
    std::array<const Number*, kTilePlaces> places{};
    for (std::int64_t i = 0; i < kTilePlaces; ++i) {
      const std::int64_t row = corner.row - rows_above_ + i / 4;
      const std::int64_t column = corner.column - 1 + i % 4;
      const bool within = row >= 0 && row < in_rows_ && column >= 0 && column < in_columns_;
      places[static_cast<std::size_t>(i)] = within
                                                ? x_ + ((corner.sample * in_rows_ + row) * in_columns_ + column) * in_
                                                : static_cast<const Number*>(nothing_.const_data_ptr());
    }
    auto* to = static_cast<Number*>(entered_.mutable_data_ptr());
    for (std::int64_t chunk = 0; chunk * kChunk < in_; ++chunk, to += kTilePlaces * slab_) {
      kernels_.enter_tile(places.data(), chunk_size(chunk), to + at * chunk_size(chunk), slab_);
      for (const Number*& each : places) each += kChunk;
    }
  }

  void multiply(std::int64_t first, std::int64_t count) {
    const std::int64_t panels = out_ / kPanel;
    in_parallel(pieces(count, kTaskTiles) * panels, 1, [&](std::int64_t begin, std::int64_t end) {
      const at::Tensor sums = at::empty({kTilePlaces * (kTaskTiles * kPanel + kLine)});
      const at::Tensor weights = at::empty({kTilePlaces * (kChunk * kPanel + kLine)}, entered_.options());
      for (std::int64_t task = begin; task < end; ++task) {
        const std::int64_t skipped = task / panels * kTaskTiles;
        const std::int64_t tiles = std::min(kTaskTiles, count - skipped);
        multiply_panel(task % panels, skipped, tiles, static_cast<Number*>(weights.mutable_data_ptr()),
                       sums.mutable_data_ptr<float>());
        leave(task % panels, first + skipped, tiles, sums.const_data_ptr<float>());
      }
    });
  }

  /// Sums of some entered tiles over all channels, for one panel of results.
  void multiply_panel(std::int64_t panel, std::int64_t skipped, std::int64_t tiles, Number* weights,
                      float* sums) const {
    constexpr std::int64_t kWeightSlab = kChunk * kPanel + kLine;
    constexpr std::int64_t kSumSlab = kTaskTiles * kPanel + kLine;
    for (std::int64_t chunk = 0; chunk * kChunk < in_; ++chunk) {
      const std::int64_t size = chunk_size(chunk);
      enter_weights(kernels_, weight_ + (panel * in_ + chunk * kChunk) * kTaps * kPanel, size, weights, kWeightSlab);
      const auto* entered =
          static_cast<const Number*>(entered_.const_data_ptr()) + chunk * kTilePlaces * slab_ + skipped * size;
      for (std::int64_t i = 0; i < kTilePlaces; ++i) {
        detail::multiply(kernels_, entered + i * slab_, weights + i * kWeightSlab, tiles, size, sums + i * kSumSlab,
                         chunk > 0);
      }
    }
  }

  void leave(std::int64_t panel, std::int64_t first, std::int64_t tiles, const float* sums) {
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
      const Place corner = place(first + tile);
      std::array<Number*, 4> places{};
      for (std::int64_t i = 0; i < 4; ++i) {
        const std::int64_t row = corner.row + i / 2;
        const std::int64_t column = corner.column + i % 2;
        if (row >= out_rows_ || column >= out_columns_) continue;
        places[static_cast<std::size_t>(i)] =
            y_ + ((corner.sample * out_rows_ + row) * out_columns_ + column) * out_ + panel * kPanel;
      }
      kernels_.leave_tile(sums + tile * kPanel, kTaskTiles * kPanel + kLine, bias_ + panel * kPanel, places.data());
    }
  }

  const Kernels& kernels_;
  const Number* x_;
  const Weight* weight_;
  const float* bias_;
  Number* y_;
  std::int64_t in_, out_;
  std::int64_t in_rows_, in_columns_, out_rows_, out_columns_, rows_above_;
  std::int64_t tile_rows_, tile_columns_, tiles_;
  std::int64_t most_tiles_;  ///< that are entered at a time
  std::int64_t slab_;        ///< floats from one place of the entered tiles to the next
  at::Tensor nothing_;       ///< what lies beyond the picture's edge
  at::Tensor entered_;       ///< [chunk, place, tile, channel]
};

bool has_kernels_for(at::ScalarType type) {
  return type == at::kFloat ? vector_kernels() != nullptr : type == at::kBFloat16 && pair_kernels() != nullptr;
}

}  // namespace

bool may_use_winograd(const at::Tensor& weight, ConvolutionStride shape) {
  return has_kernels_for(weight.scalar_type()) && weight.size(2) == 3 && weight.size(3) == 3 && shape.stride == 1 &&
         shape.padding == 1 && weight.size(0) % kPanel == 0 && weight.size(1) % kVectorChannels == 0;
}

at::Tensor winograd_weight(const at::Tensor& weight) {
  const at::Tensor kept = weight.scalar_type() == at::kFloat ? as_fp16(weight) : weight;
  return in_panels(kept).view({weight.size(0) / kPanel, weight.size(1), kTaps, kPanel});
}

bool is_winograd_weight(const at::Tensor& weight) {
  return !weight.is_mkldnn() && weight.dim() == 4 && weight.size(2) == kTaps && weight.size(3) == kPanel;
}

at::Tensor winograd_convolution(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                                ConvolutionStride shape) {
  RECORD_FUNCTION("tstitch::winograd_convolution", std::vector<c10::IValue>({x}));
  const std::int64_t out = weight.size(0) * kPanel;
  TSTITCH_CHECK(x.dim() == 4 && x.size(1) == weight.size(1), x.sizes(), ' ', weight.sizes());
  const at::Tensor last = x.contiguous(at::MemoryFormat::ChannelsLast);
  const std::int64_t rows_above = shape.rows_padded ? 0 : 1;
  at::Tensor y = at::empty({x.size(0), out, x.size(2) + 2 * (rows_above - 1), x.size(3)},
                           x.options().memory_format(at::MemoryFormat::ChannelsLast));
  RECORD_OUTPUTS(at::TensorList(y));
  if (y.numel() == 0) return y;
  const at::Tensor summand = bias ? bias->to(at::kFloat) : at::zeros({out});
  if (x.scalar_type() == at::kBFloat16) {
    Winograd<PairKernels, Bf16, Bf16>(*pair_kernels(), last, weight, summand, rows_above, y).run();
  } else if (weight.scalar_type() == at::kHalf) {
    Winograd<VectorKernels, float, Fp16>(*vector_kernels(), last, weight, summand, rows_above, y).run();
  } else {
    Winograd<VectorKernels, float, float>(*vector_kernels(), last, weight, summand, rows_above, y).run();
  }
  return y;
}

}  // namespace tstitch::detail
