#pragma once

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

namespace tstitch::test {

/// max|a - b| <= tolerance, shapes equal, nothing unordered. A failure prints the largest difference, its index and
/// both values.
testing::AssertionResult tensor_near(const at::Tensor& actual, const at::Tensor& expected, double tolerance);

/// max|a - b| / max|b| <= tolerance: the measure in which the project states its exactness.
testing::AssertionResult tensor_near_relative(const at::Tensor& actual, const at::Tensor& expected, double tolerance);

/// max|a - b| / max|b|; infinite when the shapes differ or a difference is no number.
double relative_difference(const at::Tensor& actual, const at::Tensor& expected);

}  // namespace tstitch::test

#define EXPECT_TENSOR_NEAR(actual, expected, tolerance) \
  EXPECT_TRUE(::tstitch::test::tensor_near(actual, expected, tolerance))
#define EXPECT_TENSOR_NEAR_RELATIVE(actual, expected, tolerance) \
  EXPECT_TRUE(::tstitch::test::tensor_near_relative(actual, expected, tolerance))
