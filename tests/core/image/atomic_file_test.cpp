#include "core/image/atomic_file.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public ::testing::Test {
 protected:
  AtomicFile() : folder_(fs::temp_directory_path() / concat("tstitch-atomic-", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~AtomicFile() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST_F(AtomicFile, WritesANewFileAndNothingElse) {
  const std::string bytes(100'000, 'x');
  EXPECT_EQ(write_new_file(folder_ / "a.png", bytes), NewFile::Written);
  EXPECT_EQ(content(folder_ / "a.png"), bytes);
  EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, LeavesATakenNameAlone) {
  (void)write_new_file(folder_ / "a.png", "first");
  EXPECT_EQ(write_new_file(folder_ / "a.png", "second"), NewFile::NameTaken);
  EXPECT_EQ(content(folder_ / "a.png"), "first");
  EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, DoesNotFollowALinkThatLiesThere) {
  fs::create_symlink(folder_ / "elsewhere", folder_ / "a.png");
  EXPECT_EQ(write_new_file(folder_ / "a.png", "x"), NewFile::NameTaken);
  EXPECT_FALSE(fs::exists(folder_ / "elsewhere"));
}

TEST_F(AtomicFile, LetsOneOfManyWritersHaveTheName) {
  std::atomic<int> winners{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      if (write_new_file(folder_ / "a.png", std::string(1000, static_cast<char>('a' + i))) == NewFile::Written)
        ++winners;
    });
  }
  threads.clear();
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, ReplacesInOneStep) {
  replace_file(folder_ / "grid.json", "one");
  replace_file(folder_ / "grid.json", "two");
  EXPECT_EQ(content(folder_ / "grid.json"), "two");
  EXPECT_EQ(files(), 1);
}

TEST_F(AtomicFile, NamesAFolderThatIsMissing) {
  try {
    (void)write_new_file(folder_ / "none" / "a.png", "x");
    FAIL();
  } catch (const BadInput& problem) {
    EXPECT_EQ(problem.where(), (folder_ / "none" / "a.png").string());
    EXPECT_NE(std::string(problem.what()).find("No such file or directory"), std::string::npos);
  }
  EXPECT_THROW(replace_file(folder_, "x"), BadInput) << "a folder cannot be replaced by a file";
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace tstitch
