#include "core/image/webp_animation.h"

#include <memory>

#include <webp/encode.h>
#include <webp/mux.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

constexpr int kLargestSide = WEBP_MAX_DIMENSION;

struct PictureEnd {
  void operator()(WebPPicture* picture) const {
    WebPPictureFree(picture);
    delete picture;
  }
};
using PicturePointer = std::unique_ptr<WebPPicture, PictureEnd>;

struct EncoderEnd {
  void operator()(WebPAnimEncoder* encoder) const { WebPAnimEncoderDelete(encoder); }
};
using EncoderPointer = std::unique_ptr<WebPAnimEncoder, EncoderEnd>;

[[noreturn]] void fail(const std::string& what) {
  throw BadInput(concat("could not be written as WebP: ", what), "animation");
}

void require_frames(const std::vector<AnimationFrame>& frames) {
  if (frames.empty()) fail("there is no frame.");
  const Image& first = frames.front().image;
  if (first.width > kLargestSide || first.height > kLargestSide) {
    fail(concat(first.width, "x", first.height, " is more than the format's ", kLargestSide, " a side."));
  }
  for (const AnimationFrame& frame : frames) {
    const bool same = frame.image.width == first.width && frame.image.height == first.height;
    if (!same) fail("its frames differ in size.");
  }
}

PicturePointer picture_of(const Image& image) {
  PicturePointer picture(new WebPPicture);
  if (WebPPictureInit(picture.get()) == 0) fail("another libwebp is installed.");
  picture->use_argb = 1;
  picture->width = image.width;
  picture->height = image.height;
  if (WebPPictureImportRGB(picture.get(), image.rgb.data(), image.width * 3) == 0) fail("memory is short.");
  return picture;
}

EncoderPointer encoder_for(const Image& first) {
  WebPAnimEncoderOptions options;
  if (WebPAnimEncoderOptionsInit(&options) == 0) fail("another libwebp is installed.");
  options.anim_params.loop_count = 0;
  EncoderPointer encoder(WebPAnimEncoderNew(first.width, first.height, &options));
  if (!encoder) fail("memory is short.");
  return encoder;
}

WebPConfig lossless() {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) fail("another libwebp is installed.");
  config.lossless = 1;
  config.exact = 1;
  return config;
}

}  // namespace

std::string encode_webp_animation(const std::vector<AnimationFrame>& frames) {
  require_frames(frames);
  const EncoderPointer encoder = encoder_for(frames.front().image);
  const WebPConfig config = lossless();
  int time = 0;
  for (const AnimationFrame& frame : frames) {
    const PicturePointer picture = picture_of(frame.image);
    if (WebPAnimEncoderAdd(encoder.get(), picture.get(), time, &config) == 0) {
      fail(WebPAnimEncoderGetError(encoder.get()));
    }
    time += frame.milliseconds;
  }
  if (WebPAnimEncoderAdd(encoder.get(), nullptr, time, nullptr) == 0) fail(WebPAnimEncoderGetError(encoder.get()));
  WebPData data;
  WebPDataInit(&data);
  const bool done = WebPAnimEncoderAssemble(encoder.get(), &data) != 0;
  std::string bytes(reinterpret_cast<const char*>(data.bytes), done ? data.size : 0);
  WebPDataClear(&data);
  if (!done) fail(WebPAnimEncoderGetError(encoder.get()));
  return bytes;
}

}  // namespace tstitch
