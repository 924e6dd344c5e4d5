#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/hub/hub_settings.h"
#include "tests/support/hub/lying_hub.h"
#include "tests/support/temporary_folder.h"

namespace tstitch::test {

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A hub that does what a test's script says, and how its clients are set: they try again at once.
class HubTest : public testing::Test {
 protected:
  /// Whatever proxies this machine has, none stands between.
  HubTest() {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  }

  void lie(LyingHub::Script script) { script_ = std::move(script); }

  [[nodiscard]] HubSettings settings() const {
    HubSettings settings;
    settings.endpoint = hub_.address();
    settings.cache = folder_.path() / "hub";
    settings.pause = std::chrono::milliseconds(0);
    settings.stall = stall_;
    return settings;
  }

  /// What `act` refuses with, in one sentence; empty where it does not.
  template <class Act>
  static std::string sentence_of(Act act) {
    try {
      act();
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return {};
  }

  TemporaryFolder folder_;
  std::chrono::milliseconds stall_{5000};
  LyingHub::Script script_;
  LyingHub hub_{[this](const Asked& asked, int number) { return script_ ? script_(asked, number) : std::nullopt; }};
};

}  // namespace tstitch::test
