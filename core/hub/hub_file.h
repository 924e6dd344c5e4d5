#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "core/hub/content_hash.h"
#include "core/hub/http_client.h"

namespace tstitch {

/// One file of a repository as the hub describes it.
struct HubFile {
  std::string repository;  ///< `org/name`
  std::string path;        ///< inside it
  std::string commit;      ///< 40 hex digits
  ContentHash hash;
  std::optional<std::int64_t> bytes;
  std::optional<Address> address = {};  ///< where it lies; none: where a hub has it, by the fields above
};

/// Where a file of a repository is asked for: endpoint/org/name/resolve/revision/path.
Address file_address(const Address& endpoint, const std::string& repository, const std::string& revision,
                     const std::string& path);

/// Asks what a file is without fetching it; none when the repository has no such file. A busy or broken hub is asked
/// again. Throws BadInput with one clear sentence for everything else: no access, no such repository or revision, an
/// answer without commit or hash.
std::optional<HubFile> describe_file(HttpClient& client, const std::string& repository, const std::string& revision,
                                     const std::string& path, const std::stop_token& stop);

/// Throws BadInput that says in one sentence what an answer of that status means and what can be done.
[[noreturn]] void refuse_status(const HttpResponse& response, const std::string& repository, const std::string& path,
                                bool has_token);

/// Counts the tries of one file: after an answer that a further try may better it waits (a hub that names a time is
/// given it); too many in a row without progress are refused.
class Tries {
 public:
  Tries(const HubSettings& settings, std::string where) : settings_(settings), where_(std::move(where)) {}

  /// True for what passes: broken transfers, 408, 429, 5xx.
  static bool may_pass(const HttpResponse& response);

  /// Throws BadInput when it was the last try, or when the hub asks for more patience than is sensible.
  void wait(const HttpResponse& response, bool progress, const std::stop_token& stop);

 private:
  static constexpr int kMostWithoutProgress = 5;
  static constexpr int kMost = 200;

  const HubSettings& settings_;
  std::string where_;
  int without_progress_ = 0;
  int all_ = 0;
};

}  // namespace tstitch
