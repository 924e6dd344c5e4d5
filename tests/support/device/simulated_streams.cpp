#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "tests/support/device/device_record.h"

namespace tstitch::test::detail {
namespace {

struct Queue {
  std::deque<std::function<void()>> copies;
  std::int64_t queued = 0;
};

struct Queues {
  std::mutex mutex;
  std::map<c10::StreamId, Queue> of;
};

Queues& queues() {
  static auto* const only = new Queues;  // tensors may outlive everything else
  return *only;
}

thread_local c10::StreamId current = 0;
std::atomic<c10::StreamId> last{0};

}  // namespace

c10::StreamId current_stream() {
  return current;
}

c10::StreamId exchange_stream(c10::StreamId stream) {
  return std::exchange(current, stream);
}

c10::StreamId new_stream() {
  return ++last;
}

void put_off(std::function<void()> copy) {
  const std::lock_guard lock(queues().mutex);
  Queue& queue = queues().of[current];
  queue.copies.push_back(std::move(copy));
  ++queue.queued;
}

std::int64_t put_off_on(c10::StreamId stream) {
  const std::lock_guard lock(queues().mutex);
  return queues().of[stream].queued;
}

void catch_up(c10::StreamId stream, std::int64_t count) {
  std::deque<std::function<void()>> made;  // goes, with its tensors, when the lock is open again
  const std::lock_guard lock(queues().mutex);
  Queue& queue = queues().of[stream];
  const auto done = [&] { return queue.queued - static_cast<std::int64_t>(queue.copies.size()); };
  while (!queue.copies.empty() && (count < 0 || done() < count)) {
    queue.copies.front()();
    made.push_back(std::move(queue.copies.front()));
    queue.copies.pop_front();
  }
}

}  // namespace tstitch::test::detail
