#include "core/local_engine/stored_request.h"

#include "core/base/error.h"
#include "core/formats/picture_text.h"
#include "core/image/image_file.h"

namespace tstitch {

PictureRequest stored_request(const std::filesystem::path& picture) {
  for (const PictureText& text : read_picture(picture, PictureParts::Texts).texts) {
    if (text.keyword == kRequestKeyword) return parse_picture_request(text.text, picture.string());
  }
  throw BadInput("this picture carries no request of T-Stitch Studio.", picture.string(),
                 "Give a picture that this program has made.");
}

}  // namespace tstitch
