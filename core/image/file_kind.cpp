#include "core/image/file_kind.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace tstitch {

using std::string_view_literals::operator""sv;

namespace {

/// A file whose bytes at `at` are these.
struct Mark {
  std::size_t at;
  std::string_view bytes;
  std::string_view kind;
};

/// The first that fits counts.
constexpr std::array kMarks{
    Mark{0, "GIF8"sv, "a GIF picture"},
    Mark{8, "CR\2"sv, "a Canon camera's raw file (CR2)"},
    Mark{0, "II*\0"sv, "a TIFF picture"},
    Mark{0, "MM\0*"sv, "a TIFF picture"},
    Mark{0, "II+\0"sv, "a TIFF picture"},
    Mark{0, "MM\0+"sv, "a TIFF picture"},
    Mark{0, "IIRO"sv, "an Olympus camera's raw file (ORF)"},
    Mark{0, "IIU\0"sv, "a Panasonic camera's raw file (RW2)"},
    Mark{0, "FUJIFILMCCD-RAW"sv, "a Fujifilm camera's raw file (RAF)"},
    Mark{0, "8BPS"sv, "a Photoshop file (PSD)"},
    Mark{0, "\xFF\x0A"sv, "a JPEG XL picture"},
    Mark{0, "\0\0\0\x0CJXL \r\n\x87\n"sv, "a JPEG XL picture"},
    Mark{0, "\0\0\0\x0CjP  \r\n\x87\n"sv, "a JPEG 2000 picture"},
    Mark{0, "\xFF\x4F\xFF\x51"sv, "a JPEG 2000 picture"},
    Mark{0, "\x8AMNG"sv, "an MNG animation"},
    Mark{0, "\x8BJNG"sv, "a JNG picture"},
    Mark{0, "\0\0\1\0"sv, "an icon (ICO)"},
    Mark{0, "icns"sv, "an icon (ICNS)"},
    Mark{0, "DDS "sv, "a DDS texture"},
    Mark{0, "qoif"sv, "a QOI picture"},
    Mark{0, "v/1\1"sv, "an OpenEXR picture"},
    Mark{0, "#?RADIANCE"sv, "a Radiance HDR picture"},
    Mark{0, "#?RGBE"sv, "a Radiance HDR picture"},
    Mark{0, "BPG\xFB"sv, "a BPG picture"},
    Mark{0, "FLIF"sv, "a FLIF picture"},
    Mark{0, "farbfeld"sv, "a farbfeld picture"},
    Mark{0, "gimp xcf"sv, "a GIMP file (XCF)"},
    Mark{0, "AT&TFORM"sv, "a DjVu document"},
    Mark{0, "%PDF"sv, "a PDF document"},
    Mark{0, "%!PS"sv, "a PostScript document"},
    Mark{8, "AVI "sv, "a video (AVI)"},
    Mark{8, "WAVE"sv, "a sound (WAV)"},
    Mark{0, "\x1A\x45\xDF\xA3"sv, "a video (Matroska or WebM)"},
    Mark{0, "PK\3\4"sv, "a zip archive"},
    Mark{0, "\x1F\x8B"sv, "a gzip archive"},
    Mark{0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
    Mark{0, "Rar!"sv, "a RAR archive"},
    Mark{0, "\xFF\xD8"sv, "a damaged JPEG file"},
    Mark{0, "SQLite format 3"sv, "a database"},
    Mark{0, "\x7F\x45LF"sv, "a program"},
    Mark{0, "version https://git-lfs"sv, "the stand-in of a file that Git LFS has not fetched"},
};

/// The brand of an ISO media file: pictures and videos share the container.
constexpr std::array kBrands{Mark{8, "avif"sv, "an AVIF picture"},
                             Mark{8, "avis"sv, "an AVIF picture"},
                             Mark{8, "heic"sv, "a HEIC picture"},
                             Mark{8, "heix"sv, "a HEIC picture"},
                             Mark{8, "heim"sv, "a HEIC picture"},
                             Mark{8, "heis"sv, "a HEIC picture"},
                             Mark{8, "hevc"sv, "a HEIC picture"},
                             Mark{8, "hevx"sv, "a HEIC picture"},
                             Mark{8, "mif1"sv, "a HEIF picture"},
                             Mark{8, "msf1"sv, "a HEIF picture"},
                             Mark{8, "crx "sv, "a Canon camera's raw file (CR3)"},
                             Mark{8, "qt  "sv, "a video (MOV)"},
                             Mark{8, ""sv, "a video (MP4)"}};

template <class Marks>
std::string_view kind_in(const Marks& marks, std::string_view bytes) {
  const auto fits = [&](const Mark& mark) {
    return bytes.size() >= mark.at && bytes.substr(mark.at).starts_with(mark.bytes);
  };
  const auto found = std::find_if(marks.begin(), marks.end(), fits);
  return found == marks.end() ? std::string_view() : found->kind;
}

/// HEIF writers put `mif1` first and the coding among the compatible brands.
std::string_view media_kind(std::string_view bytes) {
  const std::string_view kind = kind_in(kBrands, bytes);
  const std::string_view compatible = bytes.substr(0, 64);
  if (kind != "a HEIF picture") return kind;
  return compatible.find("avif") != std::string_view::npos ? "an AVIF picture" : "a HEIC picture";
}

/// `P1` to `P7` of the Netpbm family, `PF` and `Pf` of its floats.
bool is_netpbm(std::string_view bytes) {
  constexpr std::string_view kNumbers = "1234567Ff";
  constexpr std::string_view kBlanks = " \t\r\n#";
  return bytes.size() > 2 && bytes[0] == 'P' && kNumbers.find(bytes[1]) != std::string_view::npos &&
         kBlanks.find(bytes[2]) != std::string_view::npos;
}

bool is_bmp(std::string_view bytes) {
  return bytes.size() >= 26 && bytes.starts_with("BM") && bytes.substr(6, 4) == "\0\0\0\0"sv;
}

std::string_view text_kind(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string start = lower_case(trimmed(bytes.substr(0, 1024)));
  if (start.find("<svg") != std::string::npos) return "an SVG drawing";
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return "a web page";
  if (start.starts_with('<')) return "an XML text";
  if (start.starts_with('{') || start.starts_with('[')) return "a JSON text";
  const auto is_plain = [](unsigned char c) { return c >= 0x20 || c == '\n' || c == '\r' || c == '\t'; };
  if (!start.empty() && std::all_of(start.begin(), start.end(), is_plain)) return "a text";
  return {};
}

}  // namespace

std::string foreign_kind(std::string_view bytes) {
  if (bytes.empty()) return "an empty file";
  if (bytes.substr(0, 12).substr(std::min<std::size_t>(4, bytes.size())).starts_with("ftyp")) {
    return std::string(media_kind(bytes));
  }
  if (bytes.ends_with("TRUEVISION-XFILE.\0"sv)) return "a TGA picture";
  if (const std::string_view kind = kind_in(kMarks, bytes); !kind.empty()) return std::string(kind);
  if (is_bmp(bytes)) return "a BMP picture";
  if (is_netpbm(bytes)) return "a Netpbm picture";
  if (const std::string_view kind = text_kind(bytes); !kind.empty()) return std::string(kind);
  return "a file of another kind";
}

std::string file_kind(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "a PNG picture";
  if (bytes.starts_with("\xFF\xD8\xFF")) return "a JPEG picture";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "a WebP picture";
  return foreign_kind(bytes);
}

}  // namespace tstitch
