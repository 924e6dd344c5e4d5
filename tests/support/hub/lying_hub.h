#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/hub/loopback.h"

namespace tstitch::test {

/// What the hub was asked.
struct Asked {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  ///< names in lower case

  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] bool is_get() const { return method == "GET"; }
};

/// What it answers. `Content-Length` is that of the body unless `length` says otherwise.
struct Answer {
  int status = 200;
  std::map<std::string, std::string> headers{};  ///< names as they are sent
  std::string body{};
  std::optional<std::string> length{};      ///< another Content-Length; empty = none at all
  std::optional<std::size_t> drop_after{};  ///< bytes of the body, then the connection is cut
  bool stall = false;                       ///< nothing more after them, the connection stays open
};

/// A hub on this machine's loopback that serves files as the real one does (HEAD and GET of org/name/resolve/...,
/// commits, hashes as ETags, ranges) except where a script has it lie. One connection at a time.
class LyingHub {
 public:
  /// Looks at each question, whose number (from 0, GETs and HEADs counted apart) it is told; none = the honest answer.
  using Script = std::function<std::optional<Answer>(const Asked& asked, int number)>;

  explicit LyingHub(Script script = {});
  ~LyingHub();
  LyingHub(const LyingHub&) = delete;
  LyingHub& operator=(const LyingHub&) = delete;

  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] static const std::string& commit();

  /// Large files have a SHA-256 as their hash, small ones git's.
  void put_large(const std::string& repository, const std::string& path, const std::string& bytes);
  void put_small(const std::string& repository, const std::string& path, const std::string& bytes);

  /// What an honest hub answers; scripts change it.
  [[nodiscard]] Answer honest(const Asked& asked) const;

  [[nodiscard]] std::vector<Asked> asked() const;
  [[nodiscard]] std::vector<Asked> gets() const;

 private:
  struct File {
    std::string bytes, hash;
  };
  void serve();
  void talk(int connection);
  void send_answer(int connection, const Asked& asked, const Answer& answer) const;

  Script script_;
  std::map<std::string, File> files_;  ///< by "repository/path"
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  Listener listener_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

std::string git_blob_hash(const std::string& bytes);

}  // namespace tstitch::test
