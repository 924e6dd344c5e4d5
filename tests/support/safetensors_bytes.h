#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstitch::test {

/// A file's bytes from a header's text and the data: the eight bytes of length come first.
inline std::string safetensors_bytes(std::string_view header, std::string_view data = {}) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(std::uint64_t{header.size()} >> (8 * i));
  return bytes.append(header).append(data);
}

}  // namespace tstitch::test
