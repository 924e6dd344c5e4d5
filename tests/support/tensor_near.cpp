#include "tests/support/tensor_near.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace tstitch::test {
namespace {

/// Where two tensors differ most; a difference that is no number counts as infinite.
struct Difference {
  double largest = 0.0;
  double scale = 0.0;  ///< max|expected|
  std::int64_t at = 0;
  double actual = 0.0;
  double expected = 0.0;
};

Difference difference(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor a = actual.detach().cpu().to(at::kDouble).contiguous();
  const at::Tensor b = expected.detach().cpu().to(at::kDouble).contiguous();
  const auto* x = a.const_data_ptr<double>();
  const auto* y = b.const_data_ptr<double>();
  Difference result;
  for (std::int64_t i = 0; i < a.numel(); ++i) {
    const double distance = x[i] == y[i] ? 0.0 : std::abs(x[i] - y[i]);
    const double ordered = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
    result.scale = std::max(result.scale, std::abs(y[i]));
    if (ordered > result.largest) result = {ordered, result.scale, i, x[i], y[i]};
  }
  return result;
}

std::string index_text(std::int64_t flat, at::IntArrayRef shape) {
  std::string text;
  for (std::size_t d = shape.size(); d-- > 0;) {
    text = std::to_string(flat % shape[d]) + (text.empty() ? "" : ",") + text;
    flat /= shape[d];
  }
  return '[' + text + ']';
}

testing::AssertionResult compare(const at::Tensor& actual, const at::Tensor& expected, double tolerance,
                                 bool relative) {
  if (actual.sizes() != expected.sizes()) {
    return testing::AssertionFailure() << "shapes differ: " << actual.sizes() << " and " << expected.sizes();
  }
  const Difference found = difference(actual, expected);
  const double bound = relative ? tolerance * found.scale : tolerance;
  if (found.largest <= bound) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "largest difference " << found.largest << " ("
                                     << (found.scale > 0.0 ? found.largest / found.scale : 0.0) << " of max|expected| "
                                     << found.scale << ") at " << index_text(found.at, actual.sizes()) << ": "
                                     << found.actual << ", expected " << found.expected << "; allowed " << bound;
}

}  // namespace

testing::AssertionResult tensor_near(const at::Tensor& actual, const at::Tensor& expected, double tolerance) {
  return compare(actual, expected, tolerance, false);
}

testing::AssertionResult tensor_near_relative(const at::Tensor& actual, const at::Tensor& expected, double tolerance) {
  return compare(actual, expected, tolerance, true);
}

double relative_difference(const at::Tensor& actual, const at::Tensor& expected) {
  if (actual.sizes() != expected.sizes()) return std::numeric_limits<double>::infinity();
  const Difference found = difference(actual, expected);
  return found.largest == 0.0 ? 0.0 : found.largest / found.scale;
}

}  // namespace tstitch::test
