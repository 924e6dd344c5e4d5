#include "core/local_engine/picture_shelf.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/image/image_file.h"

namespace tstitch {

PictureShelf::Read PictureShelf::read(const std::filesystem::path& place) {
  const auto before = stamp_at(place);
  if (before) {
    if (const auto image = known(*before)) return {image, *before};
  }
  Read read{std::make_shared<const Image>(read_picture(place).image), before.value_or(FileStamp{})};
  if (stamp_at(place) != before) throw BadInput("was changed while it was read.", place.string(), "Run again.");
  keep(read);
  return read;
}

void PictureShelf::clear() {
  const std::scoped_lock lock(mutex_);
  for (Entry& entry : entries_) entry.kept.reset();
}

std::shared_ptr<const Image> PictureShelf::known(const FileStamp& file) {
  const std::scoped_lock lock(mutex_);
  const auto entry =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& other) { return other.file == file; });
  if (entry == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->image.lock();
}

void PictureShelf::keep(const Read& read) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry.file.path == read.file.path; });
  entries_.push_front({read.file, read.image, read.image});
  std::size_t bytes = 0;
  for (Entry& entry : entries_) {
    bytes += entry.kept ? entry.kept->rgb.size() : 0;
    if (bytes > most_bytes_) entry.kept.reset();
  }
  std::erase_if(entries_, [](const Entry& entry) { return entry.image.expired(); });
}

}  // namespace tstitch
