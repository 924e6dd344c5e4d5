#pragma once

#include <cstdint>

/// What the kernels of this folder are written in, so that nvcc and the host's compiler both take them.
///
/// A kernel is a value: its arguments are members, and it has
///   static constexpr int kMostThreads;   // of one block
///   struct Shared;                       // what the threads of a block share; holds nothing at first
///   template <class Block> TSTITCH_DEVICE void operator()(const Block& block, Shared& shared) const;
/// A Block is seen by one thread of it:
///   int thread(), threads();             // which of how many of this block
///   std::int64_t column(), columns();    // which block, along the grid's first side
///   std::int64_t row();                  // and along its second
///   void barrier();                      // all threads of the block come here before one goes on
/// A Launcher runs a kernel: launcher.run(Grid, threads, kernel).
#ifdef __CUDACC__
#define TSTITCH_DEVICE __device__ __forceinline__
#define TSTITCH_UNROLLED _Pragma("unroll 4")  // of the loop that follows: several loads are on their way at once
#else
#define TSTITCH_DEVICE inline
#define TSTITCH_UNROLLED
#endif

namespace tstitch::cuda {

/// Blocks of one launch; `rows` is at most kMostRows on a device.
struct Grid {
  std::int64_t columns = 1;
  std::int64_t rows = 1;

  static constexpr std::int64_t kMostRows = 65535;
};

/// What kernels without shared memory share.
struct Nothing {};

constexpr std::int64_t divided_up(std::int64_t size, std::int64_t part) {
  return (size + part - 1) / part;
}

}  // namespace tstitch::cuda
