#include "core/image/hidden_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <zlib.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/png_pixels.h"

namespace tstitch {

namespace {

constexpr std::size_t kMarkBytes = 15;
constexpr std::size_t kHeadBytes = kMarkBytes + 4;  ///< the mark and the length
constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 26U;
constexpr std::uint64_t kMostBytes = kLargestText;

/// Which bits of a pixel hold the text.
struct Carrier {
  std::string_view plain;  ///< marks
  std::string_view packed;
  std::size_t first_channel;
  std::size_t channels;
};
constexpr Carrier kAlpha{"stealth_pnginfo", "stealth_pngcomp", 3, 1};
constexpr Carrier kColours{"stealth_rgbinfo", "stealth_rgbcomp", 0, 3};

/// The first `count` bytes that the lowest bits make, down the columns from the left, the highest bit of a byte first.
std::string hidden_bytes(const PngFile& file, const Carrier& carrier, std::size_t count) {
  const auto width = static_cast<std::size_t>(file.header.width), height = static_cast<std::size_t>(file.header.height);
  const auto step = static_cast<std::size_t>(file.header.channels());
  const std::size_t pixels = (count * 8 + carrier.channels - 1) / carrier.channels;
  const std::size_t columns = std::min(width, (pixels + height - 1) / height);
  std::string bytes(count, '\0');
  visit_png_rows(file, [&](int y, const std::uint8_t* row) {
    for (std::size_t x = 0; x < columns; ++x) {
      const std::size_t first = (x * height + static_cast<std::size_t>(y)) * carrier.channels;
      for (std::size_t c = 0; c < carrier.channels && (first + c) / 8 < count; ++c) {
        const unsigned bit = row[x * step + carrier.first_channel + c] & 1U;
        char& byte = bytes[(first + c) / 8];
        byte = static_cast<char>(byte | (bit << (7 - (first + c) % 8)));
      }
    }
  });
  return bytes;
}

std::optional<std::string> unpacked(std::string_view packed) {
  constexpr int kGzip = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) throw OutOfMemory("no memory to read a picture's text.");
  std::string text(std::min<std::size_t>(kLargestText, packed.size() * 1032 + 64) + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int result = inflate(&stream, Z_FINISH);
  const bool is_whole = result == Z_STREAM_END && stream.avail_out > 0;
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  return is_whole ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> text_in(const PngFile& file, const Carrier& carrier) {
  const std::uint64_t pixels = std::uint64_t(file.header.width) * file.header.height;
  const std::uint64_t most = std::min(pixels * carrier.channels / 8, kMostBytes + kHeadBytes);
  if (most < kHeadBytes) return std::nullopt;
  const std::string head = hidden_bytes(file, carrier, kHeadBytes);
  const std::string_view mark = std::string_view(head).substr(0, kMarkBytes);
  if (mark != carrier.plain && mark != carrier.packed) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t i = kMarkBytes; i < kHeadBytes; ++i) bits = bits << 8U | static_cast<unsigned char>(head[i]);
  if (bits == 0 || bits % 8 != 0 || bits / 8 > most - kHeadBytes) return std::nullopt;
  const std::string all = hidden_bytes(file, carrier, kHeadBytes + static_cast<std::size_t>(bits / 8));
  const std::string_view content = std::string_view(all).substr(kHeadBytes);
  auto text = mark == carrier.packed ? unpacked(content) : std::optional(std::string(content));
  return text && is_valid_utf8(*text) ? text : std::nullopt;
}

}  // namespace

std::optional<std::string> hidden_text(const PngFile& file) {
  const PngHeader& header = file.header;
  const bool fits = header.bit_depth == 8 && !header.interlaced && header.channels() >= 3 &&
                    std::uint64_t(header.width) * header.height <= kMostPixels;
  if (!fits) return std::nullopt;
  try {
    if (header.channels() == 4) {
      if (auto text = text_in(file, kAlpha)) return text;
    }
    return text_in(file, kColours);
  } catch (const BadInput&) {
    return std::nullopt;  // damaged pixels are told by whoever reads them
  }
}

}  // namespace tstitch
