#include "tests/support/host_grid.h"

#include <exception>
#include <numeric>
#include <random>

#include <ucontext.h>

#include "core/base/text.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace tstitch::test {
namespace {

constexpr std::size_t kStackBytes = std::size_t{32} << 10U;

/// Tells AddressSanitizer, where it watches, which stack is in use.
void before_switch([[maybe_unused]] void** left, [[maybe_unused]] const void* stack,
                   [[maybe_unused]] std::size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(left, stack, bytes);
#endif
}

void after_switch([[maybe_unused]] void* came_back, [[maybe_unused]] const void** from,
                  [[maybe_unused]] std::size_t* bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(came_back, from, bytes);
#endif
}

struct Fibre {
  ucontext_t context{};
  std::unique_ptr<std::byte[]> stack = std::make_unique<std::byte[]>(kStackBytes);
  void* hidden_stack = nullptr;  ///< AddressSanitizer's
  bool ended = false;
};

/// Stacks stay from block to block.
class Scheduler {
 public:
  void run(int threads, ThreadOrder order, const std::function<void(int)>& body) {
    body_ = &body;
    failure_ = nullptr;
    while (fibres_.size() < static_cast<std::size_t>(threads)) fibres_.push_back(std::make_unique<Fibre>());
    std::vector<int> turns(static_cast<std::size_t>(threads));
    std::iota(turns.begin(), turns.end(), 0);
    for (const int thread : turns) begin(thread);
    if (order == ThreadOrder::Falling) std::reverse(turns.begin(), turns.end());
    std::mt19937 shuffling(1);
    for (int left = threads; left > 0;) {
      if (order == ThreadOrder::Shuffled) std::shuffle(turns.begin(), turns.end(), shuffling);
      for (const int thread : turns) resume(thread);
      if (failure_) std::rethrow_exception(failure_);
      left = threads - ended(threads);
      if (left != 0 && left != threads) {
        throw std::logic_error(concat(left, " of ", threads, " threads wait at a barrier that the others have left."));
      }
    }
  }

  void pause() { leave(&fibres_[static_cast<std::size_t>(current_)]->hidden_stack); }

 private:
  void begin(int thread) {
    Fibre& fibre = *fibres_[static_cast<std::size_t>(thread)];
    fibre.ended = false;
    fibre.hidden_stack = nullptr;
    ::getcontext(&fibre.context);
    fibre.context.uc_stack.ss_sp = fibre.stack.get();
    fibre.context.uc_stack.ss_size = kStackBytes;
    fibre.context.uc_link = nullptr;
    ::makecontext(&fibre.context, &Scheduler::live, 0);
  }

  void resume(int thread) {
    current_ = thread;
    Fibre& fibre = *fibres_[static_cast<std::size_t>(thread)];
    void* hidden_stack = nullptr;
    before_switch(&hidden_stack, fibre.stack.get(), kStackBytes);
    ::swapcontext(&own_, &fibre.context);
    after_switch(hidden_stack, nullptr, nullptr);
  }

  /// From a fibre back to run(); without a place to keep its hidden stack it never returns.
  void leave(void** hidden_stack) {
    before_switch(hidden_stack, own_stack_, own_bytes_);
    ::swapcontext(&fibres_[static_cast<std::size_t>(current_)]->context, &own_);
    after_switch(hidden_stack == nullptr ? nullptr : *hidden_stack, &own_stack_, &own_bytes_);
  }

  static void live();

  [[nodiscard]] int ended(int threads) const {
    return static_cast<int>(
        std::count_if(fibres_.begin(), fibres_.begin() + threads, [](const auto& fibre) { return fibre->ended; }));
  }

  const std::function<void(int)>* body_ = nullptr;
  std::vector<std::unique_ptr<Fibre>> fibres_;
  ucontext_t own_{};
  const void* own_stack_ = nullptr;
  std::size_t own_bytes_ = 0;
  int current_ = 0;
  std::exception_ptr failure_;
};

Scheduler& scheduler() {
  static thread_local Scheduler one;
  return one;
}

void Scheduler::live() {
  Scheduler& all = scheduler();
  after_switch(nullptr, &all.own_stack_, &all.own_bytes_);
  const int thread = all.current_;
  try {
    (*all.body_)(thread);
  } catch (...) {
    all.failure_ = std::current_exception();
  }
  all.fibres_[static_cast<std::size_t>(thread)]->ended = true;
  all.leave(nullptr);
}

}  // namespace

void HostThreads::run(int threads, ThreadOrder order, const std::function<void(int thread)>& body) {
  scheduler().run(threads, order, body);
}

void HostThreads::barrier() {
  scheduler().pause();
}

}  // namespace tstitch::test
