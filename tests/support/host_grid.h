#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "core/cuda/kernels/grid.h"

namespace tstitch::test {

/// In which order the threads of a block get their turns between two barriers. A device promises none.
enum class ThreadOrder { Rising, Falling, Shuffled };

/// The threads of one block as fibres of one thread of the host.
class HostThreads {
 public:
  /// Runs `body` for each thread of a block. Throws what one throws, and std::logic_error where a barrier is left by
  /// some threads and reached by others.
  static void run(int threads, ThreadOrder order, const std::function<void(int thread)>& body);
  /// Called by a body: waits until all have come.
  static void barrier();
};

/// Runs the kernels of core/cuda/kernels on the host: blocks one after the other, shared memory full of NaN at first.
class HostLauncher {
 public:
  /// A barrier that does nothing: of the how manieth run(), the how manieth that a thread comes to.
  struct Forgotten {
    int launch = 0;
    int barrier = 0;
  };
  struct Settings {
    ThreadOrder order = ThreadOrder::Rising;
    std::optional<Forgotten> forgotten;
  };

  HostLauncher() = default;
  explicit HostLauncher(Settings settings) : settings_(settings) {}

  template <class Kernel>
  void run(cuda::Grid grid, int threads, const Kernel& kernel) const {
    if (threads < 1 || threads > Kernel::kMostThreads) throw std::logic_error("A block of a wrong size.");
    if (grid.columns < 1 || grid.rows < 1 || grid.rows > cuda::Grid::kMostRows) {
      throw std::logic_error("A grid of a wrong size.");
    }
    barriers_->push_back(0);
    for (std::int64_t row = 0; row < grid.rows; ++row) {
      for (std::int64_t column = 0; column < grid.columns; ++column) run_block(grid, row, column, threads, kernel);
    }
  }

  /// Of each run(), the most barriers that one thread came to.
  [[nodiscard]] const std::vector<int>& barriers() const { return *barriers_; }

 private:
  class Block {
   public:
    [[nodiscard]] int thread() const { return thread_; }
    [[nodiscard]] int threads() const { return threads_; }
    [[nodiscard]] std::int64_t column() const { return column_; }
    [[nodiscard]] std::int64_t columns() const { return columns_; }
    [[nodiscard]] std::int64_t row() const { return row_; }
    void barrier() const {
      if (met_++ != forgotten_) HostThreads::barrier();
    }

   private:
    friend HostLauncher;
    int thread_ = 0;
    int threads_ = 0;
    std::int64_t column_ = 0;
    std::int64_t columns_ = 0;
    std::int64_t row_ = 0;
    int forgotten_ = -1;
    mutable int met_ = 0;
  };

  template <class Kernel>
  void run_block(cuda::Grid grid, std::int64_t row, std::int64_t column, int threads, const Kernel& kernel) const {
    using Shared = typename Kernel::Shared;
    const auto shared = std::make_unique<Shared>();
    std::memset(static_cast<void*>(shared.get()), 0xFF, sizeof(Shared));
    HostThreads::run(threads, settings_.order, [&](int thread) {
      Block block;
      block.thread_ = thread;
      block.threads_ = threads;
      block.column_ = column;
      block.columns_ = grid.columns;
      block.row_ = row;
      if (settings_.forgotten && settings_.forgotten->launch == static_cast<int>(barriers_->size()) - 1) {
        block.forgotten_ = settings_.forgotten->barrier;
      }
      kernel(block, *shared);
      barriers_->back() = std::max(barriers_->back(), block.met_);
    });
  }

  Settings settings_;
  std::shared_ptr<std::vector<int>> barriers_ = std::make_shared<std::vector<int>>();
};

}  // namespace tstitch::test
