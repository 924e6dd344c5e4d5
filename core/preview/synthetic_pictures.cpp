#include "core/preview/synthetic_pictures.h"

#include <array>
#include <random>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/where.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

constexpr int kOfEachKind = 4;
constexpr int kDiscs = 6;

/// Uniform numbers from the standard's own generator, whose sequence is the same everywhere (distributions' is not).
class Numbers {
 public:
  float next() { return static_cast<float>(generator_() >> 8U) * 0x1p-24F; }
  float between(float low, float high) { return low + (high - low) * next(); }

  /// [1, 3, rows, rows], uniform in -1..1.
  at::Tensor colours(std::int64_t rows) {
    at::Tensor grid = at::empty({1, 3, rows, rows}, at::kFloat);
    auto* values = grid.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < grid.numel(); ++i) values[i] = between(-1.0F, 1.0F);
    return grid;
  }

 private:
  std::mt19937 generator_{20'24};
};

/// Discs, lighter to one side, on a flat ground: outlines and soft shading like a drawn thing's.
at::Tensor discs(Numbers& numbers, std::int64_t side) {
  const auto extent = static_cast<float>(side);
  const at::Tensor along = at::arange(side, at::kFloat);
  const at::Tensor x = along.view({1, 1, 1, side});
  const at::Tensor y = along.view({1, 1, side, 1});
  at::Tensor picture = numbers.colours(1).expand({1, 3, side, side});
  for (int i = 0; i < kDiscs; ++i) {
    const float radius = extent * numbers.between(0.05F, 0.3F);
    const at::Tensor dx = x - extent * numbers.next();
    const at::Tensor dy = y - extent * numbers.next();
    const at::Tensor shaded = numbers.colours(1) - (dx / radius + 1) * 0.25;
    picture = at::where(dx * dx + dy * dy < radius * radius, shaded, picture);
  }
  return picture.clamp(-1, 1);
}

}  // namespace

std::vector<at::Tensor> synthetic_pictures(std::int64_t side) {
  TSTITCH_CHECK(side >= 16, side);
  const std::array<std::int64_t, 2> size{side, side};
  Numbers numbers;
  std::vector<at::Tensor> pictures;
  for (int i = 0; i < kOfEachKind; ++i) {
    for (const std::int64_t patches : {1, 4, 8}) {
      pictures.push_back(at::upsample_nearest2d(numbers.colours(patches), size));
    }
    pictures.push_back(at::upsample_bilinear2d(numbers.colours(4), size, /*align_corners=*/false));
    pictures.push_back(discs(numbers, side));
  }
  return pictures;
}

}  // namespace tstitch
