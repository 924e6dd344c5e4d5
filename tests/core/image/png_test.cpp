#include "core/image/png.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <png.h>

#include "core/base/check.h"
#include "core/base/error.h"

namespace tstitch {
namespace {

Image gradient(int width, int height) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height * 3; ++i) image.rgb.push_back(static_cast<std::uint8_t>(i * 37 + i / 7));
  return image;
}

std::string refusal(const std::string& bytes) {
  try {
    (void)decode_png(bytes, "some.png");
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "nothing was refused";
}

void append_big_endian(std::string& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift);
}

std::string chunk(const std::string& type, const std::string& data) {
  std::string bytes;
  append_big_endian(bytes, static_cast<std::uint32_t>(data.size()));
  const std::string body = type + data;
  std::uint32_t crc = 0xFFFFFFFFU;  // PNG specification, annex D
  for (const char c : body) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  bytes += body;
  append_big_endian(bytes, ~crc);
  return bytes;
}

/// The file with another chunk right after its header.
std::string with_chunk(const std::string& png, const std::string& extra) {
  constexpr std::size_t kAfterHeader = 8 + 25;
  return png.substr(0, kAfterHeader) + extra + png.substr(kAfterHeader);
}

/// A PNG of another pixel format, written by libpng's simple interface.
std::string encode_as(std::uint32_t format, int side, const std::vector<std::uint8_t>& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = side;
  image.format = format;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string bytes(size, '\0');
  png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

TEST(Png, ReadsWhatItWrites) {
  for (const auto& [width, height] : {std::pair{1, 1}, {7, 3}, {64, 48}}) {
    const Image image = gradient(width, height);
    EXPECT_EQ(decode_png(encode_png(image, {}), "x").image, image);
  }
}

TEST(Png, CarriesTextsOfBothKinds) {
  const std::vector<PictureText> texts{{"parameters", "caf\xC3\xA9\nSteps: 20, Seed: 1"},
                                       {"io.github.tstitch.request", R"({"prompt":"東京 😀"})"},
                                       {"empty", ""}};
  const std::string bytes = encode_png(gradient(2, 2), texts);
  EXPECT_EQ(decode_png(bytes, "x").texts, texts);
  EXPECT_NE(bytes.find("tEXtparameters"), std::string::npos);
  EXPECT_NE(bytes.find("iTXtio.github.tstitch.request"), std::string::npos);
  EXPECT_NE(bytes.find("東京 😀"), std::string::npos) << "an uncompressed text can be read by everybody";
  EXPECT_LT(bytes.find("iTXt"), bytes.find("IDAT"));
}

TEST(Png, ReadsCompressedAndMislabelledTexts) {
  // `a red fox` as zlib stores it without compression
  const std::string stored(
      "\x78\x01\x01\x09\x00\xF6\xFF"
      "a red fox"
      "\x0E\xEA\x03\x2A",
      20);
  const std::string texts = chunk("zTXt", std::string("parameters\0\0", 12) + stored) +
                            chunk("iTXt", std::string("workflow\0\1\0\0\0", 13) + stored) +
                            chunk("tEXt", std::string("Comment\0", 8) + "雪");
  const std::vector<PictureText> expected{{"parameters", "a red fox"}, {"workflow", "a red fox"}, {"Comment", "雪"}};
  EXPECT_EQ(decode_png(with_chunk(encode_png(gradient(2, 2), {}), texts), "x").texts, expected);
}

TEST(Png, WritesLatin1ThatLooksLikeUtf8AsUtf8) {
  const std::vector<PictureText> texts{{"parameters", "Ã©"}};
  EXPECT_EQ(decode_png(encode_png(gradient(2, 2), texts), "x").texts, texts);
}

TEST(Png, DropsADamagedText) {
  std::string text = chunk("tEXt", std::string("k\0v", 3));
  text.back() ^= 1;
  const Picture picture = decode_png(with_chunk(encode_png(gradient(2, 2), {}), text), "x");
  EXPECT_EQ(picture.image, gradient(2, 2));
  EXPECT_TRUE(picture.texts.empty());
}

TEST(Png, NamesApplesOwnFiles) {
  EXPECT_NE(refusal(with_chunk(encode_png(gradient(2, 2), {}), chunk("CgBI", "abcd"))).find("Apple's own PNG"),
            std::string::npos);
}

TEST(Png, ReadsTextsWithoutPixels) {
  const std::string bytes = encode_png(gradient(9, 4), {{"parameters", "a"}});
  const Picture picture = decode_png(bytes, "x", PictureContent::Texts);
  EXPECT_EQ(picture.texts, (std::vector<PictureText>{{"parameters", "a"}}));
  EXPECT_EQ(picture.image.width, 9);
  EXPECT_TRUE(picture.image.rgb.empty());
}

TEST(Png, ReadsTextsAfterThePixels) {
  std::string bytes = encode_png(gradient(2, 2), {});
  bytes.insert(bytes.size() - 12, chunk("tEXt", std::string("late\0text", 9)));
  EXPECT_EQ(decode_png(bytes, "x").texts, (std::vector<PictureText>{{"late", "text"}}));
  EXPECT_EQ(decode_png(bytes, "x", PictureContent::Texts).texts, (std::vector<PictureText>{{"late", "text"}}));
}

TEST(Png, EndsATextAtAZeroByteItCannotHold) {
  const std::string bytes = encode_png(gradient(1, 1), {{"k", std::string("a\0b", 3)}});
  EXPECT_EQ(decode_png(bytes, "x").texts, (std::vector<PictureText>{{"k", "ab"}}));
}

TEST(Png, TurnsOtherPixelFormatsIntoRgb) {
  const std::vector<std::uint8_t> grey{0, 50, 100, 255};
  EXPECT_EQ(decode_png(encode_as(PNG_FORMAT_GRAY, 2, grey), "x").image.rgb,
            (std::vector<std::uint8_t>{0, 0, 0, 50, 50, 50, 100, 100, 100, 255, 255, 255}));
  const std::vector<std::uint8_t> rgba{9, 8, 7, 0};
  EXPECT_EQ(decode_png(encode_as(PNG_FORMAT_RGBA, 1, rgba), "x").image.rgb, (std::vector<std::uint8_t>{9, 8, 7}));
}

TEST(Png, RefusesWhatIsNoPng) {
  EXPECT_NE(refusal("").find("some.png: the PNG file is damaged"), std::string::npos);
  EXPECT_NE(refusal("GIF89a and more than eight bytes").find("damaged"), std::string::npos);
}

TEST(Png, RefusesEveryTruncationBeforeTheEndOfThePixels) {
  const std::string bytes = encode_png(gradient(5, 5), {{"parameters", "text"}});
  const std::size_t sum = bytes.size() - 12 - 4 - 4;  // before the stream's checksum, the chunk's and the end
  for (std::size_t size = 0; size + 4 < sum; ++size) {
    EXPECT_NE(refusal(bytes.substr(0, size)).find("damaged"), std::string::npos) << size;
  }
  for (std::size_t size = sum; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_png(bytes.substr(0, size), "x").image, gradient(5, 5)) << size;
  }
}

TEST(Png, SurvivesEveryChangedByte) {
  const std::string good = encode_png(gradient(3, 3), {{"parameters", "text"}});
  int read = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x81);
    try {
      read += decode_png(bytes, "x").image.width == 3 ? 1 : 0;
    } catch (const BadInput&) {
      continue;
    }
  }
  EXPECT_LT(read, static_cast<int>(good.size()) / 2);
}

TEST(Png, RefusesASizeThatTheFileCannotHoldBeforeAllocatingIt) {
  const std::string good = encode_png(gradient(3, 3), {});
  std::string header;
  append_big_endian(header, 16000);
  append_big_endian(header, 16000);
  header += std::string("\x08\x02\0\0\0", 5);
  const std::string bytes = good.substr(0, 8) + chunk("IHDR", header) + good.substr(33);
  EXPECT_NE(refusal(bytes).find("cannot hold 16000x16000 pixels"), std::string::npos) << refusal(bytes);
}

TEST(Png, RefusesASideAboveTheLimit) {
  const std::string good = encode_png(gradient(3, 3), {});
  std::string header;
  append_big_endian(header, kLongestSide + 1);
  append_big_endian(header, 1);
  header += std::string("\x08\x02\0\0\0", 5);
  EXPECT_NE(refusal(good.substr(0, 8) + chunk("IHDR", header) + good.substr(33)).find("expected at most 16384 a side"),
            std::string::npos);
}

TEST(Png, DropsATextThatInflatesBeyondTheLimit) {
  // zTXt: a few kilobytes that would become 4 MiB. The picture is still read.
  std::string bomb = encode_png(Image{2048, 683, std::vector<std::uint8_t>(2048 * 683 * 3, 'a')}, {});
  const std::size_t data = bomb.find("IDAT");
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bomb[i])); };
  const std::uint32_t size = byte(data - 4) << 24 | byte(data - 3) << 16 | byte(data - 2) << 8 | byte(data - 1);
  const std::string text = chunk("zTXt", std::string("parameters\0\0", 12) + bomb.substr(data + 4, size));
  const Picture picture = decode_png(with_chunk(encode_png(gradient(2, 2), {}), text), "x");
  EXPECT_EQ(picture.image, gradient(2, 2));
  EXPECT_TRUE(picture.texts.empty());
}

TEST(Png, BoundsTheNumberOfTexts) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += chunk("tEXt", std::string("k\0v", 3));
  const std::string bytes = with_chunk(encode_png(gradient(2, 2), {}), many);
  EXPECT_LE(decode_png(bytes, "x").texts.size(), 64U);
}

TEST(Png, ChecksItsCaller) {
  EXPECT_THROW((void)encode_png(Image{2, 2, {}}, {}), LogicError);
  EXPECT_THROW((void)encode_png(gradient(1, 1), {{"", "x"}}), LogicError);
  EXPECT_THROW((void)encode_png(gradient(1, 1), {{std::string(80, 'k'), "x"}}), LogicError);
}

TEST(Png, RefusesAChunkLongerThanTheFileBeforeMakingRoomForIt) {
  std::string text = chunk("iTXt", "x");
  text[0] = 0x41;
  EXPECT_NE(refusal(with_chunk(encode_png(gradient(2, 2), {}), text)).find("a chunk of 1090519041 bytes"),
            std::string::npos);
}

}  // namespace
}  // namespace tstitch
