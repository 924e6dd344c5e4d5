#include "core/hub/fetch.h"

#include <map>
#include <system_error>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/hub/download.h"
#include "core/hub/folders.h"
#include "core/image/atomic_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// A repository whose files are known: all of one commit.
struct Described {
  CachedRepository place;
  std::string revision;
  std::vector<HubFile> files;
};

HubFile describe_any(HttpClient& client, const RepositoryEntry& entry, const std::string& revision,
                     const RepositoryFile& file, const std::stop_token& stop) {
  for (const std::string& name : file.names) {
    std::optional<HubFile> found = describe_file(client, entry.hub, revision, name, stop);
    if (!found) continue;
    const bool is_first = name == file.names.front();
    const bool is_known = is_first && !file.sha256.empty();
    if (is_known && found->hash != ContentHash{ContentHash::Kind::Sha256, file.sha256}) {
      throw BadInput(concat("the hub's file has the ", found->hash.kind_name(), " ", found->hash.hex,
                            ", the manifest promises the SHA-256 ", file.sha256, "."),
                     concat(entry.hub, "/", name), "The repository was changed since the manifest was written.");
    }
    if (is_first && !found->bytes) found->bytes = file.bytes;
    return *found;
  }
  throw BadInput("the repository has no such file.", concat(entry.hub, "/", join(file.names, " or ")));
}

/// The first file's commit is that of all others, also when the repository changes meanwhile.
Described describe(HttpClient& client, const RepositoryEntry& entry, const std::stop_token& stop) {
  TSTITCH_CHECK(!entry.hub.empty(), entry.name);
  Described described{CachedRepository(client.settings().cache, entry.hub), entry.revision, {}};
  std::string revision = entry.revision;
  for (const RepositoryFile& file : entry.files) {
    described.files.push_back(describe_any(client, entry, revision, file, stop));
    revision = described.files.front().commit;
  }
  return described;
}

/// 15 EiB where it is more: a hub may say any size.
std::uintmax_t missing_bytes(const std::vector<Described>& repositories) {
  constexpr std::uintmax_t kMost = std::uintmax_t{15} << 60U;
  std::map<fs::path, std::int64_t> missing;  // a file that several manifests name is fetched once
  for (const Described& repository : repositories) {
    for (const HubFile& file : repository.files) {
      const fs::path blob = repository.place.blobs() / file.hash.hex;
      const std::int64_t wanted = file.bytes.value_or(0);
      if (wanted > 0 && size_of(blob) == wanted) continue;
      missing[blob] = std::max<std::int64_t>(0, wanted - size_of(fs::path(blob) += ".part"));
    }
  }
  std::uintmax_t sum = 0;
  for (const auto& [blob, wanted] : missing) {
    const auto bytes = static_cast<std::uintmax_t>(wanted);
    sum = bytes < kMost - sum ? sum + bytes : kMost;
  }
  return sum;
}

/// snapshots/<commit>/<path> -> ../../blobs/<hash>, in one step also where something lies there.
void link_file(const Described& repository, const HubFile& file) {
  const fs::path link = repository.place.snapshot(file.commit) / file.path;
  const fs::path blob = repository.place.blobs() / file.hash.hex;
  make_folder(link.parent_path());
  std::error_code error;
  if (fs::equivalent(link, blob, error)) return;
  const fs::path fresh = fs::path(link) += ".part";
  fs::remove(fresh, error);
  fs::create_symlink(fs::proximate(blob, link.parent_path()), fresh, error);
  if (!error) fs::rename(fresh, link, error);
  if (error) throw BadInput(concat("the link cannot be made: ", error.message(), "."), link.string());
}

void point_at(const Described& repository) {
  const fs::path reference = repository.place.reference(repository.revision);
  make_folder(reference.parent_path());
  replace_file(reference, repository.files.front().commit);
}

/// Tells how far the whole fetch is, file by file.
class Teller {
 public:
  Teller(const std::vector<Described>& repositories, const FetchSink& sink) : sink_(sink) {
    bool known = true;
    for (const Described& repository : repositories) {
      for (const HubFile& file : repository.files) {
        known &= file.bytes.has_value();
        all_of_ += file.bytes.value_or(0);
      }
    }
    if (!known) all_of_ = 0;
  }

  void tell(const HubFile& file, std::int64_t bytes) const {
    if (sink_) sink_({file.repository, file.path, bytes, file.bytes.value_or(0), before_ + bytes, all_of_});
  }
  void done(std::int64_t bytes) { before_ += bytes; }

 private:
  const FetchSink& sink_;
  std::int64_t before_ = 0;
  std::int64_t all_of_ = 0;
};

void bring(HttpClient& client, const Described& repository, const std::stop_token& stop, Teller& teller,
           FetchReport& report) {
  const fs::path blobs = repository.place.blobs();
  make_folder(blobs);
  for (const HubFile& file : repository.files) {
    teller.tell(file, 0);
    download_file(client, file, blobs, stop, [&](std::int64_t bytes) { teller.tell(file, bytes); });
    link_file(repository, file);
    const std::int64_t bytes = size_of(blobs / file.hash.hex);
    teller.tell(file, bytes);
    teller.done(bytes);
    report.files.push_back({file.repository, file.path, file.commit, file.hash.hex, bytes});
  }
  point_at(repository);
}

}  // namespace

FetchReport fetch_repositories(const std::vector<RepositoryEntry>& entries, const HubSettings& settings,
                               const std::stop_token& stop, const FetchSink& sink) {
  HttpClient client(settings);
  make_folder(settings.cache);
  std::vector<Described> repositories;
  repositories.reserve(entries.size());
  for (const RepositoryEntry& entry : entries) repositories.push_back(describe(client, entry, stop));
  require_room(settings.cache, missing_bytes(repositories), "the downloads",
               "Make room, or set HF_HUB_CACHE to a larger disk.");
  FetchReport report;
  Teller teller(repositories, sink);
  for (const Described& repository : repositories) bring(client, repository, stop, teller, report);
  return report;
}

}  // namespace tstitch
