#pragma once

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>

#include "core/base/image.h"
#include "core/system/file_stamp.h"

namespace tstitch {

/// Pictures as they lie on disk, decoded once for all plans and runs that name them. Those used last are kept, of
/// bounded size together; of others only what a run still holds. Any thread.
class PictureShelf {
 public:
  struct Read {
    std::shared_ptr<const Image> image;
    FileStamp file;  ///< taken before it was read
  };

  explicit PictureShelf(std::size_t most_bytes = std::size_t{128} << 20U) : most_bytes_(most_bytes) {}

  /// Throws BadInput for what cannot be read, or is changed meanwhile.
  Read read(const std::filesystem::path& place);
  void clear();

 private:
  struct Entry {
    FileStamp file;
    std::shared_ptr<const Image> kept;  ///< null where only others hold it
    std::weak_ptr<const Image> image;
  };
  std::shared_ptr<const Image> known(const FileStamp& file);
  void keep(const Read& read);

  std::size_t most_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< used last first
};

}  // namespace tstitch
