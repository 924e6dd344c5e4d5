#include "core/formats/weight_files.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/formats/byte_source.h"
#include "core/formats/text_file.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kDiffusion = "diffusion_pytorch_model";

class FindWeights : public testing::Test {
 protected:
  std::string found(const std::vector<std::string>& names, const std::string& stem,
                    const std::string& variant = {}) const {
    const test::TemporaryFolder folder;
    for (const std::string& name : names) folder.write(name, "");
    try {
      return find_weights(folder.path(), stem, variant).filename().string();
    } catch (const BadInput& error) {
      EXPECT_EQ(error.where(), folder.path().string());
      return error.what() + (" " + error.hint());
    }
  }
};

TEST_F(FindWeights, takesEveryNameThatTheLibrariesSaveUnder) {
  for (const std::string name :
       {"diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json",
        "diffusion_pytorch_model.bin", "diffusion_pytorch_model.bin.index.json",
        "diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.safetensors.index.fp16.json",
        "diffusion_pytorch_model.fp16.safetensors.index.json", "diffusion_pytorch_model.fp16.bin",
        "diffusion_pytorch_model.bin.index.fp16.json"}) {
    EXPECT_EQ(found({name}, kDiffusion), name);
  }
  for (const std::string name : {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
                                 "pytorch_model.bin.index.json", "pytorch_model.fp16.bin", "model.fp16.safetensors"}) {
    EXPECT_EQ(found({name}, "model"), name);
  }
}

TEST_F(FindWeights, plainFilesComeFirstAndSafetensorsBeforeTorch) {
  EXPECT_EQ(found({"diffusion_pytorch_model.bin", "diffusion_pytorch_model.fp16.safetensors"}, kDiffusion),
            "diffusion_pytorch_model.bin");
  EXPECT_EQ(found({"model.safetensors", "pytorch_model.bin"}, "model"), "model.safetensors");
  EXPECT_EQ(found({"model.safetensors", "pytorch_model.fp16.bin"}, "model", "fp16"), "pytorch_model.fp16.bin");
  EXPECT_EQ(found({"model.safetensors", "model.non_ema.safetensors"}, "model", "non_ema"), "model.non_ema.safetensors");
  EXPECT_EQ(found({"model.safetensors"}, "model", "non_ema"), "model.safetensors");
}

// Of a whole file and shards side by side diffusers takes the shards, transformers the file.
TEST_F(FindWeights, shardsBesideAWholeFileAreAMatterOfTheLibrary) {
  EXPECT_EQ(found({"model.safetensors", "model.safetensors.index.json"}, "model"), "model.safetensors");
  EXPECT_EQ(
      found({"diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json"}, kDiffusion),
      "diffusion_pytorch_model.safetensors.index.json");
}

TEST_F(FindWeights, saysWhatTheFolderHoldsInstead) {
  EXPECT_THAT(found({"diffusion_pytorch_model.non_ema.bin"}, kDiffusion),
              HasSubstr("holds no diffusion_pytorch_model.safetensors. It holds diffusion_pytorch_model.non_ema.bin: "
                        "choose it by --variant non_ema."));
  EXPECT_THAT(found({"flax_model.msgpack"}, "model"),
              HasSubstr("It holds flax_model.msgpack (Flax), which is not read."));
  EXPECT_THAT(found({"sd15.safetensors"}, kDiffusion), HasSubstr("sd15.safetensors, which has another name"));
}

// The case `dangling`: a hub's cache whose links point to nothing.
TEST_F(FindWeights, aLinkToNothingIsFoundAndNamed) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "model.safetensors";
  fs::create_symlink("../blobs/0123", file);
  EXPECT_EQ(find_weights(folder.path(), "model"), file);
  for (const auto& read : {+[](const fs::path& path) { FileBytes(path, path.string()); },
                           +[](const fs::path& path) { static_cast<void>(read_text_file(path)); }}) {
    try {
      read(file);
      FAIL() << "accepted";
    } catch (const BadInput& error) {
      EXPECT_EQ(error.where(), file.string());
      EXPECT_STREQ(error.what(), "is a link to a file that is not there (an unfinished download?).");
    }
  }
}

}  // namespace
}  // namespace tstitch
