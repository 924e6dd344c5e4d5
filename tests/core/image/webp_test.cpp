#include "core/image/webp.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/image/foreign_pictures.h"

namespace tstitch {
namespace {

using test::encode_webp;
using test::smooth_picture;

std::string little_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

/// The extended form of a simple file with an EXIF chunk at its end.
std::string with_exif(const std::string& simple, const Image& image, const std::string& exif) {
  std::string body = "WEBPVP8X" + little_endian(10) + little_endian(0x08);
  body += little_endian(image.width - 1).substr(0, 3) + little_endian(image.height - 1).substr(0, 3);
  body += simple.substr(12) + "EXIF" + little_endian(static_cast<std::uint32_t>(exif.size())) + exif;
  if (exif.size() % 2 != 0) body += '\0';
  return "RIFF" + little_endian(static_cast<std::uint32_t>(body.size())) + body;
}

TEST(Webp, ReadsPixels) {
  const Image image = smooth_picture(33, 20);
  EXPECT_EQ(decode_webp(encode_webp(image), "x").image, image);
}

TEST(Webp, ReadsTheUserComment) {
  const Image image = smooth_picture(6, 5);
  const std::string bytes = with_exif(encode_webp(image), image, test::exif_block(test::unicode_comment("a cat")));
  const Picture picture = decode_webp(bytes, "x");
  EXPECT_EQ(picture.image, image);
  EXPECT_EQ(picture.texts, (std::vector<PictureText>{{"parameters", "a cat"}}));
  EXPECT_TRUE(decode_webp(bytes, "x", PictureContent::Texts).image.rgb.empty());
}

TEST(Webp, RefusesEveryTruncation) {
  const std::string bytes = encode_webp(smooth_picture(16, 16));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)decode_webp(bytes.substr(0, size), "some.webp"), BadInput) << size;
  }
}

TEST(Webp, SurvivesEveryChangedByte) {
  const std::string good = encode_webp(smooth_picture(16, 16));
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    try {
      (void)decode_webp(bytes, "x");
    } catch (const BadInput&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace tstitch
