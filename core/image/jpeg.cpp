#include "core/image/jpeg.h"

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE and does not include it

#include <jpeglib.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/exif.h"

namespace tstitch {

namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr std::string_view kExifHeader("Exif\0\0", 6);
/// Progressive files may hide hours of work in scans that change nothing.
constexpr int kMostScans = 500;

/// libjpeg reports errors by a long jump: everything it can jump over lives here, outside the functions it leaves.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    jpeg_.client_data = this;
  }
  ~Reader() { jpeg_destroy_decompress(&jpeg_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header() {
    if (setjmp(escape_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.mem->max_memory_to_use = 1L << 30;
    jpeg_.progress = &progress_;
    progress_.progress_monitor = on_progress;
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_save_markers(&jpeg_, kExifMarker, 0xFFFF);
    jpeg_read_header(&jpeg_, TRUE);
    jpeg_.out_color_space = JCS_RGB;
    return true;
  }

  bool read_pixels(Image& image) {
    if (setjmp(escape_) != 0) return false;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      row_ = image.rgb.data() + std::size_t(jpeg_.output_scanline) * image.width * 3;
      jpeg_read_scanlines(&jpeg_, &row_, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  [[nodiscard]] int width() const { return static_cast<int>(jpeg_.image_width); }
  [[nodiscard]] int height() const { return static_cast<int>(jpeg_.image_height); }
  [[nodiscard]] const std::string& fault() const { return fault_; }

  [[nodiscard]] std::vector<PictureText> texts() const {
    for (const auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
      if (marker->marker != kExifMarker || !data.starts_with(kExifHeader)) continue;
      data.remove_prefix(kExifHeader.size());
      if (auto comment = exif_user_comment(data)) return {{"parameters", std::move(*comment)}};
    }
    return {};
  }

 private:
  [[noreturn]] static void leave(j_common_ptr jpeg, const char* fault) {
    Reader& reader = *static_cast<Reader*>(jpeg->client_data);
    reader.fault_ = fault;
    longjmp(reader.escape_, 1);
  }

  static void on_error(j_common_ptr jpeg) {
    std::array<char, JMSG_LENGTH_MAX> text{};
    jpeg->err->format_message(jpeg, text.data());
    leave(jpeg, text.data());
  }

  /// Level -1 is damage that libjpeg would paint over.
  static void on_message(j_common_ptr jpeg, int level) {
    if (level < 0) on_error(jpeg);
  }

  static void on_progress(j_common_ptr jpeg) {
    const auto* decoder = reinterpret_cast<j_decompress_ptr>(jpeg);
    if (decoder->input_scan_number > kMostScans) leave(jpeg, "it has more scans than a picture needs");
  }

  std::string_view bytes_;
  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf escape_{};
  JSAMPROW row_ = nullptr;
  std::string fault_;
};

}  // namespace

Picture decode_jpeg(std::string_view bytes, const std::string& label, PictureParts parts) {
  Reader reader(bytes);
  const auto refuse = [&](const std::string& fault) {
    throw BadInput(concat("the JPEG file is damaged: ", fault, "."), label);
  };
  if (!reader.read_header()) refuse(reader.fault());
  Picture picture;
  picture.image.width = reader.width();
  picture.image.height = reader.height();
  if (reader.width() > kLongestSide || reader.height() > kLongestSide) {
    refuse(concat(reader.width(), "x", reader.height(), " pixels are more than ", kLongestSide, " a side"));
  }
  picture.texts = reader.texts();
  if (parts == PictureParts::Texts) return picture;
  // The cheapest block of 64 pixels takes one bit per component.
  if (std::uint64_t(reader.width()) * reader.height() / 64 / 8 > bytes.size()) {
    refuse(concat(bytes.size(), " bytes cannot hold ", reader.width(), "x", reader.height(), " pixels"));
  }
  picture.image.rgb.resize(std::size_t(reader.width()) * reader.height() * 3);
  if (!reader.read_pixels(picture.image)) refuse(reader.fault());
  return picture;
}

}  // namespace tstitch
