#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace tstitch::detail {

/// The heads of one tensor [B, heads, N, d], whose numbers begin at `data`.
template <class Number>
struct HeadPlaces {
  Number* data;
  std::int64_t sample, head, token;

  HeadPlaces(const at::Tensor& x, Number* begin)
      : data(begin), sample(x.stride(0)), head(x.stride(1)), token(x.stride(2)) {}

  [[nodiscard]] Number* at(std::int64_t s, std::int64_t h, std::int64_t t) const {
    return data + s * sample + h * head + t * token;
  }
};

}  // namespace tstitch::detail
