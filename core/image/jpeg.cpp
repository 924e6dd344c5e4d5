#include "core/image/jpeg.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE and does not include it

#include <jerror.h>
#include <jpeglib.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/image/exif.h"

namespace tstitch {

namespace {

constexpr int kApp1Marker = JPEG_APP0 + 1;
constexpr std::string_view kExifHeader("Exif\0\0", 6);
constexpr std::string_view kXmpHeader("http://ns.adobe.com/xap/1.0/\0", 29);
/// Progressive files may hide hours of work in scans that change nothing.
constexpr int kMostScans = 500;

std::string text_of(std::string_view bytes) {
  while (bytes.ends_with('\0')) bytes.remove_suffix(1);
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

/// What the markers before the pixels say.
struct Markers {
  std::string exif;
  std::string xmp;
  std::string comment;
};

/// A frame that no decoder of 8-bit pictures reads, by its marker; empty for others.
const char* unread_frame(int marker) {
  switch (marker) {
    case 0xC3:
    case 0xCB:
      return "a lossless JPEG";
    case 0xC5:
    case 0xC6:
    case 0xCD:
    case 0xCE:
    case 0xDE:
      return "a hierarchical JPEG";
    case 0xC7:
    case 0xCF:
      return "a lossless hierarchical JPEG";
    case 0xF7:
      return "a JPEG-LS file";
    default:
      return "";
  }
}

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
    open_source();
    jpeg_save_markers(&jpeg_, kApp1Marker, 0xFFFF);
    jpeg_save_markers(&jpeg_, JPEG_COM, 0xFFFF);
    jpeg_read_header(&jpeg_, TRUE);
    const bool is_ink = jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
    jpeg_.out_color_space = is_ink ? JCS_CMYK : JCS_RGB;
    return true;
  }

  bool read_pixels(Image& image) {
    if (setjmp(escape_) != 0) return false;
    jpeg_start_decompress(&jpeg_);
    const bool is_ink = jpeg_.out_color_space == JCS_CMYK;
    if (is_ink) ink_.resize(std::size_t(image.width) * 4);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      std::uint8_t* to = image.rgb.data() + std::size_t(jpeg_.output_scanline) * image.width * 3;
      row_ = is_ink ? ink_.data() : to;
      jpeg_read_scanlines(&jpeg_, &row_, 1);
      if (is_ink) put_ink(to);
    }
    if (lacks_data()) leave(reinterpret_cast<j_common_ptr>(&jpeg_), kEndsEarly);
    return true;  // what follows the pixels is not looked at
  }

  [[nodiscard]] int width() const { return static_cast<int>(jpeg_.image_width); }
  [[nodiscard]] int height() const { return static_cast<int>(jpeg_.image_height); }
  [[nodiscard]] int components() const { return jpeg_.num_components; }
  [[nodiscard]] bool is_arithmetic() const { return jpeg_.arith_code != FALSE; }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// What the file is, where it is no picture that is read here; else empty.
  [[nodiscard]] const std::string& kind() const { return kind_; }

  [[nodiscard]] Markers markers() const {
    Markers found;
    for (const auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
      if (marker->marker == JPEG_COM) {
        if (found.comment.empty()) found.comment = data;
      } else if (data.starts_with(kExifHeader)) {
        found.exif += data.substr(kExifHeader.size());  // a long block goes on in the next marker
      } else if (data.starts_with(kXmpHeader)) {
        found.xmp = data.substr(kXmpHeader.size());
      }
    }
    return found;
  }

 private:
  static constexpr const char* kEndsEarly = "the file ends before its pixels do";

  static Reader& of(j_common_ptr jpeg) { return *static_cast<Reader*>(jpeg->client_data); }
  static Reader& of(j_decompress_ptr jpeg) { return *static_cast<Reader*>(jpeg->client_data); }

  [[noreturn]] static void leave(j_common_ptr jpeg, const char* fault) {
    of(jpeg).fault_ = fault;
    longjmp(of(jpeg).escape_, 1);
  }

  static void on_error(j_common_ptr jpeg) {
    const int code = jpeg->err->msg_code;
    if (code == JERR_BAD_PRECISION) of(jpeg).kind_ = concat("a JPEG of ", jpeg->err->msg_parm.i[0], " bits a value");
    if (code == JERR_SOF_UNSUPPORTED || code == JERR_UNKNOWN_MARKER)
      of(jpeg).kind_ = unread_frame(jpeg->err->msg_parm.i[0]);
    std::array<char, JMSG_LENGTH_MAX> text{};
    jpeg->err->format_message(jpeg, text.data());
    leave(jpeg, text.data());
  }

  /// Level -1 is a warning. Only where the bytes have run out would the decoder paint over what is missing.
  static void on_message(j_common_ptr jpeg, int level) {
    if (level < 0 && jpeg->err->msg_code == JWRN_HIT_MARKER && of(jpeg).ended_) leave(jpeg, kEndsEarly);
  }

  static void on_progress(j_common_ptr jpeg) {
    const auto* decoder = reinterpret_cast<j_decompress_ptr>(jpeg);
    if (decoder->input_scan_number > kMostScans) leave(jpeg, "it has more scans than a picture needs");
  }

  void open_source() {
    source_.init_source = [](j_decompress_ptr) {};
    source_.term_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = [](j_decompress_ptr jpeg) { return of(jpeg).end_source(); };
    source_.skip_input_data = [](j_decompress_ptr jpeg, long count) { of(jpeg).skip(count); };
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.next_input_byte = reinterpret_cast<const JOCTET*>(bytes_.data());
    source_.bytes_in_buffer = bytes_.size();
    jpeg_.src = &source_;
  }

  /// Past its last byte the file seems to say that it is complete, which nothing but lacks_data() believes.
  boolean end_source() {
    static constexpr std::array<JOCTET, 2> kEnd{0xFF, JPEG_EOI};
    ended_ = true;
    source_.next_input_byte = kEnd.data();
    source_.bytes_in_buffer = kEnd.size();
    return TRUE;
  }

  void skip(long count) {
    if (count <= 0) return;
    if (static_cast<std::size_t>(count) > source_.bytes_in_buffer) {
      end_source();
      return;
    }
    source_.next_input_byte += count;
    source_.bytes_in_buffer -= static_cast<std::size_t>(count);
  }

  /// Whether the file ended before its pixels: where a scan was cut the decoder says so itself, but whole scans may be
  /// missing, and an arithmetic decoder needs no more bytes to go on.
  bool lacks_data() {
    if (!ended_) return false;
    if (jpeg_.arith_code != FALSE) return true;
    if (jpeg_has_multiple_scans(&jpeg_) == FALSE) return false;
    if (jpeg_.coef_bits == nullptr) return true;
    for (int c = 0; c < jpeg_.num_components; ++c) {
      if (!std::all_of(jpeg_.coef_bits[c], jpeg_.coef_bits[c] + DCTSIZE2, [](int bit) { return bit == 0; }))
        return true;
    }
    return false;
  }

  /// Inverted CMYK, as Adobe stores it, to RGB: each colour's light times the key's, rounded.
  void put_ink(std::uint8_t* to) const {
    for (std::size_t i = 0; i < ink_.size(); i += 4) {
      const int key = ink_[i + 3];
      for (std::size_t c = 0; c < 3; ++c) {
        const int product = (255 - ink_[i + c]) * key + 128;
        *to++ = static_cast<std::uint8_t>(std::max(key - (((product >> 8) + product) >> 8), 0));
      }
    }
  }

  std::string_view bytes_;
  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  jpeg_source_mgr source_{};
  std::jmp_buf escape_{};
  JSAMPROW row_ = nullptr;
  std::vector<JSAMPLE> ink_;
  std::string fault_;
  std::string kind_;
  bool ended_ = false;
};

void take_markers(Picture& picture, const Markers& markers) {
  picture.texts = exif_texts(markers.exif);
  picture.orientation = orientation_of(markers.exif, markers.xmp);
  if (!markers.comment.empty()) picture.texts.push_back({"comment", text_of(markers.comment)});
  if (!markers.xmp.empty()) picture.texts.push_back({"XML:com.adobe.xmp", text_of(markers.xmp)});
}

}  // namespace

Picture decode_jpeg(std::string_view bytes, const std::string& label, PictureContent content) {
  Reader reader(bytes);
  const auto refuse = [&](const std::string& fault) {
    throw BadInput(concat("the JPEG file is damaged: ", fault, "."), label);
  };
  const auto refuse_kind = [&](const std::string& kind) {
    throw BadInput(concat("this is ", kind, ", expected one of 8 bits a value with a lossy coding."), label,
                   "Save it again as PNG with another program.");
  };
  if (!reader.read_header()) reader.kind().empty() ? refuse(reader.fault()) : refuse_kind(reader.kind());
  const int components = reader.components();
  if (components != 1 && components != 3 && components != 4) refuse_kind(concat("a JPEG of ", components, " channels"));
  Picture picture;
  picture.image.width = reader.width();
  picture.image.height = reader.height();
  if (reader.width() > kLongestSide || reader.height() > kLongestSide) {
    throw BadInput(concat("the picture has ", reader.width(), "x", reader.height(), " pixels, expected at most ",
                          kLongestSide, " a side."),
                   label);
  }
  take_markers(picture, reader.markers());
  if (content == PictureContent::Texts) return picture;
  // The cheapest block of 64 pixels takes one bit per component; arithmetic coding goes below that.
  const std::uint64_t cheapest = std::uint64_t(reader.width()) * reader.height() / 64 / 8;
  if (cheapest / (reader.is_arithmetic() ? 64 : 1) > bytes.size()) {
    refuse(concat(bytes.size(), " bytes cannot hold ", reader.width(), "x", reader.height(), " pixels"));
  }
  picture.image.rgb.resize(std::size_t(reader.width()) * reader.height() * 3);
  if (!reader.read_pixels(picture.image)) refuse(reader.fault());
  return picture;
}

}  // namespace tstitch
