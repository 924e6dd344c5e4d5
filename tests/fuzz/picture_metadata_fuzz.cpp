#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/picture_text.h"
#include "core/image/png.h"
#include "core/request/request_json.h"

namespace {

void read_text(const std::string& text) {
  (void)tstitch::parse_a1111_parameters(text);
  try {
    (void)tstitch::parse_picture_request(text, "picture.png");
  } catch (const tstitch::BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

}  // namespace

/// A picture's bytes through the program's own reader, and its texts through the readers of metadata; then the bytes as
/// such a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const Picture picture = decode_png(bytes, "picture.png");
    const Image& image = picture.image;
    TSTITCH_CHECK(image.rgb.size() ==
                  static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3U);
    for (const PictureText& text : picture.texts) read_text(text.text);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  read_text(std::string(bytes));
  return 0;
}
