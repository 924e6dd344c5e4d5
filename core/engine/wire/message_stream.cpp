#include "core/engine/wire/message_stream.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/text.h"
#include "core/base/version.h"

namespace tstitch::wire {

namespace {

using std::chrono::milliseconds;

constexpr const char* kWord = "tstitch";

const char* name_of(Side side) {
  return side == Side::Asking ? "asking" : "engine";
}

}  // namespace

Message hello(Side side) {
  Message message;
  message.head = {{"hello", kWord}, {"side", name_of(side)}, {"protocol", kProtocol}, {"program", program_version()}};
  return message;
}

void require_hello(const Message& message, Side from) {
  const JsonFields fields(message.head, "hello");
  if (!fields.has("hello") || fields.text("hello") != kWord || fields.text("side") != name_of(from)) {
    throw BadInput(concat("the first message is not that of the ", name_of(from), " side."), "hello");
  }
  const std::uint64_t protocol = fields.unsigned_integer("protocol");
  if (protocol == kProtocol) return;
  throw BadInput(concat("the other side is ", kWord, " ", fields.text("program"), " and speaks version ", protocol,
                        " of the protocol; this one, ", program_version(), ", speaks version ", kProtocol, "."),
                 "hello", "Install the same version on both sides.");
}

bool MessageStream::take(Message& message) {
  std::optional<Message> next = reader_.next();
  // What is left begins now: it came with the end of the frame before it.
  if (std::exchange(frames_, reader_.cutter().frames()) != frames_) begun_ = Clock::now();
  if (!next) return false;
  message = std::move(*next);
  return true;
}

void MessageStream::require_progress() const {
  if (reader_.cutter().begun_bytes() == 0) return;
  constexpr std::size_t kBytesASecond = std::size_t{32} << 10U;
  const milliseconds allowed = patience_ + milliseconds(1000 * reader_.cutter().begun_length() / kBytesASecond);
  if (Clock::now() - begun_ > allowed) throw BadInput("began and does not come to its end.", "frame");
}

MessageStream::Arrival MessageStream::next(Message& message, milliseconds wait) {
  if (take(message)) return Arrival::Message;
  require_progress();
  std::array<char, 1U << 16U> bytes;
  const std::optional<std::size_t> got = from_.read_some(bytes.data(), bytes.size(), wait);
  if (!got) return Arrival::Nothing;
  if (*got == 0) {
    if (reader_.cutter().begun_bytes() != 0) throw BadInput("breaks off in its middle.", "frame");
    return Arrival::End;
  }
  if (reader_.cutter().begun_bytes() == 0) begun_ = Clock::now();
  reader_.add({bytes.data(), *got});
  return take(message) ? Arrival::Message : Arrival::Nothing;
}

}  // namespace tstitch::wire
