#include "core/image/hidden_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/inflated_text.h"
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

/// The first `count` bytes that the lowest bits make, down the columns from the left, the highest bit of a byte first;
/// one text for each carrier, in one look at the pixels.
std::vector<std::string> hidden_bytes(const PngFile& file, const std::vector<Carrier>& carriers, std::size_t count) {
  const auto width = static_cast<std::size_t>(file.header.width), height = static_cast<std::size_t>(file.header.height);
  const auto step = static_cast<std::size_t>(file.header.channels());
  std::vector<std::string> texts(carriers.size(), std::string(count, '\0'));
  const auto take = [&](const Carrier& carrier, std::string& bytes, std::size_t y, const std::uint8_t* row) {
    const std::size_t pixels = (count * 8 + carrier.channels - 1) / carrier.channels;
    const std::size_t columns = std::min(width, (pixels + height - 1) / height);
    for (std::size_t x = 0; x < columns; ++x) {
      const std::size_t first = (x * height + y) * carrier.channels;
      for (std::size_t c = 0; c < carrier.channels && (first + c) / 8 < count; ++c) {
        const unsigned bit = row[x * step + carrier.first_channel + c] & 1U;
        char& byte = bytes[(first + c) / 8];
        byte = static_cast<char>(byte | (bit << (7 - (first + c) % 8)));
      }
    }
  };
  visit_png_rows(file, [&](int y, const std::uint8_t* row) {
    for (std::size_t i = 0; i < carriers.size(); ++i) take(carriers[i], texts[i], static_cast<std::size_t>(y), row);
  });
  return texts;
}

std::optional<std::string> text_in(const PngFile& file, const Carrier& carrier, std::string_view head) {
  const std::uint64_t pixels = std::uint64_t(file.header.width) * file.header.height;
  const std::uint64_t most = std::min(pixels * carrier.channels / 8, kMostBytes + kHeadBytes);
  if (most < kHeadBytes) return std::nullopt;
  const std::string_view mark = head.substr(0, kMarkBytes);
  if (mark != carrier.plain && mark != carrier.packed) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t i = kMarkBytes; i < kHeadBytes; ++i) bits = bits << 8U | static_cast<unsigned char>(head[i]);
  if (bits == 0 || bits % 8 != 0 || bits / 8 > most - kHeadBytes) return std::nullopt;
  const std::string all = hidden_bytes(file, {carrier}, kHeadBytes + static_cast<std::size_t>(bits / 8)).front();
  const std::string_view content = std::string_view(all).substr(kHeadBytes);
  auto text = mark == carrier.packed ? inflated_text(content, Wrapping::Gzip) : std::optional(std::string(content));
  return text && is_valid_utf8(*text) ? text : std::nullopt;
}

}  // namespace

std::optional<std::string> hidden_text(const PngFile& file) {
  const PngHeader& header = file.header;
  const bool fits = header.bit_depth == 8 && !header.interlaced && header.channels() >= 3 &&
                    std::uint64_t(header.width) * header.height <= kMostPixels;
  if (!fits) return std::nullopt;
  try {
    const std::vector<Carrier> carriers =
        header.channels() == 4 ? std::vector{kAlpha, kColours} : std::vector{kColours};
    const std::vector<std::string> heads = hidden_bytes(file, carriers, kHeadBytes);
    for (std::size_t i = 0; i < carriers.size(); ++i) {
      if (auto text = text_in(file, carriers[i], heads[i])) return text;
    }
    return std::nullopt;
  } catch (const BadInput&) {
    return std::nullopt;  // damaged pixels are told by whoever reads them
  }
}

}  // namespace tstitch
