#include "core/image/image_file.h"

#include <fstream>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/image/file_kind.h"
#include "core/image/jpeg.h"
#include "core/image/orientation.h"
#include "core/image/png.h"
#include "core/image/webp.h"

namespace tstitch {

namespace {

constexpr std::uintmax_t kLargestFile = 256U << 20U;

std::string bytes_of(const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& found) {
    throw BadInput(concat("expected a picture file, found ", found, "."), file.string());
  };
  refuse_dangling(file);
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) refuse("nothing there");
  if (!std::filesystem::is_regular_file(status)) refuse("something that is no regular file");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) refuse("one whose size cannot be read");
  if (size > kLargestFile) refuse(concat("one of ", size, " bytes, more than ", kLargestFile));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) refuse("one that cannot be read");
  return bytes;
}

}  // namespace

Picture decode_picture(std::string_view bytes, const std::string& label, PictureContent content) {
  if (bytes.starts_with("\x89PNG")) return upright(decode_png(bytes, label, content));
  if (bytes.starts_with("\xFF\xD8\xFF")) return upright(decode_jpeg(bytes, label, content));
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) {
    return upright(decode_webp(bytes, label, content));
  }
  throw BadInput(concat("expected a PNG, JPEG or WebP picture, found ", foreign_kind(bytes), "."), label);
}

Picture read_picture(const std::filesystem::path& file, PictureContent content) {
  return decode_picture(bytes_of(file), file.string(), content);
}

NewFile write_new_png(const std::filesystem::path& file, const Image& image, const std::vector<PictureText>& texts) {
  return write_new_file(file, encode_png(image, texts));
}

}  // namespace tstitch
