#include "core/models/known_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/model_index.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// One tensor of zeros.
std::string file_of(const std::string& name, int rows, int columns) {
  const int bytes = rows * columns * 4;
  return test::safetensors_bytes(
      concat("{\"", name, R"(":{"dtype":"F32","shape":[)", rows, ",", columns, R"(],"data_offsets":[0,)", bytes, "]}}"),
      std::string(static_cast<std::size_t>(bytes), '\0'));
}

class KnownFiles : public testing::Test {
 protected:
  KnownFiles() {
    folder_.write("user/loras/deep/foxStyle.safetensors",
                  file_of("lora_unet_middle_block_1_proj_in.lora_down.weight", 2, 8));
    folder_.write("user/words/zz.v2.safetensors", file_of("emb_params", 2, 16));
    folder_.write("user/words/notes.txt", "text");
    folder_.write("user/words/damaged.safetensors", "nothing");
    folder_.write("user/model/config.json", "{}");
    folder_.write("user/model/foxStyle.safetensors", file_of("emb_params", 2, 16));
    folder_.write("bundled/zz.v2.safetensors", file_of("emb_params", 1, 16));
  }

  [[nodiscard]] std::vector<fs::path> roots() const { return {folder_.path() / "user", folder_.path() / "bundled"}; }

  test::TemporaryFolder folder_;
};

TEST_F(KnownFiles, areWeightsBelowTheFoldersOfModels) {
  std::vector<std::string> names;
  for (const KnownFile& file : known_files(roots())) names.push_back(file.name);
  EXPECT_THAT(names, testing::ElementsAre("foxStyle", "damaged", "zz.v2", "zz.v2"));
}

TEST_F(KnownFiles, areFoundByNameAndRole) {
  const auto files = known_files(roots());
  EXPECT_EQ(find_known_file(files, "zz.v2", ModelRole::Embedding), folder_.path() / "user/words/zz.v2.safetensors");
  EXPECT_EQ(find_known_file(files, "deep/foxStyle", ModelRole::Lora),
            folder_.path() / "user/loras/deep/foxStyle.safetensors");
  EXPECT_EQ(find_known_file(files, "foxStyle", ModelRole::Embedding), std::nullopt);
  EXPECT_EQ(find_known_file(files, "damaged", ModelRole::Lora), std::nullopt);
  EXPECT_EQ(find_known_file(files, "fox"), std::nullopt);
}

TEST_F(KnownFiles, areModelsThatOptionsName) {
  EXPECT_EQ(locate_model("foxStyle", roots()), folder_.path() / "user/loras/deep/foxStyle.safetensors");
  EXPECT_THROW((void)locate_model("otherStyle", roots()), BadInput);
}

TEST_F(KnownFiles, stopAtLinksThatLeadInCircles) {
  fs::create_directory_symlink(folder_.path() / "user", folder_.path() / "user/words/again");
  EXPECT_FALSE(known_files(roots()).empty());
}

}  // namespace
}  // namespace tstitch
