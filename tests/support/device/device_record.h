#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <c10/core/Storage.h>
#include <c10/core/Stream.h>

#include "tests/support/device/simulated_device.h"

namespace tstitch::test::detail {

/// Tells the log, where there is one.
void record(DeviceCall::Kind kind, const std::string& operation, std::int64_t bytes = 0, std::int64_t launched = 0);
void record(DeviceCall call);

/// Counts an operator that the device was asked for.
void launch();
/// How many there were so far.
std::int64_t launches();

/// Of this thread.
c10::StreamId current_stream();
c10::StreamId exchange_stream(c10::StreamId stream);
c10::StreamId new_stream();

/// Queues a copy on the current stream, to be made later.
void put_off(std::function<void()> copy);
/// How many were queued on a stream so far.
std::int64_t put_off_on(c10::StreamId stream);
/// Makes the first `count` of them, all by default.
void catch_up(c10::StreamId stream, std::int64_t count = -1);

/// Makes page-locked memory known to LibTorch.
void offer_page_locked_memory();
bool is_page_locked(const void* data);
std::int64_t page_locked_bytes();

/// Gives LibTorch the operators of the device.
void register_operators();

/// Whether this thread's work on the device is recorded (simulated_graphs.cpp).
bool is_recording();
/// What a replay does in its turn.
void record_work(std::function<void()> work);
/// Memory that was made meanwhile and stays as long as the recording.
void record_memory(void* data, std::size_t bytes, std::shared_ptr<const void> owner);
/// Memory that is read or written by what was recorded last; it must be there at each replay.
void record_use(const c10::Storage& storage, const std::string& operation);
/// For what a device cannot record.
void refuse_recording(const std::string& operation);

}  // namespace tstitch::test::detail
