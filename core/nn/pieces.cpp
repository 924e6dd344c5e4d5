#include "core/nn/pieces.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include "core/base/stop_scope.h"

namespace tstitch::detail {
namespace {

thread_local std::optional<double> limit;

/// How much slower a processor without that arithmetic computes.
double slowness(at::ScalarType type) {
  switch (type) {
    case at::kHalf:
      return 32;
    case at::kBFloat16:
      return 4;
    default:
      return 1;
  }
}

}  // namespace

WorkLimit::WorkLimit(double most) {
  limit = most;
}

WorkLimit::~WorkLimit() {
  limit.reset();
}

double most_work(const at::Tensor& x) {
  constexpr double kPerThread = 1e10;
  if (limit) return *limit;
  if (!x.is_cpu()) return 1e300;
  return kPerThread * at::get_num_threads() / slowness(x.scalar_type());
}

void in_pieces(std::int64_t size, std::int64_t piece,
               const std::function<void(std::int64_t begin, std::int64_t length)>& each) {
  piece = std::max<std::int64_t>(1, piece);
  for (std::int64_t begin = 0; begin < size;) {
    StopScope::point();
    const std::int64_t left = size - begin;
    const std::int64_t length = left < piece + (piece + 1) / 2 ? left : piece;
    each(begin, length);
    begin += length;
  }
}

at::Tensor by_rows(const at::Tensor& x, double row_work,
                   const std::function<at::Tensor(const at::Tensor& rows)>& compute, std::int64_t most_rows) {
  StopScope::point();
  const std::int64_t rows = x.numel() / x.size(-1);
  const std::int64_t piece =
      static_cast<std::int64_t>(std::min(most_work(x) / row_work, static_cast<double>(most_rows)));
  if (rows <= piece) return compute(x);
  const at::Tensor all = x.reshape({rows, x.size(-1)});
  at::Tensor result;
  in_pieces(rows, piece, [&](std::int64_t begin, std::int64_t length) {
    const at::Tensor part = compute(all.narrow(0, begin, length));
    if (!result.defined()) result = at::empty({rows, part.size(-1)}, part.options());
    result.narrow(0, begin, length).copy_(part);
  });
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = result.size(-1);
  return result.view(shape);
}

at::Tensor by_samples(const at::Tensor& x, bool cut,
                      const std::function<at::Tensor(const at::Tensor& sample)>& compute) {
  StopScope::point();
  if (!cut || x.size(0) == 1) return compute(x);
  at::Tensor result;
  in_pieces(x.size(0), 1, [&](std::int64_t begin, std::int64_t) {
    const at::Tensor part = compute(x.narrow(0, begin, 1));
    if (!result.defined()) {
      std::vector<std::int64_t> shape = part.sizes().vec();
      shape.front() = x.size(0);
      result = at::empty(shape, part.options().memory_format(part.suggest_memory_format()));
    }
    result.narrow(0, begin, 1).copy_(part);
  });
  return result;
}

}  // namespace tstitch::detail
