#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/system/file_stamp.h"

namespace tstitch::wire {

struct ParcelFile {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;
};

/// A file that only the asking side has, with those beside it that belong to it.
struct Parcel {
  std::vector<std::string> folders;  ///< the last ones that it lies in, outermost first: what a model is called by
  std::vector<ParcelFile> files;     ///< the file itself first

  /// By names and contents: equal keys, equal parcels. Lower-case hex.
  [[nodiscard]] std::string key() const;
};

struct PieceBytes {
  std::string bytes;
};
inline constexpr std::size_t kParcelPieceBytes = std::size_t{4} << 20U;

/// The parcel of a file and of what lies beside it under these names. Throws BadInput for a file that cannot be read.
Parcel packed(const std::filesystem::path& file, const std::vector<std::string>& companions);

/// Where an engine keeps the files that it was sent: a folder of bounded size, from which those go first that were not
/// used for the longest time. For any thread.
class ParcelShelf {
 public:
  /// The folder is made when needed.
  ParcelShelf(std::filesystem::path folder, std::uint64_t most_bytes);
  ~ParcelShelf();
  ParcelShelf(const ParcelShelf&) = delete;
  ParcelShelf& operator=(const ParcelShelf&) = delete;

  /// Where the parcel's first file lies, if it is here.
  std::optional<std::filesystem::path> find(const Parcel& parcel);

  /// Adds bytes to one of its files, which ends at `offset`; at 0 it begins anew. Throws BadInput for a parcel that is
  /// none, more bytes than it is said to have, and what cannot be written.
  void add(const Parcel& parcel, std::uint64_t file, std::uint64_t offset, std::string_view bytes);

  /// Where its first file lies, now that it has come. Throws BadInput unless sizes and hashes are as they were said.
  std::filesystem::path finish(const Parcel& parcel);

 private:
  [[nodiscard]] std::filesystem::path unfinished(const Parcel& parcel) const;
  void use(const std::string& key);
  void make_room(std::uint64_t bytes);

  std::filesystem::path folder_;
  std::uint64_t most_bytes_;
  std::string mark_;  ///< of this one's unfinished parcels
  std::mutex mutex_;
  std::set<std::string> used_;  ///< in this session: they stay
};

}  // namespace tstitch::wire
