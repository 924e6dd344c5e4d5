#include "core/formats/torch_legacy.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/pickle.h"
#include "core/formats/torch_tensors.h"

namespace tstitch {
namespace {

using namespace std::string_view_literals;
using Kind = PickleValue::Kind;

constexpr std::uint64_t kLongestPickles = 32U << 20U;
constexpr std::int64_t kVersion = 1001;

/// torch's magic number as pickles of every protocol spell it: a whole number of ten bytes.
constexpr std::string_view kMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;
constexpr std::size_t kMagicReach = 32;

class LegacyReader {
 public:
  explicit LegacyReader(const ByteSource& file)
      : file_(file), text_(file.text(0, static_cast<std::size_t>(std::min(file.size(), kLongestPickles)))) {}

  TorchArchive read() {
    next();  // the magic number
    const Pickle version = next();
    if (version.at(version.root).kind != Kind::Int || version.at(version.root).number != kVersion) {
      refuse("is of an unknown version of torch's format before 1.6.");
    }
    require_little_endian(next());
    const Pickle objects = next();
    const Pickle keys = next();
    return tensors_of(objects, storages(objects, keys), file_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw BadInput(what, file_.label(), "The file is damaged; fetch it again.");
  }

  Pickle next() {
    Pickle pickle = read_pickle(std::string_view(text_).substr(at_), file_.label());
    at_ += pickle.bytes;
    return pickle;
  }

  void require_little_endian(const Pickle& machine) const {
    const std::vector<PickleRef>& items = machine.at(machine.root).items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      const PickleValue& value = machine.at(items[i + 1]);
      if (machine.at(items[i]).text == "little_endian" && value.kind == Kind::Bool && value.number == 0) {
        throw BadInput("is big-endian; little was expected.", file_.label());
      }
    }
  }

  /// Bytes of one element of each storage, by its key.
  std::map<std::string, std::uint64_t> widths(const Pickle& objects) const {
    std::map<std::string, std::uint64_t> result;
    for (const PickleValue& value : objects.values) {
      if (value.kind != Kind::Persistent) continue;
      const PickleValue& id = objects.at(value.items[0]);
      if (id.kind != Kind::Tuple || id.items.size() < 3) continue;
      result.emplace(objects.at(id.items[2]).text, storage_width(objects.at(id.items[1])));
    }
    return result;
  }

  std::uint64_t number_at(std::uint64_t place) const {
    const std::string bytes = file_.text(place, 8);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return number;
  }

  StorageTable storages(const Pickle& objects, const Pickle& keys) const {
    const std::map<std::string, std::uint64_t> width_of = widths(objects);
    StorageTable table;
    std::uint64_t place = at_;
    for (const PickleRef ref : keys.at(keys.root).items) {
      const auto width = width_of.find(std::string(keys.at(ref).text));
      if (width == width_of.end() || width->second == 0) refuse("lists a storage that its objects do not name.");
      if (place > file_.size() || file_.size() - place < 8) refuse("is cut off.");
      const std::uint64_t count = number_at(place);
      place += 8;
      if (count > (file_.size() - place) / width->second) refuse("is cut off.");
      table.emplace(width->first, StorageBytes{place, count * width->second});
      place += count * width->second;
    }
    return table;
  }

  const ByteSource& file_;
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_torch_legacy(std::string_view first_bytes) {
  return first_bytes.starts_with('\x80') && first_bytes.substr(0, kMagicReach).find(kMagic) != std::string_view::npos;
}

TorchArchive read_torch_legacy(const ByteSource& file) {
  return LegacyReader(file).read();
}

}  // namespace tstitch
