#include "core/formats/safetensors_file.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
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
  EXPECT_THAT(refusal(folder_.path() / "absent"), testing::HasSubstr("is missing"));
  EXPECT_THAT(refusal(folder_.path()), testing::HasSubstr("is a folder, not a file"));
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

}  // namespace
}  // namespace tstitch
