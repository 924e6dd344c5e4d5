#include "core/formats/zip_directory.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kMostEntries = 1U << 17U;
constexpr std::size_t kLongestName = 512;
constexpr std::uint64_t kLongestDirectory = 32U << 20U;

constexpr std::string_view kEndMark = "PK\x05\x06"sv;
constexpr std::string_view kEnd64Mark = "PK\x06\x06"sv;
constexpr std::string_view kEnd64PointerMark = "PK\x06\x07"sv;
constexpr std::string_view kEntryMark = "PK\x01\x02"sv;
constexpr std::string_view kLocalMark = "PK\x03\x04"sv;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kEnd64Size = 56;
constexpr std::size_t kEnd64PointerSize = 20;
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kLongestComment = 0xFFFF;

constexpr std::uint64_t kIn64 = 0xFFFFFFFF;     ///< "the 64-bit extension says it"
constexpr std::uint16_t kExtension64 = 0x0001;  ///< of extra fields
constexpr std::uint64_t kDeflated = 8;          ///< a method of packing
constexpr std::uint64_t kMadeOnUnix = 3;
constexpr std::uint64_t kFileType = 0xF000;  ///< of a Unix mode
constexpr std::uint64_t kRegularFile = 0x8000;
constexpr std::uint64_t kFolder = 0x4000;
constexpr unsigned kEncrypted = 0x0001;
constexpr unsigned kSizesFollow = 0x0008;  ///< the local header leaves sizes and checksum to what stands after the data

/// Little-endian fields of a record, by their place.
class Fields {
 public:
  Fields(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  [[nodiscard]] std::uint64_t number(std::size_t place, std::size_t width) const {
    if (place > bytes_.size() || width > bytes_.size() - place) throw BadInput("its zip directory ends early.", file_);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(bytes_[place + i])} << (8 * i);
    }
    return value;
  }
  [[nodiscard]] std::string_view text(std::size_t place, std::size_t size) const {
    if (place > bytes_.size() || size > bytes_.size() - place) throw BadInput("its zip directory ends early.", file_);
    return bytes_.substr(place, size);
  }
  [[nodiscard]] bool starts_with(std::string_view mark) const { return bytes_.starts_with(mark); }

 private:
  std::string_view bytes_;
  const std::string& file_;
};

/// Where the directory lies.
struct DirectoryPlace {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::uint64_t entries = 0;
};

/// An entry as the directory describes it.
struct DirectoryEntry {
  std::string name;
  ZipEntry entry;
  std::uint64_t local = 0;  ///< where its local header begins
};

class DirectoryReader {
 public:
  DirectoryReader(const ByteSource& file, ZipEntries allowed) : file_(file), allowed_(allowed) {}

  ZipDirectory read() const {
    const DirectoryPlace place = find_directory();
    std::vector<DirectoryEntry> entries = read_entries(place);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.local < b.local; });
    ZipDirectory directory;
    std::uint64_t covered = 0;
    for (DirectoryEntry& each : entries) {
      if (each.local < covered) refuse(concat("entry ", in_quotes(each.name), " lies over another one."));
      open_local(each, place.begin);
      covered = each.entry.begin + each.entry.packed_size;
      const auto added = directory.emplace(std::move(each.name), each.entry);
      if (!added.second) refuse(concat("entry ", in_quotes(added.first->first), " is given twice."));
    }
    return directory;
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const {
    throw BadInput("is a damaged or foreign zip archive: " + what, file_.label(), hint);
  }

  /// The end record stands at the very end, before a comment whose length it tells.
  std::uint64_t find_end() const {
    const std::uint64_t size = file_.size();
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size, kEndSize + kLongestComment));
    const std::string tail = file_.text(size - length, length);
    const Fields fields(tail, file_.label());
    for (std::size_t back = kEndSize; back <= length; ++back) {
      const std::size_t place = length - back;
      if (!std::string_view(tail).substr(place).starts_with(kEndMark)) continue;
      if (fields.number(place + 20, 2) == back - kEndSize) return size - back;
    }
    refuse("it has no directory at its end.", "The file is cut off; fetch it again.");
  }

  DirectoryPlace find_directory() const {
    const std::uint64_t end = find_end();
    const std::string bytes = file_.text(end, kEndSize);
    const Fields fields(bytes, file_.label());
    if (fields.number(4, 2) != 0 || fields.number(6, 2) != 0) refuse("it is one of several parts.");
    if (const auto place = find_directory64(end)) return *place;
    const DirectoryPlace place{fields.number(16, 4), fields.number(12, 4), fields.number(10, 2)};
    return checked(place, end);
  }

  std::optional<DirectoryPlace> find_directory64(std::uint64_t end) const {
    if (end < kEnd64PointerSize + kEnd64Size) return std::nullopt;
    const std::string pointer = file_.text(end - kEnd64PointerSize, kEnd64PointerSize);
    if (!pointer.starts_with(kEnd64PointerMark)) return std::nullopt;
    const std::uint64_t place = Fields(pointer, file_.label()).number(8, 8);
    if (place != end - kEnd64PointerSize - kEnd64Size) refuse("its 64-bit end record is not where it should be.");
    const std::string bytes = file_.text(place, kEnd64Size);
    const Fields fields(bytes, file_.label());
    if (!fields.starts_with(kEnd64Mark)) refuse("its 64-bit end record is missing.");
    if (fields.number(16, 4) != 0 || fields.number(20, 4) != 0) refuse("it is one of several parts.");
    return checked({fields.number(48, 8), fields.number(40, 8), fields.number(32, 8)}, place);
  }

  DirectoryPlace checked(const DirectoryPlace& place, std::uint64_t end) const {
    if (place.entries > kMostEntries) {
      refuse(concat("it has ", place.entries, " entries; at most ", kMostEntries, " are read."));
    }
    if (place.size > kLongestDirectory) refuse("its directory is too long.");
    if (place.begin > end || place.size != end - place.begin) {
      refuse("its directory does not end where its end record begins.");
    }
    return place;
  }

  std::vector<DirectoryEntry> read_entries(const DirectoryPlace& place) const {
    const std::string bytes = file_.text(place.begin, static_cast<std::size_t>(place.size));
    std::vector<DirectoryEntry> entries;
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < place.entries; ++i) {
      if (at > bytes.size()) refuse("its directory ends within an entry.");
      const Fields fields(std::string_view(bytes).substr(at), file_.label());
      if (!fields.starts_with(kEntryMark)) refuse("its directory has fewer entries than it says.");
      entries.push_back(read_entry(fields));
      at += kEntrySize + fields.number(28, 2) + fields.number(30, 2) + fields.number(32, 2);
    }
    if (at != bytes.size()) refuse("its directory has more entries than it says.");
    return entries;
  }

  DirectoryEntry read_entry(const Fields& fields) const {
    const std::size_t name_size = fields.number(28, 2);
    if (name_size == 0 || name_size > kLongestName) refuse("an entry's name is empty or too long.");
    DirectoryEntry each;
    each.name = fields.text(kEntrySize, name_size);
    if (each.name.find('\0') != std::string::npos) refuse("an entry's name holds a zero byte.");
    require_readable(fields.number(8, 2), fields.number(10, 2), each.name);
    each.entry.is_deflated = fields.number(10, 2) == kDeflated;
    each.entry.packed_size = fields.number(20, 4);
    each.entry.crc = static_cast<std::uint32_t>(fields.number(16, 4));
    each.entry.size = fields.number(24, 4);
    each.local = fields.number(42, 4);
    if (fields.number(34, 2) != 0) refuse("it is one of several parts.");
    if (allowed_ == ZipEntries::Deflated) refuse_links(fields, each.name);
    widen(fields.text(kEntrySize + name_size, fields.number(30, 2)), each);
    if (!each.entry.is_deflated && each.entry.packed_size != each.entry.size) {
      refuse(concat("entry ", in_quotes(each.name), " has two different sizes."));
    }
    return each;
  }

  /// Writers on Unix keep a file's mode beside its name.
  void refuse_links(const Fields& fields, const std::string& name) const {
    const std::uint64_t type = fields.number(40, 2) & kFileType;
    if (fields.number(5, 1) == kMadeOnUnix && type != 0 && type != kRegularFile && type != kFolder) {
      refuse(concat("entry ", in_quotes(name), " is a link or a device, not a file."));
    }
  }

  void require_readable(std::uint64_t flags, std::uint64_t method, const std::string& name) const {
    if ((flags & kEncrypted) != 0) refuse(concat("entry ", in_quotes(name), " is encrypted."));
    if (allowed_ == ZipEntries::Deflated && method != 0 && method != kDeflated) {
      refuse(concat("entry ", in_quotes(name), " is packed by method ", method, "; stored or deflated was expected."));
    }
    if (allowed_ == ZipEntries::Stored && method != 0) {
      refuse(concat("entry ", in_quotes(name), " is compressed, which torch.save never does."),
             "It was packed again or is no torch file; fetch the original.");
    }
  }

  /// Sizes and places that do not fit 32 bits stand in an extra field, in this order.
  void widen(std::string_view extra, DirectoryEntry& each) const {
    const Fields fields(extra, file_.label());
    for (std::size_t at = 0; at + 4 <= extra.size();) {
      const std::size_t size = fields.number(at + 2, 2);
      if (fields.number(at, 2) == kExtension64) {
        const Fields wide(fields.text(at + 4, size), file_.label());
        std::size_t next = 0;
        for (std::uint64_t* const value : {&each.entry.size, &each.entry.packed_size, &each.local}) {
          if (*value != kIn64) continue;
          *value = wide.number(next, 8);
          next += 8;
        }
        return;
      }
      at += 4 + size;
    }
  }

  /// Finds where the data begins; the local header must agree with the directory.
  void open_local(DirectoryEntry& each, std::uint64_t end) const {
    const std::uint64_t head = kLocalSize + each.name.size();
    if (each.local > end || end - each.local < head)
      refuse(concat("entry ", in_quotes(each.name), " lies outside it."));
    const std::string bytes = file_.text(each.local, static_cast<std::size_t>(head));
    const Fields fields(bytes, file_.label());
    const bool same_name = fields.starts_with(kLocalMark) && fields.number(26, 2) == each.name.size() &&
                           fields.text(kLocalSize, each.name.size()) == each.name;
    if (!same_name) refuse(concat("entry ", in_quotes(each.name), " has another name where its data is."));
    require_readable(fields.number(6, 2), fields.number(8, 2), each.name);
    if (each.entry.is_deflated != (fields.number(8, 2) == kDeflated)) {
      refuse(concat("entry ", in_quotes(each.name), " is packed in two different ways."));
    }
    if (!sizes_agree(fields, each.entry)) refuse(concat("entry ", in_quotes(each.name), " has two different sizes."));
    each.entry.begin = each.local + head + fields.number(28, 2);
    if (each.entry.begin > end || each.entry.packed_size > end - each.entry.begin) {
      refuse(concat("entry ", in_quotes(each.name), " lies outside it."));
    }
  }

  static bool sizes_agree(const Fields& local, const ZipEntry& entry) {
    const std::uint64_t packed = local.number(18, 4);
    const std::uint64_t size = local.number(22, 4);
    const bool follows = (local.number(6, 2) & kSizesFollow) != 0 && packed == 0 && size == 0;
    const bool wide = packed == kIn64 && size == kIn64;
    return follows || wide || (packed == entry.packed_size && size == entry.size);
  }

  const ByteSource& file_;
  ZipEntries allowed_;
};

}  // namespace

ZipDirectory read_zip_directory(const ByteSource& file, ZipEntries allowed) {
  return DirectoryReader(file, allowed).read();
}

}  // namespace tstitch
