#include "core/image/png.h"

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstring>

#include <png.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/utf8.h"

namespace tstitch {

namespace {

constexpr png_alloc_size_t kLargestChunk = 1U << 20U;
constexpr std::uint32_t kMostChunks = 64;
/// Deflate cannot do better, so a shorter file cannot hold its pixels.
constexpr std::uint64_t kLargestInflation = 1032;

/// libpng reports errors by a long jump: everything it can jump over lives here, outside the functions it leaves.
struct Codec {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string_view input;
  std::string output;
  std::string fault;
  std::vector<png_bytep> rows;
};

void on_error(png_structp png, png_const_charp message) {
  static_cast<Codec*>(png_get_error_ptr(png))->fault = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep to, png_size_t size) {
  Codec& codec = *static_cast<Codec*>(png_get_io_ptr(png));
  if (size > codec.input.size()) png_error(png, "the file ends too early");
  std::memcpy(to, codec.input.data(), size);
  codec.input.remove_prefix(size);
}

void on_write(png_structp png, png_bytep from, png_size_t size) {
  static_cast<Codec*>(png_get_io_ptr(png))->output.append(reinterpret_cast<const char*>(from), size);
}

void on_flush(png_structp) {}

class Reader {
 public:
  explicit Reader(std::string_view bytes) {
    codec_.input = bytes;
    codec_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &codec_, on_error, on_warning);
    codec_.info = codec_.png == nullptr ? nullptr : png_create_info_struct(codec_.png);
    if (codec_.info == nullptr) {
      png_destroy_read_struct(&codec_.png, nullptr, nullptr);
      throw OutOfMemory("no memory to read a PNG file.");
    }
    png_set_read_fn(codec_.png, &codec_, on_read);
    png_set_user_limits(codec_.png, kLongestSide, kLongestSide);
    png_set_chunk_malloc_max(codec_.png, kLargestChunk);
    png_set_chunk_cache_max(codec_.png, kMostChunks + 1);
    png_set_benign_errors(codec_.png, 1);
    // Profiles and suggested palettes are nothing to us and have been the way in of attacks.
    constexpr png_byte kIgnored[] = "iCCP\0sPLT\0hIST\0eXIf";
    png_set_keep_unknown_chunks(codec_.png, PNG_HANDLE_CHUNK_NEVER, kIgnored, 4);
  }
  ~Reader() { png_destroy_read_struct(&codec_.png, &codec_.info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header() {
    if (setjmp(png_jmpbuf(codec_.png)) != 0) return false;
    png_read_info(codec_.png, codec_.info);
    bits_per_pixel_ =
        std::size_t{png_get_bit_depth(codec_.png, codec_.info)} * png_get_channels(codec_.png, codec_.info);
    png_set_palette_to_rgb(codec_.png);
    png_set_expand_gray_1_2_4_to_8(codec_.png);
    png_set_scale_16(codec_.png);
    png_set_gray_to_rgb(codec_.png);
    png_set_strip_alpha(codec_.png);
    png_set_interlace_handling(codec_.png);
    png_read_update_info(codec_.png, codec_.info);
    return true;
  }

  bool read_pixels(Image& image) {
    codec_.rows.resize(image.height);
    for (int y = 0; y < image.height; ++y) codec_.rows[y] = image.rgb.data() + std::size_t(y) * image.width * 3;
    if (setjmp(png_jmpbuf(codec_.png)) != 0) return false;
    png_read_image(codec_.png, codec_.rows.data());
    return true;
  }

  bool read_end() {
    if (setjmp(png_jmpbuf(codec_.png)) != 0) return false;
    png_read_end(codec_.png, codec_.info);
    return true;
  }

  [[nodiscard]] int width() const { return static_cast<int>(png_get_image_width(codec_.png, codec_.info)); }
  [[nodiscard]] int height() const { return static_cast<int>(png_get_image_height(codec_.png, codec_.info)); }
  [[nodiscard]] std::size_t row_bytes() const { return png_get_rowbytes(codec_.png, codec_.info); }
  [[nodiscard]] std::uint64_t stored_bits() const { return std::uint64_t(width()) * height() * bits_per_pixel_; }
  [[nodiscard]] const std::string& fault() const { return codec_.fault; }
  [[nodiscard]] std::vector<PictureText> texts() const;

 private:
  Codec codec_;
  std::uint64_t bits_per_pixel_ = 1;
};

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) append_utf8(utf8, static_cast<unsigned char>(c));
  return utf8;
}

std::vector<PictureText> Reader::texts() const {
  png_textp entries = nullptr;
  int count = 0;
  png_get_text(codec_.png, codec_.info, &entries, &count);
  std::vector<PictureText> texts;
  for (int i = 0; i < count; ++i) {
    const png_text& entry = entries[i];
    const bool international = entry.compression >= PNG_ITXT_COMPRESSION_NONE;
    const std::string_view text(entry.text, international ? entry.itxt_length : entry.text_length);
    const bool as_it_stands = international && is_valid_utf8(text);
    texts.push_back({utf8_of_latin1(entry.key), as_it_stands ? std::string(text) : utf8_of_latin1(text)});
  }
  return texts;
}

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
  chunk.latin1 = std::all_of(code_points.begin(), code_points.end(), [](char32_t c) { return c < 0x100; });
  if (chunk.latin1) {
    for (const char32_t c : code_points) chunk.text += static_cast<char>(c);
  } else {
    chunk.text = encode_utf8(code_points);
  }
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

/// libpng makes room for a whole chunk before it sees that the file is shorter, and with benign errors allowed its
/// limit on chunks is only a warning.
void refuse_overlong_chunks(std::string_view bytes, const std::string& label) {
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kFrame = 12;  // length, type and checksum
  std::size_t at = kSignature;
  while (bytes.starts_with("\x89PNG") && at + kFrame <= bytes.size() && bytes.substr(at + 4, 4) != "IEND") {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8U | static_cast<unsigned char>(bytes[at + i]);
    if (length > bytes.size() - at - kFrame) {
      throw BadInput(concat("the PNG file is damaged: a chunk of ", length, " bytes ends beyond the file."), label);
    }
    at += kFrame + length;
  }
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

Picture decode_png(std::string_view bytes, const std::string& label, PictureParts parts) {
  refuse_overlong_chunks(bytes, label);
  Reader reader(bytes);
  const auto refuse = [&] { throw BadInput(concat("the PNG file is damaged: ", reader.fault(), "."), label); };
  if (!reader.read_header()) refuse();
  Picture picture;
  picture.image.width = reader.width();
  picture.image.height = reader.height();
  if (parts == PictureParts::All) {
    TSTITCH_CHECK(reader.row_bytes() == std::size_t(reader.width()) * 3, reader.row_bytes());
    if (reader.stored_bits() / 8 / kLargestInflation > bytes.size()) {
      throw BadInput(concat("the PNG file is damaged: ", bytes.size(), " bytes cannot hold ", reader.width(), "x",
                            reader.height(), " pixels."),
                     label);
    }
    picture.image.rgb.resize(std::size_t(reader.width()) * reader.height() * 3);
    if (!reader.read_pixels(picture.image)) refuse();
  }
  if (!reader.read_end()) refuse();
  picture.texts = reader.texts();
  return picture;
}

}  // namespace tstitch
