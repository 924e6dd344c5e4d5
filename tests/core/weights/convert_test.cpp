#include "core/weights/convert.h"

#include <cmath>
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
  EXPECT_THROW(convert(&value, at::kLong, &value, at::kFloat, 1), LogicError);
  EXPECT_THROW(convert(&value, at::kFloat, &value, at::kDouble, 1), LogicError);
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

/// A number of `exponent_bits` and 7 - `exponent_bits` bits of fraction, by the definition of such formats; codes with
/// a full exponent are the caller's to leave out.
float eight_bit_number(int code, int exponent_bits) {
  const int fraction_bits = 7 - exponent_bits;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (code & 0x7F) >> fraction_bits;
  const double fraction = static_cast<double>(code & ((1 << fraction_bits) - 1)) / (1 << fraction_bits);
  const double size = exponent == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, exponent - bias);
  return static_cast<float>((code & 0x80) != 0 ? -size : size);
}

TEST(Convert, widensEveryNumberOfEightBits) {
  for (int code = 0; code < 256; ++code) {
    const auto byte = static_cast<unsigned char>(code);
    float wide = 0;
    c10::Half half = 0;
    if ((code & 0x7F) != 0x7F) {  // e4m3fn has one NaN and no infinity
      convert(&byte, at::kFloat8_e4m3fn, &wide, at::kFloat, 1);
      convert(&byte, at::kFloat8_e4m3fn, &half, at::kHalf, 1);
      EXPECT_EQ(wide, eight_bit_number(code, 4)) << code;
      EXPECT_EQ(static_cast<float>(half), wide) << code;
    }
    if ((code & 0x7C) != 0x7C) {
      convert(&byte, at::kFloat8_e5m2, &wide, at::kFloat, 1);
      EXPECT_EQ(wide, eight_bit_number(code, 5)) << code;
    }
  }
}

}  // namespace
}  // namespace tstitch
