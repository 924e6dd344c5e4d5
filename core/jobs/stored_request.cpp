#include "core/jobs/stored_request.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/image/image_file.h"
#include "core/picture_text/picture_text.h"

namespace tstitch {

namespace {

/// The text of a file that holds JSON and nothing else; nothing for other files, of which little is read.
std::optional<std::string> json_text(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return std::nullopt;
  constexpr std::uint64_t kFirst = 64;
  const FileBytes bytes(file, file.string());
  const std::string first = bytes.text(0, static_cast<std::size_t>(std::min(bytes.size(), kFirst)));
  if (!trimmed(first).starts_with('{')) return std::nullopt;
  const std::uint64_t most = JsonLimits().bytes;
  if (bytes.size() > most) throw BadInput(concat("holds more than ", most, " bytes of JSON."), file.string());
  return bytes.text(0, static_cast<std::size_t>(bytes.size()));
}

}  // namespace

PictureRequest stored_request(const std::filesystem::path& picture) {
  if (const auto json = json_text(picture)) return parse_picture_request(*json, picture.string());
  for (const PictureText& text : read_picture(picture, PictureContent::Texts).texts) {
    if (text.keyword == kRequestKeyword) return parse_picture_request(text.text, picture.string());
  }
  throw BadInput("this picture carries no request of T-Stitch Studio.", picture.string(),
                 "Give a picture that this program has made, or a .tstitch file.");
}

}  // namespace tstitch
