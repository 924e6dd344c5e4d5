#include "core/image/exif.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

namespace tstitch {

namespace {

constexpr std::uint16_t kOrientation = 0x0112;
constexpr std::uint16_t kExifFolder = 0x8769;
constexpr std::uint16_t kUserComment = 0x9286;
constexpr std::uint16_t kAsciiType = 2;
constexpr std::size_t kEntrySize = 12;
/// Entries may all point to the same bytes.
constexpr std::size_t kMostNamedTexts = 8;

enum class ByteOrder { Little, Big };

/// Reads numbers of a TIFF structure; what lies outside reads as nothing.
class TiffBlock {
 public:
  TiffBlock(std::string_view bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  [[nodiscard]] ByteOrder order() const { return order_; }

  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t width) const {
    if (at > bytes_.size() || width > bytes_.size() - at) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t from = order_ == ByteOrder::Big ? at + i : at + width - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes_[from]);
    }
    return value;
  }

  /// Where the entries of the folder at `folder` lie, as far as it lies inside.
  [[nodiscard]] std::vector<std::size_t> entries(std::size_t folder) const {
    std::vector<std::size_t> places;
    const std::uint32_t count = number(folder, 2).value_or(0);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t at = folder + 2 + i * kEntrySize;
      if (!number(at + kEntrySize - 1, 1)) break;
      places.push_back(at);
    }
    return places;
  }

  /// Where the folder at `folder` keeps an entry with that tag; of several the last.
  [[nodiscard]] std::optional<std::size_t> entry(std::size_t folder, std::uint16_t tag) const {
    std::optional<std::size_t> found;
    for (const std::size_t at : entries(folder)) {
      if (number(at, 2) == tag) found = at;
    }
    return found;
  }

  /// The first value of an entry with whole numbers.
  [[nodiscard]] std::optional<std::uint32_t> whole_number(std::size_t entry) const {
    const std::size_t width = width_of(number(entry + 2, 2).value_or(0));
    const std::uint64_t size = std::uint64_t{number(entry + 4, 4).value_or(0)} * width;
    if (size == 0) return std::nullopt;
    const std::size_t at = size <= 4 ? entry + 8 : number(entry + 8, 4).value_or(0);
    return number(at + size - 1, 1) ? number(at, width) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::string_view> bytes_of(std::size_t entry) const {
    const auto size = number(entry + 4, 4);
    if (!size) return std::nullopt;
    const auto at =
        *size <= 4 ? std::optional<std::uint32_t>(static_cast<std::uint32_t>(entry + 8)) : number(entry + 8, 4);
    if (!at || *at > bytes_.size() || *size > bytes_.size() - *at) return std::nullopt;
    return bytes_.substr(*at, *size);
  }

 private:
  /// Of the types that hold whole numbers, which single bytes do not count among.
  static std::size_t width_of(std::uint32_t type) {
    switch (type) {
      case 6:
        return 1;
      case 3:
      case 8:
        return 2;
      case 4:
      case 9:
        return 4;
      default:
        return 0;
    }
  }

  std::string_view bytes_;
  ByteOrder order_;
};

/// A block and its main folder.
struct Exif {
  TiffBlock block;
  std::size_t folder;
};

std::optional<Exif> opened(std::string_view bytes) {
  constexpr std::string_view kHeader("Exif\0\0", 6);
  for (int i = 0; i < 2 && bytes.starts_with(kHeader); ++i) bytes.remove_prefix(kHeader.size());
  const bool little = bytes.starts_with("II");
  if (!little && !bytes.starts_with("MM")) return std::nullopt;
  const TiffBlock block(bytes, little ? ByteOrder::Little : ByteOrder::Big);
  const auto folder = block.number(4, 4);
  if (block.number(2, 2) != 42U || !folder) return std::nullopt;
  return Exif{block, *folder};
}

/// Units that are ASCII text in an order whose low bytes stand at `low`.
std::size_t ascii_units(std::string_view utf16, std::size_t low) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
    const char c = utf16[i + low];
    count += utf16[i + 1 - low] == '\0' && ((c >= 0x20 && c < 0x7F) || c == '\n') ? 1 : 0;
  }
  return count;
}

/// Settings hold much ASCII; writers do not keep to the block's byte order.
ByteOrder order_of(std::string_view utf16, ByteOrder otherwise) {
  if (utf16.starts_with("\xFE\xFF")) return ByteOrder::Big;
  if (utf16.starts_with("\xFF\xFE")) return ByteOrder::Little;
  const std::size_t little = ascii_units(utf16, 0);
  const std::size_t big = ascii_units(utf16, 1);
  if (little == big) return otherwise;
  return big > little ? ByteOrder::Big : ByteOrder::Little;
}

std::string utf8_of_utf16(std::string_view utf16, ByteOrder order) {
  const std::size_t low = order == ByteOrder::Little ? 0 : 1;
  const auto unit = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(utf16[i + 1 - low]) << 8 |
                                 static_cast<unsigned char>(utf16[i + low]));
  };
  const auto is_half = [](char32_t value, char32_t first) { return value >= first && value < first + 0x400; };
  std::string text;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
    char32_t value = unit(i);
    if (i == 0 && value == 0xFEFF) continue;
    if (is_half(value, 0xD800) && i + 3 < utf16.size() && is_half(unit(i + 2), 0xDC00)) {
      value = 0x10000 + ((value - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (is_half(value, 0xD800) || is_half(value, 0xDC00)) {
      value = 0xFFFD;
    }
    append_utf8(text, value);
  }
  while (text.ends_with('\0')) text.pop_back();
  return text;
}

std::string one_byte_text(std::string_view bytes) {
  while (bytes.ends_with('\0')) bytes.remove_suffix(1);
  if (is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

/// Some writers put UTF-8 behind the mark of UTF-16.
bool is_utf8_after_all(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && bytes.find(' ') != std::string_view::npos &&
         is_valid_utf8(bytes);
}

std::string comment_text(std::string_view comment, ByteOrder order) {
  constexpr std::size_t kCodeSize = 8;
  const std::string_view code = comment.substr(0, kCodeSize);
  const std::string_view text = comment.substr(std::min(kCodeSize, comment.size()));
  if (code == std::string_view("UNICODE\0", kCodeSize)) {
    return is_utf8_after_all(text) ? std::string(text) : utf8_of_utf16(text, order_of(text, order));
  }
  const bool marked = code == std::string_view("ASCII\0\0\0", kCodeSize) ||
                      code == std::string_view("\0\0\0\0\0\0\0\0", kCodeSize) ||
                      code == std::string_view("JIS\0\0\0\0\0", kCodeSize);
  return one_byte_text(marked ? text : comment);
}

std::optional<std::string> user_comment(const Exif& exif) {
  const auto link = exif.block.entry(exif.folder, kExifFolder);
  const auto folder = link ? exif.block.number(*link + 8, 4) : std::optional<std::uint32_t>(exif.folder);
  const auto entry = folder ? exif.block.entry(*folder, kUserComment) : std::nullopt;
  const auto comment = entry ? exif.block.bytes_of(*entry) : std::nullopt;
  if (!comment) return std::nullopt;
  return comment_text(*comment, exif.block.order());
}

/// `workflow:{...}` as a text of that name.
std::optional<PictureText> named_json(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > 32) return std::nullopt;
  const std::string_view name = text.substr(0, colon);
  const bool is_name =
      std::all_of(name.begin(), name.end(), [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '_'; });
  const std::string_view value = trimmed(text.substr(colon + 1));
  if (!is_name || !(value.starts_with('{') || value.starts_with('['))) return std::nullopt;
  return PictureText{lower_case(name), one_byte_text(value)};
}

std::vector<PictureText> named_jsons(const Exif& exif) {
  std::vector<PictureText> texts;
  for (const std::size_t entry : exif.block.entries(exif.folder)) {
    if (texts.size() == kMostNamedTexts) break;
    if (exif.block.number(entry + 2, 2) != kAsciiType) continue;
    const auto bytes = exif.block.bytes_of(entry);
    auto text = bytes ? named_json(*bytes) : std::nullopt;
    if (text) texts.push_back(std::move(*text));
  }
  return texts;
}

std::optional<int> exif_orientation(std::string_view bytes) {
  const auto exif = opened(bytes);
  const auto entry = exif ? exif->block.entry(exif->folder, kOrientation) : std::nullopt;
  const auto value = entry ? exif->block.whole_number(*entry) : std::nullopt;
  return value ? std::optional(static_cast<int>(std::min(*value, 9U))) : std::nullopt;
}

/// As a property or as an element.
int xmp_orientation(std::string_view packet) {
  constexpr std::string_view kName = "tiff:Orientation";
  for (std::size_t at = packet.find(kName); at != std::string_view::npos; at = packet.find(kName, at + 1)) {
    std::string_view rest = packet.substr(at + kName.size());
    if (rest.starts_with("=\"")) {
      rest.remove_prefix(2);
    } else if (rest.starts_with('>')) {
      rest.remove_prefix(1);
    } else {
      continue;
    }
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') return rest[0] - '0';
  }
  return 1;
}

}  // namespace

std::vector<PictureText> exif_texts(std::string_view block) {
  const auto exif = opened(block);
  if (!exif) return {};
  std::vector<PictureText> texts = named_jsons(*exif);
  if (auto comment = user_comment(*exif)) texts.push_back({"parameters", std::move(*comment)});
  return texts;
}

int orientation_of(std::string_view exif, std::string_view xmp) {
  const int value = exif_orientation(exif).value_or(xmp_orientation(xmp));
  return value >= 1 && value <= 8 ? value : 1;
}

std::string raw_profile(std::string_view text) {
  for (int line = 0; line < 3; ++line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  std::string digits;
  for (const char c : text) {
    if (!trimmed({&c, 1}).empty()) digits += c;
  }
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned value = 0;
    const char* end = digits.data() + i + 2;
    if (std::from_chars(digits.data() + i, end, value, 16).ptr != end) return {};
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace tstitch
