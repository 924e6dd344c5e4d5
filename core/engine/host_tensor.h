#pragma once

#include <cstdint>
#include <vector>

namespace tstitch {

/// A dense float32 tensor outside of LibTorch, row-major: what runs take and give besides pictures.
struct HostTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  ///< as many as the shape says
  friend bool operator==(const HostTensor&, const HostTensor&) = default;
};

}  // namespace tstitch
