#include "core/models/model_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string config_of(const std::string& name) {
  return concat("{\"_class_name\":\"", name, "\"}");
}

template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return "accepted";
}

class IdentifyModel : public testing::Test {
 protected:
  fs::path write_diffusers_folder() {
    folder_.write("sd/model_index.json", config_of("StableDiffusionPipeline"));
    folder_.write("sd/unet/config.json", config_of("UNet2DConditionModel"));
    folder_.write("sd/vae/config.json", config_of("AutoencoderKL"));
    folder_.write("sd/text_encoder/config.json", R"({"architectures":["CLIPTextModel"]})");
    folder_.write("sd/tokenizer/tokenizer_config.json", "{}");
    folder_.write("sd/scheduler/scheduler_config.json", config_of("PNDMScheduler"));
    return folder_.path() / "sd";
  }

  std::string refused(const fs::path& place) {
    return refusal([&] { identify_model(place); });
  }

  test::TemporaryFolder folder_;
};

TEST_F(IdentifyModel, GoesByContentNotByName) {
  const fs::path whole = write_diffusers_folder();
  EXPECT_EQ(identify_model(whole), ModelKind::DiffusersFolder);
  fs::rename(whole / "unet", folder_.path() / "anything");
  EXPECT_EQ(identify_model(folder_.path() / "anything"), ModelKind::NetworkFolder);
  EXPECT_EQ(identify_model(whole / "vae"), ModelKind::VaeFolder);
  folder_.write("tiny/config.json", config_of("AutoencoderTiny"));
  EXPECT_EQ(identify_model(folder_.path() / "tiny"), ModelKind::VaeFolder);
}

TEST_F(IdentifyModel, NamesThePartThatIsMissing) {
  for (const char* part : {"unet", "vae", "text_encoder", "tokenizer", "scheduler"}) {
    const fs::path whole = write_diffusers_folder();
    fs::remove_all(whole / part);
    EXPECT_THAT(refused(whole), AllOf(HasSubstr((whole / part).string()), HasSubstr(concat("lacks the part ", part))));
    fs::create_directories(whole / part);
    EXPECT_THAT(refused(whole), HasSubstr(concat("lacks the config of its part ", part)));
  }
}

TEST_F(IdentifyModel, WantsBothTextEncodersOfSdxlAndOnlyTheSecondOfItsRefiner) {
  const fs::path whole = write_diffusers_folder();
  folder_.write("sd/model_index.json",
                R"({"_class_name":"StableDiffusionXLPipeline","text_encoder_2":["transformers","X"]})");
  EXPECT_THAT(refused(whole), HasSubstr("lacks the part text_encoder_2"));
  folder_.write("sd/text_encoder_2/config.json", R"({"architectures":["CLIPTextModelWithProjection"]})");
  EXPECT_THAT(refused(whole), HasSubstr("lacks the part tokenizer_2"));
  folder_.write("sd/tokenizer_2/tokenizer_config.json", "{}");
  EXPECT_EQ(identify_model(whole), ModelKind::DiffusersFolder);
  fs::remove_all(whole / "text_encoder");
  EXPECT_THAT(refused(whole), HasSubstr("lacks the part text_encoder"));
  folder_.write("sd/model_index.json",
                R"({"_class_name":"StableDiffusionXLImg2ImgPipeline","text_encoder":[null,null],)"
                R"("text_encoder_2":["transformers","X"]})");
  EXPECT_EQ(identify_model(whole), ModelKind::DiffusersFolder);
}

TEST_F(IdentifyModel, LeavesFilesToTheirTensors) {
  EXPECT_EQ(identify_model(folder_.write("a.ckpt", "x")), ModelKind::WeightFile);
}

TEST_F(IdentifyModel, NamesWhatItFoundInstead) {
  EXPECT_THAT(refused(folder_.path() / "absent"),
              AllOf(HasSubstr("absent"), HasSubstr("There is nothing at this path")));
  EXPECT_THAT(refused(""), HasSubstr("There is nothing"));
  EXPECT_THAT(refused(folder_.path()), HasSubstr("neither model_index.json nor config.json"));
  folder_.write("other/config.json", config_of("FluxTransformer2DModel"));
  EXPECT_THAT(refused(folder_.path() / "other"), HasSubstr("FluxTransformer2DModel"));
  folder_.write("broken/config.json", "{");
  EXPECT_THAT(refused(folder_.path() / "broken"), HasSubstr("config.json"));
}

TEST(DisplayName, IsTheLastPartThatSaysSomething) {
  EXPECT_EQ(display_name("/data/stable-diffusion-v1-5"), "stable-diffusion-v1-5");
  EXPECT_EQ(display_name("/data/stable-diffusion-v1-5/"), "stable-diffusion-v1-5");
  EXPECT_EQ(display_name("/opt/models/miniature/small/unet"), "miniature/small/unet");
  EXPECT_EQ(display_name("models/./miniature/large"), "miniature/large");
  EXPECT_EQ(display_name("unet"), "unet");
  EXPECT_EQ(display_name("/unet"), "unet");
}

class KnownPairs : public testing::Test {
 protected:
  void write_pair(const std::string& root, const std::string& name, const std::string& title) {
    fs::create_directories(folder_.path() / root / name / "large");
    fs::create_directories(folder_.path() / root / name / "small");
    folder_.write(fs::path(root) / (name + ".json"),
                  concat("{\"manifest\":1,\"name\":\"", name, "\",\"title\":\"", title, "\",\"large\":\"", name,
                         "/large\",\"small\":\"", name, "/small\"}"));
  }

  [[nodiscard]] std::vector<fs::path> roots() const { return {folder_.path() / "user", folder_.path() / "bundled"}; }

  test::TemporaryFolder folder_;
};

std::vector<std::string> titles(const std::vector<PairEntry>& pairs) {
  std::vector<std::string> texts;
  texts.reserve(pairs.size());
  for (const PairEntry& pair : pairs) texts.push_back(pair.title);
  return texts;
}

TEST_F(KnownPairs, ListTheBundledOnesFirst) {
  write_pair("user", "b", "user b");
  write_pair("user", "a", "user a");
  write_pair("bundled", "z", "bundled z");
  EXPECT_THAT(titles(known_pairs(roots())), ElementsAre("bundled z", "user a", "user b"));
}

TEST_F(KnownPairs, ResolveTheUsersBeforeTheBundled) {
  write_pair("user", "a", "user a");
  write_pair("bundled", "a", "bundled a");
  EXPECT_THAT(titles(known_pairs(roots())), ElementsAre("user a"));
}

TEST_F(KnownPairs, LeaveOutAndTellWhatCannotBeRead) {
  write_pair("bundled", "a", "bundled a");
  folder_.write("bundled/broken.json", "{");
  folder_.write("bundled/readme.txt", "no manifest");
  std::vector<std::string> problems;
  EXPECT_THAT(titles(known_pairs(roots(), &problems)), ElementsAre("bundled a"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("broken.json")));
}

TEST_F(KnownPairs, OfNoRootAreNone) {
  EXPECT_THAT(known_pairs({}), IsEmpty());
  EXPECT_THAT(known_pairs({folder_.path() / "absent"}), IsEmpty());
}

TEST_F(KnownPairs, GiveTheirModelsByRole) {
  write_pair("bundled", "a", "A");
  EXPECT_EQ(locate_model("a", roots()), folder_.path() / "bundled/a/large");
  EXPECT_EQ(locate_model("a", roots(), PairRole::Small), folder_.path() / "bundled/a/small");
  EXPECT_EQ(locate_model("a/small", roots()), folder_.path() / "bundled/a/small");
}

TEST_F(KnownPairs, AreAskedAfterThePath) {
  write_pair("bundled", "a", "A");
  const std::string path = (folder_.path() / "bundled").string();
  EXPECT_EQ(locate_model(path, roots()), fs::path(path));
}

TEST_F(KnownPairs, AreListedWhenANameIsUnknown) {
  write_pair("bundled", "a", "A");
  EXPECT_THAT(refusal([&] { locate_model("b", roots()); }),
              AllOf(HasSubstr("b: There is nothing"), HasSubstr("Known names: a.")));
  EXPECT_THAT(refusal([&] { locate_model("../bundled/a", roots()); }), HasSubstr("There is nothing"));
  EXPECT_THAT(refusal([&] { locate_model("", {}); }), HasSubstr("No name is known."));
}

TEST(BundledModels, AreFoundByName) {
  const std::vector<fs::path> roots{fs::path(TSTITCH_SOURCE_DIR) / "models"};
  std::vector<std::string> problems;
  const auto pairs = known_pairs(roots, &problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_FALSE(pairs.empty());
  EXPECT_EQ(pairs.front().name, "miniature");
  EXPECT_EQ(identify_model(locate_model("miniature", roots)), ModelKind::DiffusersFolder);
  EXPECT_EQ(identify_model(locate_model("miniature", roots, PairRole::Small)), ModelKind::NetworkFolder);
}

}  // namespace
}  // namespace tstitch
