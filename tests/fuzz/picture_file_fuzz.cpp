#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/image/exif.h"
#include "core/image/image_file.h"

/// A file of any kind through the program's own reader, and the bytes as an EXIF block: a picture has its pixels and
/// texts within their limits, or is refused with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const Picture picture = decode_picture(bytes, "picture");
    const Image& image = picture.image;
    TSTITCH_CHECK(image.rgb.size() == std::size_t(image.width) * std::size_t(image.height) * 3U);
    TSTITCH_CHECK(picture.orientation == 1);
    for (const PictureText& text : picture.texts) TSTITCH_CHECK(text.text.size() <= 2 * kLargestText);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  const int orientation = orientation_of(bytes, bytes);
  TSTITCH_CHECK(orientation >= 1 && orientation <= 8);
  (void)exif_texts(bytes);
  return 0;
}
