#include "core/image/inflated_text.h"

#include <algorithm>

#include <zlib.h>

#include "core/base/error.h"
#include "core/image/picture.h"

namespace tstitch {

std::optional<std::string> inflated_text(std::string_view compressed, Wrapping wrapping) {
  constexpr std::size_t kMostGrowth = 1032;  // a compressed byte never becomes more
  z_stream stream{};
  if (inflateInit2(&stream, wrapping == Wrapping::Gzip ? 16 + MAX_WBITS : MAX_WBITS) != Z_OK) {
    throw OutOfMemory("no memory to read a picture's text.");
  }
  std::string text(std::min(kLargestText, compressed.size() * kMostGrowth + 64) + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const bool is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  return is_whole && text.size() <= kLargestText ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace tstitch
