#include "core/weights/convert.h"

#include <limits>

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

TEST(Convert, doesAnyLengthAsLibTorchDoes) {
  for (const std::int64_t count : {0, 1, 7, 8, 9, 31, 64}) {
    const at::Tensor values = test::generated_tensor("a", {count}, 5);
    for (const at::ScalarType from : {at::kFloat, at::kHalf, at::kBFloat16}) {
      for (const at::ScalarType to : {at::kFloat, at::kHalf, at::kBFloat16}) {
        const at::Tensor source = values.to(from);
        at::Tensor target = at::empty({count}, to);
        convert(source.const_data_ptr(), from, target.mutable_data_ptr(), to, static_cast<std::size_t>(count));
        EXPECT_TRUE(at::equal(target, source.to(to))) << from << " to " << to << ", " << count;
      }
    }
  }
}

TEST(Convert, refusesOtherTypes) {
  EXPECT_FALSE(is_weight_type(at::kDouble));
  EXPECT_FALSE(is_weight_type(at::kLong));
  double value = 1.0;
  EXPECT_THROW(convert(&value, at::kDouble, &value, at::kFloat, 1), LogicError);
}

TEST(AllFinite, largestNumbersAreFinite) {
  const float largest[] = {std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest(),
                           std::numeric_limits<float>::denorm_min(), 0.0F};
  EXPECT_TRUE(all_finite(largest, at::kFloat, 4));
  const c10::Half halves[] = {65504.0F, -65504.0F};
  EXPECT_TRUE(all_finite(halves, at::kHalf, 2));
}

TEST(AllFinite, oneBadNumberAnywhereIsFound) {
  for (std::size_t bad = 0; bad < 33; ++bad) {
    std::vector<float> values(33, 1.0F);
    values[bad] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(all_finite(values.data(), at::kFloat, values.size())) << bad;
  }
}

}  // namespace
}  // namespace tstitch
