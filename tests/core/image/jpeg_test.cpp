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
  const Picture texts_only = decode_jpeg(bytes, "x", PictureParts::Texts);
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
