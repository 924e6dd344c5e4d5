#include "core/image/png_file.h"

#include <algorithm>
#include <array>
#include <optional>

#include <zlib.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/image/inflated_text.h"

namespace tstitch {

namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kFrame = 12;  // length, type and checksum

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

int byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

struct Chunk {
  std::string_view type;
  std::string_view data;
  std::string_view sum;  ///< empty where the file ends before it

  [[nodiscard]] bool is_whole() const {
    if (sum.empty()) return false;
    const auto* bytes = reinterpret_cast<const Bytef*>(type.data());
    return crc32(0, bytes, static_cast<uInt>(type.size() + data.size())) == big_endian(sum);
  }
};

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) append_utf8(utf8, static_cast<unsigned char>(c));
  return utf8;
}

/// The chunk types say Latin-1; programs that put UTF-8 there are told by its being well-formed.
std::string text_of(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : utf8_of_latin1(bytes);
}

/// The bytes before the next zero, which is taken away, too.
std::optional<std::string_view> cut_off(std::string_view& data) {
  const std::size_t zero = data.find('\0');
  if (zero == std::string_view::npos) return std::nullopt;
  const std::string_view part = data.substr(0, zero);
  data.remove_prefix(zero + 1);
  return part;
}

/// What follows the keyword of an iTXt chunk.
std::optional<std::string> international_text(std::string_view data) {
  if (data.size() < 2) return std::nullopt;
  const bool compressed = data[0] != 0;
  const bool known_method = data[1] == 0;
  data.remove_prefix(2);
  if (!cut_off(data) || !cut_off(data)) return std::nullopt;  // language and translated keyword
  if (!compressed) return std::string(data);
  return known_method ? inflated_text(data, Wrapping::Zlib) : std::nullopt;
}

std::optional<std::string> stored_text(std::string_view type, std::string_view data) {
  if (type == "tEXt") return std::string(data);
  if (type == "iTXt") return international_text(data);
  return !data.empty() && data[0] == 0 ? inflated_text(data.substr(1), Wrapping::Zlib) : std::nullopt;
}

bool is_text(std::string_view type) {
  return type == "tEXt" || type == "zTXt" || type == "iTXt";
}

bool may_have(int colour_type, int bit_depth) {
  switch (colour_type) {
    case 0:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 || bit_depth == 16;
    case 3:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
    case 2:
    case 4:
    case 6:
      return bit_depth == 8 || bit_depth == 16;
    default:
      return false;
  }
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& label) : bytes_(bytes), label_(label) {}

  PngFile read() {
    if (!bytes_.starts_with(kSignature)) refuse("its signature is not whole");
    bytes_.remove_prefix(kSignature.size());
    while (!ended_ && bytes_.size() >= 8) take(next());
    if (file_.header.width == 0) refuse("it has no header");
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(const std::string& fault) const {
    throw BadInput(concat("the PNG file is damaged: ", fault, "."), label_);
  }

  Chunk next() {
    const std::size_t length = big_endian(bytes_);
    Chunk chunk{bytes_.substr(4, 4), {}, {}};
    if (length > bytes_.size() - 8) {
      if (file_.data.empty() && chunk.type != "IDAT") {
        refuse(concat("a chunk of ", length, " bytes ends beyond the file"));
      }
      ended_ = true;
    }
    chunk.data = bytes_.substr(8, length);
    bytes_.remove_prefix(8 + chunk.data.size());
    if (!ended_ && bytes_.size() >= 4) chunk.sum = bytes_.substr(0, 4);
    bytes_.remove_prefix(std::min(kFrame - 8, bytes_.size()));
    return chunk;
  }

  void take(const Chunk& chunk) {
    const bool pixels = chunk.type == "IDAT";
    if (pixels && file_.header.width == 0) refuse("its pixels stand before its header");
    if (pixels && !data_ended_) file_.data.push_back(chunk.data);
    data_ended_ = !file_.data.empty() && !pixels;
    if (chunk.type == "IHDR" && file_.header.width == 0) take_header(chunk);
    if (chunk.type == "PLTE" && file_.data.empty()) take_palette(chunk);
    if (chunk.type == "eXIf" && chunk.is_whole()) file_.exif = chunk.data;
    if (is_text(chunk.type) && chunk.is_whole()) take_text(chunk);
    if (chunk.type == "CgBI") {
      throw BadInput("this is one of Apple's own PNG files (CgBI), expected a plain PNG.", label_,
                     "Save it again as PNG with another program.");
    }
    ended_ = ended_ || chunk.type == "IEND";
  }

  void take_header(const Chunk& chunk) {
    if (chunk.data.size() < 13 || !chunk.is_whole()) refuse("its header is not whole");
    PngHeader& header = file_.header;
    const std::uint32_t width = big_endian(chunk.data);
    const std::uint32_t height = big_endian(chunk.data.substr(4));
    header.bit_depth = byte_at(chunk.data, 8);
    header.colour_type = byte_at(chunk.data, 9);
    if (width == 0 || height == 0) refuse(concat("it has ", width, "x", height, " pixels"));
    if (width > kLongestSide || height > kLongestSide) {
      throw BadInput(
          concat("the picture has ", width, "x", height, " pixels, expected at most ", kLongestSide, " a side."),
          label_);
    }
    if (!may_have(header.colour_type, header.bit_depth)) {
      refuse(concat("there is no colour type ", header.colour_type, " with ", header.bit_depth, " bits"));
    }
    if (chunk.data[11] != 0) refuse("its rows are filtered in an unknown way");
    header.interlaced = chunk.data[12] != 0;
    header.width = static_cast<int>(width);
    header.height = static_cast<int>(height);
  }

  void take_palette(const Chunk& chunk) {
    if (!chunk.is_whole()) refuse("its palette is not whole");
    file_.palette = chunk.data;
  }

  void take_text(const Chunk& chunk) {
    std::string_view data = chunk.data;
    const auto keyword = cut_off(data);
    if (!keyword || keyword->empty() || file_.texts.size() == kMostTexts) return;
    const auto text = stored_text(chunk.type, data);
    if (text && text->size() <= kLargestText) file_.texts.push_back({utf8_of_latin1(*keyword), text_of(*text)});
  }

  std::string_view bytes_;
  const std::string& label_;
  PngFile file_;
  bool data_ended_ = false;
  bool ended_ = false;
};

}  // namespace

int PngHeader::channels() const {
  constexpr std::array kChannels{1, 0, 3, 1, 2, 0, 4};
  return kChannels.at(static_cast<std::size_t>(colour_type));
}

PngFile take_apart_png(std::string_view bytes, const std::string& label) {
  return Reader(bytes, label).read();
}

}  // namespace tstitch
