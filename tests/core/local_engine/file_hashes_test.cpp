#include "core/local_engine/file_hashes.h"

#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

constexpr const char* kHashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class FileHashesTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.write("abc", "abc");
};

TEST_F(FileHashesTest, findsAFileByItsHashAlsoInALaterProgram) {
  EXPECT_EQ(FileHashes(folder_.path() / "cache").find(kHashOfAbc), std::nullopt);
  EXPECT_EQ(FileHashes(folder_.path() / "cache").of(file_), kHashOfAbc);
  EXPECT_EQ(FileHashes(folder_.path() / "cache").find(kHashOfAbc), file_);
}

TEST_F(FileHashesTest, forgetsAFileThatChanged) {
  FileHashes hashes(folder_.path() / "cache");
  EXPECT_EQ(hashes.of(file_), kHashOfAbc);
  folder_.write("abc", "abcd");
  EXPECT_EQ(hashes.find(kHashOfAbc), std::nullopt);
  EXPECT_NE(hashes.of(file_), kHashOfAbc);
}

TEST_F(FileHashesTest, takesTheRememberedHashOfAnUnchangedFile) {
  FileHashes(folder_.path() / "cache").of(file_);
  const auto changed = std::filesystem::last_write_time(file_);
  folder_.write("abc", "xyz");
  std::filesystem::last_write_time(file_, changed);
  EXPECT_EQ(FileHashes(folder_.path() / "cache").of(file_), kHashOfAbc);
}

TEST_F(FileHashesTest, worksWithADamagedCacheAndRefusesAMissingFile) {
  folder_.write("cache/hashes.json", "{\"/x\": 1, ");
  FileHashes hashes(folder_.path() / "cache");
  EXPECT_EQ(hashes.of(file_), kHashOfAbc);
  EXPECT_THROW(hashes.of(folder_.path() / "missing"), BadInput);
}

TEST_F(FileHashesTest, passesOverEntriesOfAnotherKind) {
  folder_.write("cache/hashes.json", R"({"/x": {"sha256": 7, "size": "big", "changed": null}})");
  FileHashes hashes(folder_.path() / "cache");
  EXPECT_EQ(hashes.of(file_), kHashOfAbc);
}

TEST_F(FileHashesTest, claimsOnlyBytesThatWereRead) {
  FileHashes hashes(folder_.path() / "cache");
  const FileStamp read = stamp_at(file_).value();
  folder_.write("abc", "abcd");
  EXPECT_THROW(hashes.of(read), BadInput) << "nobody knows what the first bytes were";
  const FileStamp second = stamp_at(file_).value();
  const std::string hash = hashes.of(second);
  folder_.write("abc", "abcde");
  EXPECT_EQ(hashes.of(second), hash) << "known before the file was replaced";
}

TEST_F(FileHashesTest, findsAFileThatWasOnlyTouched) {
  FileHashes hashes(folder_.path() / "cache");
  hashes.of(file_);
  std::filesystem::last_write_time(file_, std::filesystem::last_write_time(file_) + std::chrono::hours(1));
  EXPECT_EQ(hashes.find(kHashOfAbc), file_);
}

TEST_F(FileHashesTest, keepsWhatAnotherProgramFoundOut) {
  FileHashes one(folder_.path() / "cache"), other(folder_.path() / "cache");
  const auto second = folder_.write("second", "second");
  one.of(file_);
  other.of(second);
  FileHashes later(folder_.path() / "cache");
  EXPECT_EQ(later.find(kHashOfAbc), file_);
  EXPECT_EQ(later.find(other.of(second)), second);
}

TEST_F(FileHashesTest, mayBeAskedByManyThreads) {
  FileHashes hashes(folder_.path() / "cache");
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 8; ++i) files.push_back(folder_.write(std::to_string(i), std::to_string(i)));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (const auto& file : files) EXPECT_EQ(hashes.of(file), hashes.of(file));
      });
    }
  }
  for (const auto& file : files) EXPECT_EQ(FileHashes(folder_.path() / "cache").find(hashes.of(file)), file);
}

TEST_F(FileHashesTest, hearsAStop) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(FileHashes(folder_.path() / "cache").of(file_, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
