#pragma once

#include <cstdint>
#include <functional>
#include <limits>

#include <ATen/core/Tensor.h>

namespace tstitch::detail {

/// Multiply-adds of one call that a stop may have to wait for: some tenths of a second on any processor. More is done
/// in pieces, between which a stop is heard; on a GPU nothing is cut. Type and number of compute threads decide, never
/// the clock, so that a run is cut in the same places each time.
double most_work(const at::Tensor& x);

/// While it lives, most_work() is that on this thread: small layers are cut, too. For tests.
class WorkLimit {
 public:
  explicit WorkLimit(double most);
  ~WorkLimit();
  WorkLimit(const WorkLimit&) = delete;
  WorkLimit& operator=(const WorkLimit&) = delete;
};

/// Cuts a range of `size` into pieces of about `piece`, none shorter than half of that, and calls `each` with begin and
/// length after a stop point.
void in_pieces(std::int64_t size, std::int64_t piece,
               const std::function<void(std::int64_t begin, std::int64_t length)>& each);

/// `compute` of `x` [..., in] -> [..., out], which treats each row alone, at `row_work` multiply-adds a row; some
/// `most_rows` at a time, so that what is between them stays in the cache.
at::Tensor by_rows(const at::Tensor& x, double row_work,
                   const std::function<at::Tensor(const at::Tensor& rows)>& compute,
                   std::int64_t most_rows = std::numeric_limits<std::int64_t>::max());

/// `compute` of `x` [B, ...], which treats each sample alone: one after the other where `cut` says so.
at::Tensor by_samples(const at::Tensor& x, bool cut,
                      const std::function<at::Tensor(const at::Tensor& sample)>& compute);

}  // namespace tstitch::detail
