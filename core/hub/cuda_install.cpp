#include "core/hub/cuda_install.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/formats/zip_entry.h"
#include "core/hub/download.h"
#include "core/hub/folders.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kLockName = "lock";
constexpr const char* kDownloads = "downloads";

/// One program at a time changes the folder.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder)
      : file_(::open((folder / kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
    if (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    const int reason = errno;
    if (file_ >= 0) ::close(file_);
    if (reason == EWOULDBLOCK) {
      throw BadInput("another program is fetching or removing the CUDA libraries.", folder.string(),
                     "Wait until it is done.");
    }
    throw BadInput(concat("the folder cannot be written: ", std::generic_category().message(reason), "."),
                   folder.string());
  }
  ~FolderLock() { ::close(file_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

void require_room_for(const fs::path& folder, std::int64_t bytes) {
  require_room(folder, static_cast<std::uintmax_t>(std::max<std::int64_t>(0, bytes)), "the CUDA libraries",
               "Make room; what was fetched is kept.");
}

HubFile file_of(const CudaArchive& archive) {
  const std::optional<Address> address = parse_address(archive.address);
  if (!address) throw BadInput(concat("\"", archive.address, "\" is not an http or https address."), "CUDA libraries");
  return {address->host, archive.file_name(), {}, {ContentHash::Kind::Sha256, archive.sha256}, archive.bytes, address};
}

/// Of what the wheels hold: the libraries that do not ship with the program, and the licences.
std::optional<fs::path> place_of(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || name.ends_with('/')) return std::nullopt;
  const std::string top = name.substr(0, slash);
  const fs::path path(name);
  const std::string file = path.filename().string();
  if (top.ends_with(".dist-info")) {
    const bool is_licence = lower_case(name.substr(slash)).find("license") != std::string::npos;
    if (!is_licence) return std::nullopt;
    return fs::path("licences") / top.substr(0, top.find('-')) / file;
  }
  const bool is_library = file.starts_with("lib") && file.find(".so") != std::string::npos;
  if (!is_library || path.parent_path().filename() != "lib") return std::nullopt;
  if (top == "nvidia") return path;
  if (path.parent_path() != "torch/lib") return std::nullopt;
  for (const char* shipped : {"libtorch_cpu.", "libc10.", "libgomp", "libtorch_python.", "libshm"}) {
    if (file.starts_with(shipped)) return std::nullopt;
  }
  return path;
}

/// A new file, written piece by piece.
class NewLibrary {
 public:
  explicit NewLibrary(fs::path path)
      : path_(std::move(path)),
        file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644)) {
    if (file_ < 0) refuse("made");
  }
  ~NewLibrary() { ::close(file_); }
  NewLibrary(const NewLibrary&) = delete;
  NewLibrary& operator=(const NewLibrary&) = delete;

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) refuse("written");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush() {
    if (::fsync(file_) != 0) refuse("flushed");
  }

 private:
  [[noreturn]] void refuse(const char* what) const {
    throw BadInput(concat("the file cannot be ", what, ": ", std::generic_category().message(errno), "."),
                   path_.string(), errno == ENOSPC ? "Make room and fetch again: what was fetched is kept." : "");
  }

  fs::path path_;
  int file_;
};

/// An entry that is wanted, and its place below the folder.
using Wanted = std::pair<ZipDirectory::const_iterator, fs::path>;

/// Looks at every name before anything is written.
std::vector<Wanted> wanted_of(const ZipDirectory& entries, const std::string& archive) {
  std::vector<Wanted> wanted;
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    std::string_view inner = entry->first;
    if (inner.ends_with('/')) inner.remove_suffix(1);
    if (!is_inner_path(inner)) {
      throw BadInput(concat("holds ", in_quotes(inner), ", a name that may lead out of its folder."), archive);
    }
    if (auto place = place_of(entry->first)) wanted.emplace_back(entry, *std::move(place));
  }
  if (wanted.empty()) throw BadInput("holds none of the libraries.", archive);
  return wanted;
}

std::int64_t bytes_of(const std::vector<Wanted>& wanted) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62U;
  std::uint64_t bytes = 0;
  for (const Wanted& each : wanted) bytes = std::min(kMost, bytes + std::min(kMost, each.first->second.size));
  return static_cast<std::int64_t>(bytes);
}

void unpack(const fs::path& archive, const std::string& name, const fs::path& target, const std::stop_token& stop) {
  const FileBytes file(archive, name);
  ZipDirectory entries;
  std::vector<Wanted> wanted;
  try {
    entries = read_zip_directory(file, ZipEntries::Deflated);
    wanted = wanted_of(entries, name);
  } catch (const BadInput&) {
    std::error_code ignored;
    fs::remove(archive, ignored);
    throw;
  }
  require_room_for(target, bytes_of(wanted));
  for (const auto& [entry, place] : wanted) {
    make_folder((target / place).parent_path());
    NewLibrary library(target / place);
    unpack_zip_entry(
        file, entry->first, entry->second, [&](std::string_view piece) { library.append(piece); }, stop);
    library.flush();
  }
}

class Installation {
 public:
  Installation(const CudaRuntime& runtime, const fs::path& folder, HubSettings settings, const std::stop_token& stop,
               const FetchSink& sink)
      : runtime_(runtime), folder_(folder), settings_(std::move(settings)), stop_(stop), sink_(sink) {
    settings_.token.clear();
  }

  void run() {
    make_folder(downloads());
    std::int64_t missing = runtime_.unpacked_bytes;
    for (const CudaArchive& archive : runtime_.archives) {
      missing += archive.bytes - size_of(archive_of(archive)) - size_of(archive_of(archive) += ".part");
    }
    require_room_for(folder_, missing);
    for (const CudaArchive& archive : runtime_.archives) bring(archive);
    const fs::path staging = folder_ / (runtime_.name + ".unpacking");
    std::error_code error;
    fs::remove_all(staging, error);  // of a program that was killed
    unpack_all(staging);
    fs::rename(staging, folder_ / runtime_.name, error);
    if (error) throw BadInput(concat("the libraries cannot be put there: ", error.message(), "."), folder_.string());
    remove_all_but(runtime_.name);
  }

 private:
  [[nodiscard]] fs::path downloads() const { return folder_ / kDownloads; }
  [[nodiscard]] fs::path archive_of(const CudaArchive& archive) const { return downloads() / archive.sha256; }

  void remove_all_but(const std::string& name) const {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
      const fs::path found = entry.path().filename();
      if (found != name && found != kLockName) fs::remove_all(entry.path(), ignored);
    }
  }

  void bring(const CudaArchive& archive) {
    const HubFile file = file_of(archive);
    HubSettings settings = settings_;
    settings.endpoint = archive.address;
    HttpClient client(settings);
    const auto tell = [&](std::int64_t bytes) {
      if (sink_) {
        sink_({file.repository, file.path, bytes, archive.bytes, before_ + bytes, runtime_.download_bytes()});
      }
    };
    tell(0);
    download_file(client, file, downloads(), stop_, tell);
    tell(archive.bytes);
    before_ += archive.bytes;
  }

  void unpack_all(const fs::path& staging) const {
    make_folder(staging);
    try {
      for (const CudaArchive& archive : runtime_.archives) {
        unpack(archive_of(archive), archive.file_name(), staging, stop_);
      }
    } catch (...) {
      std::error_code ignored;
      fs::remove_all(staging, ignored);
      throw;
    }
  }

  const CudaRuntime& runtime_;
  const fs::path& folder_;
  HubSettings settings_;
  const std::stop_token& stop_;
  const FetchSink& sink_;
  std::int64_t before_ = 0;
};

}  // namespace

void install_cuda_runtime(const CudaRuntime& runtime, const fs::path& folder, HubSettings settings,
                          const std::stop_token& stop, const FetchSink& sink) {
  if (runtime.is_in(folder)) return;
  if (settings.offline) {
    throw BadInput("HF_HUB_OFFLINE is set, so nothing is fetched, and the CUDA libraries are not here.",
                   folder.string(), "Unset HF_HUB_OFFLINE.");
  }
  make_folder(folder);
  const FolderLock lock(folder);
  if (!runtime.is_in(folder)) Installation(runtime, folder, std::move(settings), stop, sink).run();
}

bool remove_cuda_runtime(const fs::path& folder) {
  if (!is_folder(folder)) return false;
  const FolderLock lock(folder);
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) throw BadInput(concat("the CUDA libraries cannot be removed: ", error.message(), "."), folder.string());
  return true;
}

}  // namespace tstitch
