#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tstitch::test {

/// A folder of one test, empty at its start and gone at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    path_ = std::filesystem::path(testing::TempDir()) / ("tstitch-" + name_of_test());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file, its folders included, and returns its path.
  std::filesystem::path write(const std::filesystem::path& inner, const std::string& text) const {
    const std::filesystem::path file = path_ / inner;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  /// A process of Qt tests has no test of GoogleTest's.
  static std::string name_of_test() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    if (test == nullptr) return std::to_string(getpid());
    return std::string(test->test_suite_name()) + "-" + test->name();
  }

  std::filesystem::path path_;
};

}  // namespace tstitch::test
