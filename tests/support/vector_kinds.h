#pragma once

#include <functional>

#include <gtest/gtest.h>

#include "core/nn/vector_kernels.h"

namespace tstitch::test {

/// With the kernels for the processor's widest vectors, then with those for AVX2.
inline void with_each_kind_of_vectors(const std::function<void()>& check) {
  if (detail::vector_kernels() == nullptr) GTEST_SKIP() << "no wide vectors";
  check();
  const detail::VectorLimit limit(detail::VectorLimit::Most::Avx2);
  check();
}

}  // namespace tstitch::test
