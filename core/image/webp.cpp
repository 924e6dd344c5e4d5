#include "core/image/webp.h"

#include <algorithm>

#include <webp/decode.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/exif.h"

namespace tstitch {

namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kLargestExif = 1U << 20U;

const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

std::size_t little_endian_32(std::string_view bytes) {
  std::size_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// The data of the first RIFF chunk of that name, or nothing.
std::string_view riff_chunk(std::string_view bytes, std::string_view name) {
  bytes.remove_prefix(std::min(kRiffHeader, bytes.size()));
  while (bytes.size() >= kChunkHeader) {
    const std::size_t size = little_endian_32(bytes.substr(4, 4));
    const bool found = bytes.starts_with(name);
    bytes.remove_prefix(kChunkHeader);
    if (size > bytes.size()) return {};
    if (found) return bytes.substr(0, size);
    bytes.remove_prefix(std::min(size + size % 2, bytes.size()));
  }
  return {};
}

std::vector<PictureText> texts_of(std::string_view bytes) {
  std::string_view exif = riff_chunk(bytes, "EXIF");
  if (exif.size() > kLargestExif) return {};
  constexpr std::string_view kExifHeader("Exif\0\0", 6);  // some writers keep JPEG's prefix
  if (exif.starts_with(kExifHeader)) exif.remove_prefix(kExifHeader.size());
  auto comment = exif_user_comment(exif);
  if (!comment) return {};
  return {{"parameters", std::move(*comment)}};
}

}  // namespace

Picture decode_webp(std::string_view bytes, const std::string& label, PictureParts parts) {
  const auto refuse = [&](const char* fault) { throw BadInput(concat("the WebP file ", fault, "."), label); };
  const bool whole = bytes.size() >= kRiffHeader && little_endian_32(bytes.substr(4, 4)) <= bytes.size() - kChunkHeader;
  if (!whole) refuse("is damaged: it ends too early");
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(octets(bytes), bytes.size(), &features) != VP8_STATUS_OK) refuse("is damaged");
  if (features.has_animation != 0) refuse("is an animation, not a picture");
  Picture picture;
  picture.image.width = features.width;
  picture.image.height = features.height;
  picture.texts = texts_of(bytes);
  if (parts == PictureParts::Texts) return picture;
  picture.image.rgb.resize(std::size_t(features.width) * features.height * 3);
  const auto* decoded = WebPDecodeRGBInto(octets(bytes), bytes.size(), picture.image.rgb.data(),
                                          picture.image.rgb.size(), features.width * 3);
  if (decoded == nullptr) refuse("is damaged");
  return picture;
}

}  // namespace tstitch
