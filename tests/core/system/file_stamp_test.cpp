#include "core/system/file_stamp.h"

#include <chrono>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class FileStamps : public ::testing::Test {
 protected:
  [[nodiscard]] FileStamp now() const { return stamp_at(file_).value(); }

  test::TemporaryFolder folder_;
  fs::path file_ = folder_.write("part/weights", "abc");
};

TEST_F(FileStamps, areThoseOfTheOpenFileAndOfItsPath) {
  const int descriptor = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(stamp_of(descriptor, file_), now());
  fs::rename(folder_.write("new", "xyz"), file_);
  EXPECT_NE(stamp_of(descriptor, file_), now()) << "another file has the name now";
  ::close(descriptor);
  EXPECT_EQ(stamp_of(-1, file_), std::nullopt);
}

TEST_F(FileStamps, differAfterEveryKindOfReplacement) {
  FileStamp before = now();
  folder_.write("part/weights", "xyz");
  fs::last_write_time(file_, fs::last_write_time(file_) + std::chrono::nanoseconds(1000));
  EXPECT_NE(now(), before) << "written over in the same second, of the same size";
  before = now();
  folder_.write("part/weights", "longer");
  EXPECT_NE(now(), before);
  before = now();
  const fs::path other = folder_.write("other", "longer");
  fs::last_write_time(other, fs::last_write_time(file_));
  fs::rename(other, file_);
  EXPECT_NE(now().inode, before.inode);
  EXPECT_NE(now(), before) << "of the same size and time";
}

TEST_F(FileStamps, followLinks) {
  const fs::path link = folder_.path() / "link";
  fs::create_symlink("part/weights", link);
  const FileStamp before = stamp_at(link).value();
  EXPECT_EQ(before.path, link);
  EXPECT_EQ(before.inode, now().inode);
  folder_.write("part/second", "abc");
  fs::remove(link);
  fs::create_symlink("part/second", link);
  EXPECT_NE(stamp_at(link), before);
}

TEST_F(FileStamps, areOfRegularFilesOnly) {
  EXPECT_EQ(stamp_at(folder_.path()), std::nullopt);
  EXPECT_EQ(stamp_at(folder_.path() / "missing"), std::nullopt);
}

TEST_F(FileStamps, ofAPlaceAreThoseOfAllItsFiles) {
  const fs::path part = folder_.path() / "part";
  EXPECT_EQ(place_stamp(file_), text_of(now()));
  const std::string before = place_stamp(part);
  EXPECT_EQ(place_stamp(part), before);
  folder_.write("part/config.json", "{}");
  const std::string with_config = place_stamp(part);
  EXPECT_NE(with_config, before);
  folder_.write("part/config.json", "{ }");
  EXPECT_NE(place_stamp(part), with_config);
  EXPECT_EQ(place_stamp(folder_.path() / "missing"), "");
}

}  // namespace
}  // namespace tstitch
