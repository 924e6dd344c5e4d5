#include "core/engine/wire/parcel.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "core/system/current_folder.h"

namespace tstitch::wire {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kUnfinished = ".part";
constexpr std::size_t kFolders = 3;
constexpr std::size_t kMostFiles = 16;

bool is_plain_name(const std::string& name) {
  constexpr std::size_t kLongest = 255;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.find('/') == std::string::npos && name.find('\0') == std::string::npos;
}

/// Throws BadInput for names that lead out of its folder.
void require_parcel(const Parcel& parcel) {
  bool is_one = !parcel.files.empty() && parcel.files.size() <= kMostFiles && parcel.folders.size() <= kFolders;
  for (const std::string& name : parcel.folders) is_one &= is_plain_name(name);
  for (const ParcelFile& file : parcel.files) is_one &= is_plain_name(file.name);
  if (!is_one) throw BadInput("is no parcel of files.", "parcel");
}

std::uint64_t bytes_of(const Parcel& parcel) {
  std::uint64_t bytes = 0;
  for (const ParcelFile& file : parcel.files) {
    if (__builtin_add_overflow(bytes, file.size, &bytes)) throw BadInput("is larger than any disk.", "parcel");
  }
  return bytes;
}

fs::path inner_folder(const Parcel& parcel) {
  fs::path folder;
  for (const std::string& name : parcel.folders) folder /= name;
  return folder;
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (fs::recursive_directory_iterator entry(folder, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    std::error_code gone;
    if (entry->is_regular_file(gone)) bytes += entry->file_size(gone);
  }
  return bytes;
}

std::string random_mark() {
  std::random_device random;
  return concat(".", random(), kUnfinished);
}

bool is_old(const fs::path& folder) {
  std::error_code problem;
  const auto changed = fs::last_write_time(folder, problem);
  return !problem && fs::file_time_type::clock::now() - changed > std::chrono::hours(24);
}

}  // namespace

std::string Parcel::key() const {
  std::string text;
  for (const std::string& folder : folders) text += concat(folder, '\0');
  for (const ParcelFile& file : files) text += concat('\0', file.name, '\0', file.size, '\0', file.sha256);
  return sha256_of(text);
}

Parcel packed(const fs::path& file, const std::vector<std::string>& companions) {
  const fs::path place = absolute_path(file).lexically_normal();
  Parcel parcel;
  for (const fs::path& part : place.parent_path().relative_path()) parcel.folders.push_back(part.string());
  if (parcel.folders.size() > kFolders) {
    parcel.folders.erase(parcel.folders.begin(), parcel.folders.end() - std::ptrdiff_t{kFolders});
  }
  const auto add = [&parcel](const fs::path& path) {
    const HashedFile hashed = hashed_file(path);
    parcel.files.push_back({path.filename().string(), hashed.stamp.size, hashed.sha256});
  };
  add(place);
  for (const std::string& name : companions) {
    const fs::path beside = place.parent_path() / name;
    if (stamp_at(beside)) add(beside);
  }
  return parcel;
}

ParcelShelf::ParcelShelf(fs::path folder, std::uint64_t most_bytes)
    : folder_(std::move(folder)), most_bytes_(most_bytes), mark_(random_mark()) {
  std::error_code problem;
  std::vector<fs::path> left;
  for (fs::directory_iterator entry(folder_, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (entry->path().extension() == kUnfinished && is_old(entry->path())) left.push_back(entry->path());
  }
  for (const fs::path& path : left) fs::remove_all(path, problem);
}

ParcelShelf::~ParcelShelf() {
  std::error_code problem;
  std::vector<fs::path> ours;
  for (fs::directory_iterator entry(folder_, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (entry->path().filename().string().ends_with(mark_)) ours.push_back(entry->path());
  }
  for (const fs::path& path : ours) fs::remove_all(path, problem);
}

fs::path ParcelShelf::unfinished(const Parcel& parcel) const {
  return folder_ / (parcel.key() + mark_);
}

void ParcelShelf::use(const std::string& key) {
  used_.insert(key);
  std::error_code ignored;
  fs::last_write_time(folder_ / key, fs::file_time_type::clock::now(), ignored);
}

std::optional<fs::path> ParcelShelf::find(const Parcel& parcel) {
  require_parcel(parcel);
  const std::lock_guard lock(mutex_);
  const std::string key = parcel.key();
  const fs::path place = folder_ / key / inner_folder(parcel);
  for (const ParcelFile& file : parcel.files) {
    const auto found = stamp_at(place / file.name);
    if (!found || found->size != file.size) return std::nullopt;
  }
  use(key);
  return place / parcel.files.front().name;
}

void ParcelShelf::add(const Parcel& parcel, std::uint64_t file, std::uint64_t offset, std::string_view bytes) {
  require_parcel(parcel);
  if (file >= parcel.files.size()) throw BadInput("has no such file.", "parcel");
  const std::lock_guard lock(mutex_);
  const fs::path place = unfinished(parcel) / inner_folder(parcel);
  std::error_code problem;
  if (!fs::exists(place, problem)) {
    make_room(bytes_of(parcel));
    fs::create_directories(place, problem);
    if (problem) throw BadInput(concat("cannot be made: ", problem.message(), "."), place.string());
  }
  const ParcelFile& told = parcel.files[static_cast<std::size_t>(file)];
  const fs::path path = place / told.name;
  const auto there = stamp_at(path);
  if (offset != 0 && (!there || there->size != offset)) throw BadInput("does not go on there.", path.string());
  if (offset > told.size || bytes.size() > told.size - offset) {
    throw BadInput("is longer than it was said.", path.string());
  }
  std::ofstream out(path, std::ios::binary | (offset == 0 ? std::ios::trunc : std::ios::app));
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw BadInput("cannot be written.", path.string(), "Is the engine's disk full?");
}

fs::path ParcelShelf::finish(const Parcel& parcel) {
  require_parcel(parcel);
  const fs::path place = unfinished(parcel) / inner_folder(parcel);
  for (const ParcelFile& file : parcel.files) {
    const HashedFile hashed = hashed_file(place / file.name);
    if (hashed.stamp.size != file.size || hashed.sha256 != file.sha256) {
      throw BadInput("did not come as it was sent.", (place / file.name).string(), "Was it changed meanwhile?");
    }
  }
  {
    const std::lock_guard lock(mutex_);
    std::error_code problem;
    fs::rename(unfinished(parcel), folder_ / parcel.key(), problem);  // fails where another engine was faster
    fs::remove_all(unfinished(parcel), problem);
  }
  if (auto found = find(parcel)) return *found;
  throw BadInput("cannot be kept.", folder_.string());
}

void ParcelShelf::make_room(std::uint64_t bytes) {
  if (bytes > most_bytes_) {
    throw BadInput(concat("are ", bytes, " bytes; the engine takes ", most_bytes_, " at most."), "files to be sent");
  }
  struct Kept {
    fs::file_time_type used;
    fs::path path;
    std::uint64_t bytes;
  };
  std::vector<Kept> all;
  std::uint64_t together = bytes;
  std::error_code problem;
  for (fs::directory_iterator entry(folder_, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::error_code gone;
    all.push_back({fs::last_write_time(entry->path(), gone), entry->path(), bytes_in(entry->path())});
    together += all.back().bytes;
  }
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
  for (const Kept& kept : all) {
    if (together <= most_bytes_) return;
    if (kept.path.extension() == kUnfinished || used_.contains(kept.path.filename().string())) continue;
    fs::remove_all(kept.path, problem);
    together -= kept.bytes;
  }
  if (together > most_bytes_) {
    throw BadInput(concat("are, with those of this session, ", together, " bytes; the engine keeps ", most_bytes_, "."),
                   "files to be sent");
  }
}

}  // namespace tstitch::wire
