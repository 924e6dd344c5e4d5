#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/engine/wire/frame.h"
#include "core/engine/wire/message.h"

namespace tstitch::fuzz {

/// Hands the messages in these bytes to `use`. Where the first byte is odd they are a stream as it comes from a pipe;
/// else the checksums are made right: two bytes of length, that much JSON, and the rest its attachment.
template <class Use>
void for_each_message(const std::uint8_t* data, std::size_t size, const Use& use) {
  if (size < 3) return;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMostOpenBytes = 1U << 20U;
  wire::MessageReader reader(kMostOpenBytes);
  if ((data[0] & 1U) != 0) {
    reader.add(bytes.substr(1));
  } else {
    const std::size_t length = std::size_t{data[1]} | (std::size_t{data[2]} << 8U);
    const std::string_view rest = bytes.substr(3);
    const std::string_view attachment = length < rest.size() ? rest.substr(length) : std::string_view();
    reader.add(wire::framed(rest.substr(0, length), {attachment}));
  }
  try {
    while (auto message = reader.next()) use(*message);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

}  // namespace tstitch::fuzz
