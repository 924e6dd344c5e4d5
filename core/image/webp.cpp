#include "core/image/webp.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <webp/decode.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/exif.h"

namespace tstitch {

namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kFrameHeader = 16;
constexpr int kExifFlag = 0x08;
constexpr int kXmpFlag = 0x04;

const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// At most four bytes of `bytes`, the lowest first.
std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// A RIFF chunk with its header, or nothing.
struct Chunk {
  std::string_view whole;
  [[nodiscard]] std::string_view data() const { return whole.substr(std::min(kChunkHeader, whole.size())); }
};

/// The first chunk in `bytes` that has one of these names.
Chunk chunk_named(std::string_view bytes, std::initializer_list<std::string_view> names) {
  while (bytes.size() >= kChunkHeader) {
    const std::size_t size = little_endian(bytes, 4, 4);
    if (size > bytes.size() - kChunkHeader) return {};
    if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return bytes.starts_with(name); })) {
      return {bytes.substr(0, kChunkHeader + size)};
    }
    bytes.remove_prefix(std::min(kChunkHeader + size + size % 2, bytes.size()));
  }
  return {};
}

/// A frame that covers part of the canvas.
struct Frame {
  int x = 0, y = 0, width = 0, height = 0;
  std::string_view pixels;  ///< a chunk of either coding
};

Frame first_frame(std::string_view chunks) {
  const std::string_view data = chunk_named(chunks, {"ANMF"}).data();
  if (data.size() < kFrameHeader) return {};
  Frame frame;
  frame.x = static_cast<int>(little_endian(data, 0, 3)) * 2;
  frame.y = static_cast<int>(little_endian(data, 3, 3)) * 2;
  frame.width = static_cast<int>(little_endian(data, 6, 3)) + 1;
  frame.height = static_cast<int>(little_endian(data, 9, 3)) + 1;
  frame.pixels = chunk_named(data.substr(kFrameHeader), {"VP8 ", "VP8L"}).whole;
  return frame;
}

/// Whether it was decoded; it must lie in the image.
bool put(const Frame& frame, Image& image) {
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(octets(frame.pixels), frame.pixels.size(), &features) != VP8_STATUS_OK ||
      features.width != frame.width || features.height != frame.height || frame.x + frame.width > image.width ||
      frame.y + frame.height > image.height) {
    return false;
  }
  const std::size_t stride = std::size_t(image.width) * 3;
  const std::size_t at = frame.y * stride + std::size_t(frame.x) * 3;
  return WebPDecodeRGBInto(octets(frame.pixels), frame.pixels.size(), image.rgb.data() + at, image.rgb.size() - at,
                           static_cast<int>(stride)) != nullptr;
}

void take_texts(Picture& picture, std::string_view chunks) {
  const std::string_view extended = chunk_named(chunks, {"VP8X"}).data();
  const int flags = extended.empty() ? 0 : static_cast<unsigned char>(extended[0]);
  const auto announced = [&](int flag, std::string_view name) {
    return (flags & flag) != 0 ? chunk_named(chunks, {name}).data() : std::string_view();
  };
  const std::string_view exif = announced(kExifFlag, "EXIF");
  const std::string_view xmp = announced(kXmpFlag, "XMP ");
  picture.texts = exif_texts(exif);
  picture.orientation = orientation_of(exif, xmp);
  if (!xmp.empty() && xmp.size() <= kLargestText && is_valid_utf8(xmp)) {
    picture.texts.push_back({"XML:com.adobe.xmp", std::string(xmp)});
  }
}

}  // namespace

Picture decode_webp(std::string_view bytes, const std::string& label, PictureContent content) {
  const auto refuse = [&](const char* fault) { throw BadInput(concat("the WebP file is damaged", fault, "."), label); };
  const bool whole = bytes.size() >= kRiffHeader && little_endian(bytes, 4, 4) <= bytes.size() - kChunkHeader;
  if (!whole) refuse(": it ends too early");
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(octets(bytes), bytes.size(), &features) != VP8_STATUS_OK) refuse("");
  const std::string_view chunks = bytes.substr(kRiffHeader);
  Picture picture;
  picture.image.width = features.width;
  picture.image.height = features.height;
  if (features.width > kLongestSide || features.height > kLongestSide) refuse(": it has too many pixels");
  take_texts(picture, chunks);
  if (content == PictureContent::Texts) return picture;
  const bool moves = features.has_animation != 0;
  const Frame frame = moves ? first_frame(chunks) : Frame{0, 0, features.width, features.height, bytes};
  // A few bytes may well hold 16,383x16,383 pixels of one colour, so nothing is allocated before its bytes are sound.
  if (frame.pixels.empty()) refuse(": it has no picture");
  picture.image.rgb.resize(std::size_t(features.width) * features.height * 3);
  if (!put(frame, picture.image)) refuse("");
  return picture;
}

}  // namespace tstitch
