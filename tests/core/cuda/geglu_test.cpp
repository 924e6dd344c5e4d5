#include "core/cuda/kernels/geglu.h"

#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linspace.h>
#include <gtest/gtest.h>

#include "core/cuda/kernels/launch.h"
#include "tests/support/generated_weights.h"
#include "tests/support/host_grid.h"
#include "tests/support/kernel_tensors.h"

namespace tstitch {
namespace {

using test::Fenced;

struct Shape {
  std::int64_t rows;
  std::int64_t width;
  std::int64_t apart;   ///< elements between two rows
  std::int64_t offset;  ///< of the first
};

/// `x` [rows, 2 * width] where the rows lie that far apart.
at::Tensor gated(const at::Tensor& x, const Shape& shape) {
  at::Tensor spread = at::full({shape.rows, 2 * shape.width + shape.apart}, 1e4, x.options());
  spread.narrow(1, 0, 2 * shape.width).copy_(x);
  const Fenced from(spread, shape.offset);
  const Fenced to(shape.rows * shape.width, x.scalar_type());
  TstitchGeglu of{};
  of.element = test::element_of(x.scalar_type());
  of.width = static_cast<std::int32_t>(shape.width);
  of.x = from.data();
  of.y = to.data();
  of.rows = shape.rows;
  of.row_stride = 2 * shape.width + shape.apart;
  cuda::launch(test::HostLauncher(), of);
  EXPECT_TRUE(to.is_intact());
  return to.inside().view({shape.rows, shape.width}).clone();
}

at::Tensor exact(const at::Tensor& x) {
  const std::vector<at::Tensor> parts = x.to(at::kDouble).chunk(2, 1);
  return parts[0] * at::gelu(parts[1]);
}

TEST(GegluKernel, IsLibTorchsInEveryTypeAndShape) {
  for (const Shape& shape : std::vector<Shape>{{1, 1, 0, 0},
                                               {3, 3, 0, 0},
                                               {2, 4, 0, 0},
                                               {5, 5, 1, 0},
                                               {7, 1280, 0, 0},
                                               {3, 1284, 8, 0},
                                               {2, 2564, 0, 0},
                                               {2, 1280, 2, 0},
                                               {2, 1280, 0, 1},
                                               {1, 10240, 0, 0}}) {
    for (const at::ScalarType type : test::kElements) {
      const at::Tensor plain = test::generated_tensor("input.weight", {shape.rows, 2 * shape.width}, 3);
      const at::Tensor x = (plain / plain.abs().max() * 6).to(type);
      EXPECT_TRUE(test::is_rounded(gated(x, shape), exact(x)))
          << shape.rows << " x " << shape.width << " + " << shape.apart << ", " << shape.offset << " " << type;
    }
  }
}

/// From where gelu is nothing to where it is the gate itself.
TEST(GegluKernel, HoldsFarOutToo) {
  const at::Tensor gates = at::linspace(-40, 40, 1000).view({1, 1000});
  const at::Tensor x = at::cat({at::full({1, 1000}, 2.0), gates}, 1);
  EXPECT_TRUE(test::is_rounded(gated(x, {1, 1000, 0, 0}), exact(x), 1e-7));
}

}  // namespace
}  // namespace tstitch
