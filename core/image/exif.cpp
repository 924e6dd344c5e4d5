#include "core/image/exif.h"

#include <cstdint>

#include "core/base/text.h"
#include "core/base/utf8.h"

namespace tstitch {

namespace {

constexpr std::uint16_t kExifFolder = 0x8769;
constexpr std::uint16_t kUserComment = 0x9286;
constexpr std::size_t kEntrySize = 12;

enum class ByteOrder { Little, Big };

/// Reads numbers of a TIFF structure; what lies outside reads as nothing.
class TiffBlock {
 public:
  TiffBlock(std::string_view bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t at, std::size_t width) const {
    if (at > bytes_.size() || width > bytes_.size() - at) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t from = order_ == ByteOrder::Big ? at + i : at + width - 1 - i;
      value = value << 8 | static_cast<unsigned char>(bytes_[from]);
    }
    return value;
  }

  /// Where the folder at `folder` keeps an entry with that tag.
  [[nodiscard]] std::optional<std::size_t> entry(std::size_t folder, std::uint16_t tag) const {
    const auto count = number(folder, 2);
    if (!count) return std::nullopt;
    for (std::uint32_t i = 0; i < *count; ++i) {
      const std::size_t at = folder + 2 + i * kEntrySize;
      const auto found = number(at, 2);
      if (!found) return std::nullopt;
      if (*found == tag) return at;
    }
    return std::nullopt;
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
  std::string_view bytes_;
  ByteOrder order_;
};

/// Prompts are mostly ASCII: where most second bytes are zero, the writer did not keep to big-endian.
bool looks_little_endian(std::string_view utf16) {
  std::size_t zeros = 0;
  for (std::size_t i = 1; i < utf16.size(); i += 2) zeros += utf16[i] == '\0' ? 1 : 0;
  return zeros * 4 > utf16.size();
}

std::string utf8_of_utf16(std::string_view utf16) {
  const std::size_t low = looks_little_endian(utf16) ? 0 : 1;
  const auto unit = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(utf16[i + 1 - low]) << 8 |
                                 static_cast<unsigned char>(utf16[i + low]));
  };
  const auto is_half = [](char32_t value, char32_t first) { return value >= first && value < first + 0x400; };
  std::string text;
  for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
    char32_t value = unit(i);
    if (is_half(value, 0xD800) && i + 3 < utf16.size() && is_half(unit(i + 2), 0xDC00)) {
      value = 0x10000 + ((value - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (is_half(value, 0xD800) || is_half(value, 0xDC00)) {
      value = 0xFFFD;
    }
    append_utf8(text, value);
  }
  return text;
}

std::string comment_text(std::string_view comment) {
  constexpr std::size_t kCodeSize = 8;
  if (comment.starts_with(std::string_view("UNICODE\0", kCodeSize))) return utf8_of_utf16(comment.substr(kCodeSize));
  if (comment.starts_with(std::string_view("ASCII\0\0\0", kCodeSize)) ||
      comment.starts_with(std::string_view("\0\0\0\0\0\0\0\0", kCodeSize))) {
    comment.remove_prefix(kCodeSize);
  }
  while (comment.ends_with('\0')) comment.remove_suffix(1);
  if (is_valid_utf8(comment)) return std::string(comment);
  std::string text;
  for (const char c : comment) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

}  // namespace

std::optional<std::string> exif_user_comment(std::string_view tiff) {
  const bool little = tiff.starts_with("II");
  if (!little && !tiff.starts_with("MM")) return std::nullopt;
  const TiffBlock block(tiff, little ? ByteOrder::Little : ByteOrder::Big);
  if (block.number(2, 2) != 42U) return std::nullopt;
  const auto main_folder = block.number(4, 4);
  if (!main_folder) return std::nullopt;
  const auto link = block.entry(*main_folder, kExifFolder);
  const auto folder = link ? block.number(*link + 8, 4) : main_folder;
  const auto entry = folder ? block.entry(*folder, kUserComment) : std::nullopt;
  const auto comment = entry ? block.bytes_of(*entry) : std::nullopt;
  if (!comment) return std::nullopt;
  return comment_text(*comment);
}

}  // namespace tstitch
