#include "core/image/jpeg.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/image/foreign_pictures.h"

namespace tstitch {
namespace {

using test::encode_jpeg;
using test::smooth_picture;

void expect_close(const Image& picture, const Image& expected) {
  ASSERT_EQ(picture.width, expected.width);
  ASSERT_EQ(picture.rgb.size(), expected.rgb.size());
  for (std::size_t i = 0; i < picture.rgb.size(); ++i) ASSERT_LE(std::abs(picture.rgb[i] - expected.rgb[i]), 8) << i;
}

TEST(Jpeg, ReadsPixels) {
  const Image image = smooth_picture(40, 24);
  expect_close(decode_jpeg(encode_jpeg(image), "x").image, image);
  expect_close(decode_jpeg(encode_jpeg(image, {}, true), "x").image, image);
}

TEST(Jpeg, ReadsTheUserComment) {
  const std::string bytes = encode_jpeg(smooth_picture(8, 8), test::exif_block(test::unicode_comment("a cat")));
  const std::vector<PictureText> expected{{"parameters", "a cat"}};
  EXPECT_EQ(decode_jpeg(bytes, "x").texts, expected);
  const Picture texts_only = decode_jpeg(bytes, "x", PictureContent::Texts);
  EXPECT_EQ(texts_only.texts, expected);
  EXPECT_EQ(texts_only.image.width, 8);
  EXPECT_TRUE(texts_only.image.rgb.empty());
}

TEST(Jpeg, RefusesEveryTruncation) {
  const std::string bytes = encode_jpeg(smooth_picture(16, 16));
  for (std::size_t size = 0; size + 2 < bytes.size(); ++size) {
    EXPECT_THROW((void)decode_jpeg(bytes.substr(0, size), "some.jpg"), BadInput) << size;
  }
}

TEST(Jpeg, SurvivesEveryChangedByte) {
  const std::string good = encode_jpeg(smooth_picture(16, 16));
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    try {
      (void)decode_jpeg(bytes, "x");
    } catch (const BadInput&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 20);
}

/// The file with another kind of frame, and that many bits a value.
std::string with_frame(std::string bytes, char marker, char bits) {
  const std::size_t frame = bytes.find("\xFF\xC0");
  bytes[frame + 1] = marker;
  bytes[frame + 4] = bits;
  return bytes;
}

std::string refusal(const std::string& bytes) {
  try {
    (void)decode_jpeg(bytes, "some.jpg");
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "nothing was refused";
}

TEST(Jpeg, NamesTheKindsThatAreNotRead) {
  const std::string good = encode_jpeg(smooth_picture(16, 16));
  EXPECT_NE(refusal(with_frame(good, '\xC1', 12)).find("this is a JPEG of 12 bits a value"), std::string::npos);
  EXPECT_NE(refusal(with_frame(good, '\xC3', 8)).find("this is a lossless JPEG"), std::string::npos);
  EXPECT_NE(refusal(with_frame(good, '\xC5', 8)).find("this is a hierarchical JPEG"), std::string::npos);
  EXPECT_NE(refusal(with_frame(good, '\xF7', 8)).find("this is a JPEG-LS file"), std::string::npos);
}

TEST(Jpeg, TakesADecodersWarningForNoDamage) {
  const Image image = smooth_picture(16, 16);
  std::string bytes = encode_jpeg(image);
  bytes.insert(20, "junk");  // between two markers
  expect_close(decode_jpeg(bytes, "x").image, image);
  bytes = encode_jpeg(image);
  expect_close(decode_jpeg(bytes + std::string(500, '\0'), "x").image, image);
  expect_close(decode_jpeg(bytes.substr(0, bytes.size() - 2), "without its last marker").image, image);
}

TEST(Jpeg, ReadsArithmeticCoding) {
  const Image image = smooth_picture(40, 24);
  const std::string bytes = encode_jpeg(image, {}, false, true);
  expect_close(decode_jpeg(bytes, "x").image, image);
  EXPECT_THROW((void)decode_jpeg(bytes.substr(0, bytes.size() - 9), "x"), BadInput);
}

TEST(Jpeg, JoinsAnExifBlockOfSeveralMarkers) {
  const std::string block = test::exif_block(test::unicode_comment(std::string(20000, 'a')));
  std::string bytes = encode_jpeg(smooth_picture(8, 8), block.substr(0, 30000));
  const std::string rest = encode_jpeg(smooth_picture(8, 8), block.substr(30000));
  const std::size_t end = bytes.find("\xFF\xDB");
  const std::size_t marker = rest.find("\xFF\xE1");
  bytes.insert(end, rest.substr(marker, rest.find("\xFF\xDB") - marker));
  const Picture picture = decode_jpeg(bytes, "x");
  ASSERT_EQ(picture.texts.size(), 1U);
  EXPECT_EQ(picture.texts[0].text, std::string(20000, 'a'));
}

TEST(Jpeg, RefusesASizeThatTheFileCannotHold) {
  std::string bytes = encode_jpeg(smooth_picture(16, 16));
  const std::size_t frame = bytes.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  for (const std::size_t at : {5, 7}) {
    bytes[frame + at] = '\x3E';
    bytes[frame + at + 1] = '\x80';
  }
  try {
    (void)decode_jpeg(bytes, "some.jpg");
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_NE(problem.sentence().find("cannot hold 16000x16000 pixels"), std::string::npos) << problem.sentence();
  }
}

}  // namespace
}  // namespace tstitch
