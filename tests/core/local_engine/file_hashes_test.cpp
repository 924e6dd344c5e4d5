#include "core/local_engine/file_hashes.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
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

}  // namespace
}  // namespace tstitch
