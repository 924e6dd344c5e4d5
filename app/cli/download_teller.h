#pragma once

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>

#include <unistd.h>

#include "app/cli/event_json.h"
#include "core/base/text.h"
#include "core/hub/fetch.h"

namespace tstitch::cli {

/// Tells of downloads: on a terminal in one line that is written over, else a line a file; as events with --json.
class DownloadTeller {
 public:
  explicit DownloadTeller(bool json) : json_(json), terminal_(::isatty(STDERR_FILENO) == 1) {}

  void tell(const FetchProgress& progress) {
    const bool is_edge = progress.bytes == 0 || progress.bytes == progress.of;
    const auto now = std::chrono::steady_clock::now();
    if (!is_edge && now - last_ < std::chrono::milliseconds(250)) return;
    last_ = now;
    if (json_) {
      print_line({{"event", "download"},
                  {"repository", progress.repository},
                  {"path", progress.path},
                  {"bytes", progress.bytes},
                  {"of", progress.of}});
    } else if (terminal_) {
      std::cerr << "\r\x1b[K" << name_of(progress) << "  " << progress.bytes / kMegabyte << " of "
                << progress.of / kMegabyte << " MB" << (progress.bytes == progress.of ? "\n" : "") << std::flush;
    } else if (progress.bytes == 0) {
      std::cerr << name_of(progress) << "  " << progress.of / kMegabyte << " MB\n";
    }
  }

 private:
  static constexpr std::int64_t kMegabyte = 1'000'000;
  static std::string name_of(const FetchProgress& progress) { return concat(progress.repository, "/", progress.path); }

  bool json_;
  bool terminal_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace tstitch::cli
