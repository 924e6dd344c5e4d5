#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/hub/hub_settings.h"
#include "core/models/repository_manifest.h"

namespace tstitch {

/// How far a fetch has come.
struct FetchProgress {
  std::string repository;  ///< `org/name`
  std::string path;
  std::int64_t bytes = 0;      ///< of this file that are here
  std::int64_t of = 0;         ///< its size; 0 where the hub does not tell it
  std::int64_t all_bytes = 0;  ///< of all files that are here
  std::int64_t all_of = 0;     ///< of all files; 0 where the hub does not tell each
};
using FetchSink = std::function<void(const FetchProgress&)>;

/// What a fetch brought, or found here.
struct FetchReport {
  struct File {
    std::string repository;
    std::string path;
    std::string commit;
    std::string hash;
    std::int64_t bytes = 0;
  };
  std::vector<File> files;
};

/// Brings repositories to the hub's cache: asks for every file first (each repository at one commit, hashes compared
/// with the manifest's), sees that the disk has room for all, downloads (download.h), then links them into the commit's
/// snapshot and points the revision at it. Of a file with several names the first that the hub has is taken. Every
/// repository must be of the hub.
/// Throws BadInput with one clear sentence, Interrupted when asked to stop; what is here then stays for the next time.
FetchReport fetch_repositories(const std::vector<RepositoryEntry>& entries, const HubSettings& settings,
                               const std::stop_token& stop, const FetchSink& sink);

}  // namespace tstitch
