#include "core/image/webp_animation.h"

#include <gtest/gtest.h>
#include <webp/demux.h>

#include "core/base/error.h"
#include "core/image/webp.h"

namespace tstitch {
namespace {

Image plain(int width, int height, std::uint8_t level) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height) * 3, level)};
}

TEST(WebpAnimation, holdsItsFramesWithoutLossForTheirTimes) {
  const std::vector<AnimationFrame> frames{{plain(7, 5, 10), 40}, {plain(7, 5, 200), 900}, {plain(7, 5, 90), 60}};
  const std::string bytes = encode_webp_animation(frames);
  EXPECT_EQ(decode_webp(bytes, "test").image, frames[0].image);
  const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPAnimDecoder* decoder = WebPAnimDecoderNew(&data, nullptr);
  ASSERT_NE(decoder, nullptr);
  WebPAnimInfo info;
  ASSERT_NE(WebPAnimDecoderGetInfo(decoder, &info), 0);
  EXPECT_EQ(info.frame_count, 3U);
  EXPECT_EQ(info.loop_count, 0U) << "for ever";
  const int ends[] = {40, 940, 1000};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    std::uint8_t* pixels = nullptr;
    int end = 0;
    ASSERT_NE(WebPAnimDecoderGetNext(decoder, &pixels, &end), 0);
    EXPECT_EQ(end, ends[i]);
    EXPECT_EQ(pixels[0], frames[i].image.rgb[0]);
    EXPECT_EQ(pixels[4 * (7 * 5 - 1) + 2], frames[i].image.rgb.back());
  }
  WebPAnimDecoderDelete(decoder);
}

TEST(WebpAnimation, refusesWhatIsNone) {
  EXPECT_THROW(encode_webp_animation({}), BadInput);
  EXPECT_THROW(encode_webp_animation({{plain(2, 2, 0), 1}, {plain(3, 2, 0), 1}}), BadInput);
  EXPECT_THROW(encode_webp_animation({{plain(16384, 1, 0), 1}}), BadInput);
}

}  // namespace
}  // namespace tstitch
