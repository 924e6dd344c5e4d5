#include "core/engine/measured_precision.h"

#include <limits>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

constexpr MeasuredPrecision kFp32{Precision::Fp32, 1.0, 0.0};

TEST(MeasuredPrecision, isTheFastestWithinTheBound) {
  const MeasuredPrecision bf16{Precision::Bf16, 0.5, 0.01};
  EXPECT_EQ(fastest_within_bound({kFp32, bf16}), Precision::Bf16);
  EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Fp16, 0.4, 0.001}, bf16}), Precision::Fp16);
  EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Fp16, 0.6, 0.001}, bf16}), Precision::Bf16);
  EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Fp16, 0.2, 2 * kMostPrecisionError}, bf16}), Precision::Bf16)
      << "whatever is beyond the bound is none";
}

TEST(MeasuredPrecision, isFp32WhereNothingWinsATenth) {
  EXPECT_EQ(fastest_within_bound({kFp32}), Precision::Fp32);
  EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Bf16, 0.95, 0.01}}), Precision::Fp32);
  EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Bf16, 2.0, 0.01}}), Precision::Fp32);
}

TEST(MeasuredPrecision, isFp32WhereFiguresAreNone) {
  EXPECT_EQ(fastest_within_bound({}), Precision::Fp32);
  EXPECT_EQ(fastest_within_bound({{Precision::Bf16, 0.5, 0.01}}), Precision::Fp32) << "nothing to compare with";
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [seconds, error] : {std::pair{kNaN, 0.01}, {0.5, kNaN}, {0.0, 0.01}, {-1.0, 0.01}, {0.5, -0.01}}) {
    EXPECT_EQ(fastest_within_bound({kFp32, {Precision::Bf16, seconds, error}}), Precision::Fp32) << seconds << error;
  }
}

}  // namespace
}  // namespace tstitch
