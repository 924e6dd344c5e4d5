#include "core/formats/safetensors_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/formats/safetensors_writer.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class SafetensorsFileTest : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& bytes) const {
    const fs::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  static std::string refusal(const fs::path& path) {
    try {
      const SafetensorsFile file(path, "label");
    } catch (const BadInput& error) {
      EXPECT_EQ(error.where(), "label");
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

TEST_F(SafetensorsFileTest, readsPiecesOfTheData) {
  const fs::path path = write(
      "a.safetensors", test::safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "wxyz"));
  const SafetensorsFile file(path, "label");
  std::string piece(2, ' ');
  file.read(1, piece.data(), piece.size());
  EXPECT_EQ(piece, "xy");
}

TEST_F(SafetensorsFileTest, refusesWhatIsNoFile) {
  EXPECT_THAT(refusal(folder_.path() / "absent"), testing::HasSubstr("No such file"));
  EXPECT_THAT(refusal(folder_.path()), testing::HasSubstr("no regular file"));
}

TEST_F(SafetensorsFileTest, refusesEveryTruncation) {
  const std::string whole = test::safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "wxyz");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(refusal(write("cut.safetensors", whole.substr(0, size))), "accepted") << size;
  }
}

TEST_F(SafetensorsFileTest, aFileShortenedAfterOpeningIsASentence) {
  const fs::path path = write(
      "a.safetensors", test::safetensors_bytes(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", "wxyz"));
  const SafetensorsFile file(path, "label");
  fs::resize_file(path, fs::file_size(path) - 2);
  std::string data(4, ' ');
  try {
    file.read(0, data.data(), data.size());
    FAIL() << "a shortened file was read";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("shortened"));
  }
}

TEST_F(SafetensorsFileTest, readsWhatTheWriterWrote) {
  const std::vector<float> floats{1.0F, 2.0F, 3.0F};
  const std::vector<std::uint8_t> bytes{7, 8};
  const fs::path path = folder_.path() / "out.safetensors";
  write_safetensors(
      path,
      {{"bytes", SafetensorsType::U8, {2}, bytes.data()}, {"floats", SafetensorsType::F32, {3, 1}, floats.data()}},
      {{"format", "pt"}});
  const SafetensorsFile file(path, "label");
  EXPECT_EQ(file.header().data_start % 8, 0U);
  EXPECT_EQ(file.header().metadata.at("format"), "pt");
  EXPECT_EQ(file.header().tensors.at("floats").begin, 0U);
  EXPECT_EQ(file.header().tensors.at("bytes").begin, 12U);
  std::vector<float> read(3);
  file.read(0, read.data(), 12);
  EXPECT_EQ(read, floats);
}

TEST_F(SafetensorsFileTest, writingReplacesAWholeFileAndLeavesNoOther) {
  const float value = 1.0F;
  const fs::path path = write("out.safetensors", "old");
  write_safetensors(path, {{"a", SafetensorsType::F32, {}, &value}});
  EXPECT_EQ(refusal(path), "accepted");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(SafetensorsFileTest, anUnwritablePlaceIsNamedAndKeepsNothing) {
  const fs::path path = folder_.path() / "absent" / "out.safetensors";
  try {
    write_safetensors(path, {});
    FAIL() << "wrote into a folder that is not there";
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), path.string());
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

}  // namespace
}  // namespace tstitch
