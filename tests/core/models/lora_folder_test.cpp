#include "core/models/lora_folder.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "core/models/known_files.h"
#include "core/models/model_index.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class LoraFolders : public testing::Test {
 protected:
  void put(const std::string& file) const {
    fs::create_directories((root_.path() / file).parent_path());
    (void)root_.write(file, "x");
  }

  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> texts;
    for (const LoraFolderFile& file : lora_folder_files(root_.path() / "fox")) {
      EXPECT_EQ(lora_folder_of(file.path), root_.path() / "fox");
      texts.push_back(file.prefix + " " + fs::relative(file.path, root_.path() / "fox").generic_string());
    }
    return texts;
  }

  test::TemporaryFolder root_;
};

using Texts = std::vector<std::string>;

TEST_F(LoraFolders, holdOneFileOfDiffusersOrPeft) {
  EXPECT_TRUE(files().empty());
  put("fox/adapter_model.bin");
  EXPECT_EQ(files(), (Texts{" adapter_model.bin"}));
  put("fox/pytorch_lora_weights.safetensors");
  EXPECT_EQ(files(), (Texts{" pytorch_lora_weights.safetensors"}));
}

TEST_F(LoraFolders, holdAFileOfPeftForEachPart) {
  put("fox/text_encoder/adapter_model.safetensors");
  put("fox/unet/fox/adapter_model.safetensors");
  put("fox/unet/notes.txt");
  put("fox/vae/adapter_model.safetensors");
  EXPECT_EQ(files(), (Texts{"unet. unet/fox/adapter_model.safetensors",
                            "text_encoder. text_encoder/adapter_model.safetensors"}));
  put("fox/unet/other/adapter_model.safetensors");  // which of the two is not said
  EXPECT_EQ(files(), (Texts{"text_encoder. text_encoder/adapter_model.safetensors"}));
}

TEST_F(LoraFolders, areToldFromFoldersOfModels) {
  put("fox/text_encoder_2/adapter_model.safetensors");
  EXPECT_EQ(identify_model(root_.path() / "fox"), ModelKind::LoraFolder);
  EXPECT_EQ(lora_folder_file(root_.path() / "fox/text_encoder_2/adapter_model.safetensors").prefix, "text_encoder_2.");
  EXPECT_EQ(lora_folder_file(root_.path() / "fox/text_encoder_2/own.safetensors").prefix, "");
  const auto known = known_files({root_.path()});
  EXPECT_EQ(find_known_file(known, "fox", ModelRole::Lora), root_.path() / "fox");
}

}  // namespace
}  // namespace tstitch
