#include "core/image/hidden_text.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include "core/image/png.h"

namespace tstitch {
namespace {

constexpr std::uint32_t kWidth = 24, kHeight = 40;

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(text.size() + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

/// The mark, the length in bits and the text.
std::string stream_of(const std::string& mark, const std::string& content, std::uint32_t bits) {
  std::string bytes = mark;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift);
  return bytes + content;
}

std::string stream_of(const std::string& mark, const std::string& content) {
  return stream_of(mark, content, static_cast<std::uint32_t>(content.size() * 8));
}

/// A grey picture with these bits down its columns: in the lowest bits of alpha, or of the colours.
std::string picture_hiding(const std::string& stream, bool has_alpha, bool in_colours) {
  const std::size_t channels = has_alpha ? 4 : 3;
  std::vector<std::uint8_t> pixels(std::size_t{kWidth} * kHeight * channels, 254);
  const std::size_t carriers = in_colours ? 3 : 1;
  for (std::size_t bit = 0; bit < stream.size() * 8; ++bit) {
    const std::size_t pixel = bit / carriers, x = pixel / kHeight, y = pixel % kHeight;
    const std::size_t channel = in_colours ? bit % carriers : 3;
    const unsigned value = (static_cast<unsigned char>(stream[bit / 8]) >> (7 - bit % 8)) & 1U;
    pixels.at((y * kWidth + x) * channels + channel) = static_cast<std::uint8_t>(254 | value);
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = kWidth;
  image.height = kHeight;
  image.format = has_alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  EXPECT_NE(png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr), 0);
  std::string bytes(size, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr), 0);
  return bytes;
}

std::vector<PictureText> texts_of(const std::string& png, PictureContent content = PictureContent::All) {
  return decode_png(png, "picture", content).texts;
}

const std::string kWords = "a red fox, snow\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 1";

TEST(HiddenText, LiesInTheLowestBits) {
  const std::vector<PictureText> expected{{kHiddenTextKeyword, kWords}};
  EXPECT_EQ(texts_of(picture_hiding(stream_of("stealth_pnginfo", kWords), true, false)), expected);
  EXPECT_EQ(texts_of(picture_hiding(stream_of("stealth_pngcomp", gzipped(kWords)), true, false)), expected);
  EXPECT_EQ(texts_of(picture_hiding(stream_of("stealth_rgbinfo", kWords), false, true)), expected);
  EXPECT_EQ(texts_of(picture_hiding(stream_of("stealth_rgbcomp", gzipped(kWords)), false, true)), expected);
  EXPECT_EQ(texts_of(picture_hiding(stream_of("stealth_rgbcomp", gzipped(kWords)), true, true)), expected);
}

TEST(HiddenText, IsNotLookedForWhereThereAreOthers) {
  const std::string png = picture_hiding(stream_of("stealth_pnginfo", kWords), true, false);
  EXPECT_TRUE(texts_of(png, PictureContent::Texts).empty());
  // One of the file's own stands before the pixels.
  const std::string own = encode_png({1, 1, {0, 0, 0}}, {{"Comment", "mine"}});
  constexpr std::size_t kAfterHeader = 8 + 25;
  const std::string chunk = own.substr(kAfterHeader, own.find("IDAT") - 4 - kAfterHeader);
  EXPECT_EQ(texts_of(png.substr(0, kAfterHeader) + chunk + png.substr(kAfterHeader)),
            (std::vector<PictureText>{{"Comment", "mine"}}));
}

TEST(HiddenText, IsNothingWhereItIsNotWhole) {
  for (const std::string& stream :
       {std::string(40, '\x55'), stream_of("stealth_pnginfo", kWords, 0), stream_of("stealth_pnginfo", kWords, 12),
        stream_of("stealth_pnginfo", kWords, 0xFFFFFFF8U), stream_of("stealth_pnginfo", kWords, kWidth * kHeight),
        stream_of("stealth_pngcomp", kWords), stream_of("stealth_pngcomp", gzipped(kWords).substr(0, 30)),
        stream_of("stealth_pnginfo", "\xFF\xFE")}) {
    EXPECT_TRUE(texts_of(picture_hiding(stream, true, false)).empty());
  }
}

TEST(HiddenText, OfDamagedPixelsIsNothing) {
  const std::string png = picture_hiding(stream_of("stealth_pnginfo", kWords), true, false);
  for (const std::size_t size : {png.size() / 2, png.size() - 40}) {
    const PngFile file = take_apart_png(std::string_view(png).substr(0, size), "picture");
    EXPECT_EQ(hidden_text(file), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace tstitch
