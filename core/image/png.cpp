#include "core/image/png.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdint>
#include <cstring>

#include <png.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/image/exif.h"
#include "core/image/hidden_text.h"
#include "core/image/png_file.h"
#include "core/image/png_pixels.h"

namespace tstitch {

namespace {

/// libpng reports errors by a long jump: everything it can jump over lives here, outside the functions it leaves.
struct Codec {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string output;
  std::string fault;
  std::vector<png_bytep> rows;
};

void on_error(png_structp png, png_const_charp message) {
  static_cast<Codec*>(png_get_error_ptr(png))->fault = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep from, png_size_t size) {
  static_cast<Codec*>(png_get_io_ptr(png))->output.append(reinterpret_cast<const char*>(from), size);
}

void on_flush(png_structp) {}

class Writer {
 public:
  Writer() {
    codec_.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &codec_, on_error, on_warning);
    codec_.info = codec_.png == nullptr ? nullptr : png_create_info_struct(codec_.png);
    if (codec_.info == nullptr) {
      png_destroy_write_struct(&codec_.png, nullptr);
      throw OutOfMemory("no memory to write a PNG file.");
    }
    png_set_write_fn(codec_.png, &codec_, on_write, on_flush);
  }
  ~Writer() { png_destroy_write_struct(&codec_.png, &codec_.info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool write(const Image& image, std::vector<png_text>& texts) {
    codec_.rows.resize(image.height);
    // libpng takes non-const rows but only reads them.
    auto* pixels = const_cast<std::uint8_t*>(image.rgb.data());
    for (int y = 0; y < image.height; ++y) codec_.rows[y] = pixels + std::size_t(y) * image.width * 3;
    if (setjmp(png_jmpbuf(codec_.png)) != 0) return false;
    png_set_IHDR(codec_.png, codec_.info, image.width, image.height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_text(codec_.png, codec_.info, texts.data(), static_cast<int>(texts.size()));
    png_write_info(codec_.png, codec_.info);
    png_write_image(codec_.png, codec_.rows.data());
    png_write_end(codec_.png, nullptr);
    return true;
  }

  [[nodiscard]] const std::string& fault() const { return codec_.fault; }
  std::string take() { return std::move(codec_.output); }

 private:
  Codec codec_;
};

/// The bytes of one text chunk, alive as long as libpng looks at them.
struct StoredText {
  std::string keyword;
  std::string text;
  bool latin1 = true;
};

StoredText stored(const PictureText& entry) {
  const bool printable =
      std::all_of(entry.keyword.begin(), entry.keyword.end(), [](char c) { return c > 32 && c < 127; });
  TSTITCH_CHECK(printable && !entry.keyword.empty() && entry.keyword.size() <= 79, entry.keyword);
  StoredText chunk{entry.keyword, {}, true};
  std::u32string code_points = decode_utf8(entry.text);
  std::erase(code_points, U'\0');  // the chunk types end a text there
  const std::string utf8 = encode_utf8(code_points);
  chunk.latin1 = std::all_of(code_points.begin(), code_points.end(), [](char32_t c) { return c < 0x100; });
  for (const char32_t c : code_points) chunk.text += chunk.latin1 ? std::string(1, static_cast<char>(c)) : "";
  // Latin-1 that could be taken for UTF-8 would be.
  if (chunk.latin1 && chunk.text != utf8 && is_valid_utf8(chunk.text)) chunk.latin1 = false;
  if (!chunk.latin1) chunk.text = utf8;
  return chunk;
}

png_text libpng_text(StoredText& chunk) {
  png_text text{};
  text.compression = chunk.latin1 ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
  text.key = chunk.keyword.data();
  text.text = chunk.text.data();
  (chunk.latin1 ? text.text_length : text.itxt_length) = chunk.text.size();
  return text;
}

/// What editors and sites write, or nothing: whoever hides a text has none of its own beside it, or lost it on the way.
bool has_remarks_only(const std::vector<PictureText>& texts) {
  constexpr std::array<std::string_view, 8> kRemarks{"Software",
                                                     "Title",
                                                     "Author",
                                                     "Copyright",
                                                     "Creation Time",
                                                     "Source",
                                                     "XML:com.adobe.xmp",
                                                     "Raw profile type exif"};
  return std::all_of(texts.begin(), texts.end(), [&](const PictureText& text) {
    const bool is_date = text.keyword.starts_with("date:");
    return is_date || std::find(kRemarks.begin(), kRemarks.end(), text.keyword) != kRemarks.end();
  });
}

std::string_view text_named(const std::vector<PictureText>& texts, std::string_view keyword) {
  const auto found =
      std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.keyword == keyword; });
  return found == texts.end() ? std::string_view() : std::string_view(found->text);
}

}  // namespace

std::string encode_png(const Image& image, const std::vector<PictureText>& texts) {
  TSTITCH_CHECK(image.rgb.size() == std::size_t(image.width) * image.height * 3, image.width, "x", image.height);
  std::vector<StoredText> chunks;
  chunks.reserve(texts.size());
  std::vector<png_text> entries;
  for (const PictureText& text : texts) {
    chunks.push_back(stored(text));
    entries.push_back(libpng_text(chunks.back()));
  }
  Writer writer;
  const bool written = writer.write(image, entries);
  TSTITCH_CHECK(written, writer.fault());
  return writer.take();
}

Picture decode_png(std::string_view bytes, const std::string& label, PictureContent content) {
  PngFile file = take_apart_png(bytes, label);
  Picture picture;
  picture.image.width = file.header.width;
  picture.image.height = file.header.height;
  if (content == PictureContent::All) picture.image = png_pixels(file, label);
  picture.texts = std::move(file.texts);
  const std::string hidden = raw_profile(text_named(picture.texts, "Raw profile type exif"));
  const std::string_view exif = file.exif.empty() ? std::string_view(hidden) : file.exif;
  picture.orientation = orientation_of(exif, text_named(picture.texts, "XML:com.adobe.xmp"));
  for (PictureText& text : exif_texts(exif)) picture.texts.push_back(std::move(text));
  if (content == PictureContent::All && has_remarks_only(picture.texts)) {
    if (auto text = hidden_text(file)) picture.texts.push_back({kHiddenTextKeyword, std::move(*text)});
  }
  return picture;
}

}  // namespace tstitch
