#include "core/discovery/model_finder.h"

#include <algorithm>
#include <ctime>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/text.h"
#include "tests/support/original_layout.h"
#include "tests/support/sparse_file.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kGolden = TSTITCH_GOLDEN_DIR;

const TensorShapes kLora{
    {"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight", {4, 768}},
    {"lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight", {320, 4}}};
const TensorShapes kEmbedding{{"emb_params", {2, 768}}};

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

class Finder : public testing::Test {
 protected:
  void put(const fs::path& file, const TensorShapes& tensors) const { test::write_sparse_file(at(file), tensors); }
  [[nodiscard]] fs::path at(const fs::path& inner) const { return folder_.path() / inner; }

  [[nodiscard]] ModelFinder finder(std::chrono::milliseconds patience = std::chrono::minutes(5)) const {
    FinderOptions options{at("cache"), {}};
    options.patience = patience;
    options.environment = [home = at("home").string()](const char* name) -> std::optional<std::string> {
      return std::string(name) == "HOME" ? std::optional(home) : std::nullopt;
    };
    return ModelFinder(options);
  }

  static const FoundModel* named(const FoundModels& found, const std::string& name) {
    const auto model = std::find_if(found.models.begin(), found.models.end(),
                                    [&](const FoundModel& each) { return each.name == name; });
    return model == found.models.end() ? nullptr : &*model;
  }

  /// Asserts that one of that name was found, and what of it.
  static void expect(const FoundModels& found, const std::string& name, ModelRole role, const std::string& family,
                     const std::string& program) {
    const FoundModel* model = named(found, name);
    ASSERT_NE(model, nullptr) << name;
    EXPECT_EQ(model->role, role) << name << ": " << model->problem;
    EXPECT_EQ(model->family, family) << name;
    EXPECT_EQ(model->program, program) << name;
    EXPECT_TRUE(model->here) << name;
  }

  static std::vector<std::string> names(const FoundModels& found) {
    std::vector<std::string> all;
    for (const FoundModel& model : found.models) all.push_back(model.name);
    return all;
  }

  test::TemporaryFolder folder_;
};

TEST_F(Finder, findsWhatA1111AndForgeKeep) {
  put("webui/models/Stable-diffusion/anime/net.safetensors", test::published_tensors(kGolden, "sd15"));
  put("webui/models/Lora/foxStyle.safetensors", kLora);
  put("webui/models/ControlNet/canny.safetensors", test::published_tensors(kGolden, "controlnet-sd15"));
  put("webui/embeddings/zz.safetensors", kEmbedding);
  put("webui/models/ESRGAN/upscaler.safetensors", kLora);
  folder_.write("webui/models/Lora/foxStyle.txt", "notes");
  const FoundModels found = finder().find({at("webui")});
  expect(found, "net", ModelRole::Denoiser, "sd1", "A1111");
  expect(found, "foxStyle", ModelRole::Lora, "lora-sd1", "A1111");
  expect(found, "canny", ModelRole::ControlNet, "controlnet-sd1", "A1111");
  expect(found, "zz", ModelRole::Embedding, "embedding-sd1", "A1111");
  EXPECT_EQ(found.models.size(), 4U) << "an upscaler's folder is not searched";
  EXPECT_EQ(named(found, "net")->latent_space, "sd");
  EXPECT_EQ(named(found, "net")->parameters, 859520964);
  fs::create_directories(at("webui/modules_forge"));
  expect(finder().find({at("webui")}), "net", ModelRole::Denoiser, "sd1", "Forge");
}

TEST_F(Finder, findsWhatComfyKeepsAndItsExtraPathsName) {
  put("ComfyUI/models/diffusion_models/net.safetensors", test::published_tensors(kGolden, "sdxl"));
  put("elsewhere/loras/foxStyle.safetensors", kLora);
  put("elsewhere/more/second.safetensors", kLora);
  put("ComfyUI/custom_nodes/some/models/third.safetensors", kLora);
  folder_.write("ComfyUI/extra_model_paths.yaml",
                "shared:\n  base_path: ../elsewhere\n  is_default: true\n  loras: |\n    loras\n    more\n"
                "  upscale_models: nothing\n");
  const FoundModels found = finder().find({at("ComfyUI")});
  expect(found, "net", ModelRole::Denoiser, "sdxl", "ComfyUI");
  expect(found, "foxStyle", ModelRole::Lora, "lora-sd1", "ComfyUI");
  expect(found, "second", ModelRole::Lora, "lora-sd1", "ComfyUI");
  EXPECT_EQ(found.models.size(), 3U);
  folder_.write("ComfyUI/extra_model_paths.yaml", "shared: [\n");
  EXPECT_EQ(finder().find({at("ComfyUI")}).models.size(), 1U) << "what cannot be read names nothing";
}

TEST_F(Finder, findsWhatStabilityMatrixKeeps) {
  put("Matrix/Data/Models/StableDiffusion/net.safetensors", test::published_tensors(kGolden, "sd15"));
  put("Matrix/Data/Models/Lora/foxStyle.safetensors", kLora);
  put("Matrix/Data/Packages/ComfyUI/models/checkpoints/own.safetensors", test::published_tensors(kGolden, "sd15"));
  for (const char* given : {"Matrix", "Matrix/Data", "Matrix/Data/Models"}) {
    const FoundModels found = finder().find({at(given)});
    expect(found, "net", ModelRole::Denoiser, "sd1", "Stability Matrix");
    expect(found, "foxStyle", ModelRole::Lora, "lora-sd1", "Stability Matrix");
    expect(found, "own", ModelRole::Denoiser, "sd1", "Stability Matrix");
  }
}

TEST_F(Finder, findsTheHubsCacheByNamesOfRepositories) {
  const fs::path repository = at("home/.cache/huggingface/hub/models--someone--small-net");
  put(repository / "snapshots/0001/unet/diffusion_pytorch_model.safetensors",
      test::published_tensors(kGolden, "bk-sdm-tiny"));
  folder_.write(repository / "snapshots/0001/unet/config.json", test::published_config(kGolden, "bk-sdm-tiny"));
  put(repository / "snapshots/0000/old.safetensors", kLora);
  folder_.write(repository / "refs/main", "0001");
  put("home/.cache/huggingface/hub/models--others--language/snapshots/1/model.safetensors", {{"wte.weight", {8, 4}}});
  const FoundModels found = finder().find({});
  expect(found, "someone/small-net/unet", ModelRole::Denoiser, "bk-sdm-tiny", "Hugging Face");
  EXPECT_EQ(found.models.size(), 1U) << "neither other commits nor models of other kinds";
  ASSERT_EQ(found.folders.size(), 1U);
  EXPECT_FALSE(found.folders[0].own);
}

TEST_F(Finder, findsAWholeTreeOfProgramsInAnOwnFolder) {
  put("all/one/models/Stable-diffusion/a.safetensors", test::published_tensors(kGolden, "sd15"));
  put("all/two/models/checkpoints/b.safetensors", test::published_tensors(kGolden, "sd15"));
  put("all/three/c.safetensors", kLora);
  put("all/.hidden/d.safetensors", kLora);
  fs::create_directory_symlink(at("all"), at("all/three/round"));
  const FoundModels found = finder().find({at("all")});
  expect(found, "a", ModelRole::Denoiser, "sd1", "A1111");
  expect(found, "b", ModelRole::Denoiser, "sd1", "ComfyUI");
  expect(found, "c", ModelRole::Lora, "lora-sd1", "");
  EXPECT_EQ(found.models.size(), 3U);
}

TEST_F(Finder, tellsWhatItIsNotAbleToUse) {
  folder_.write("own/page.safetensors", "<html>");
  fs::create_symlink("/nowhere/at/all", at("own/broken.safetensors"));
  const FoundModels found = finder().find({at("own")});
  ASSERT_NE(named(found, "page"), nullptr);
  EXPECT_FALSE(named(found, "page")->role);
  EXPECT_THAT(named(found, "page")->problem, HasSubstr("web page"));
  ASSERT_NE(named(found, "broken"), nullptr);
  EXPECT_THAT(named(found, "broken")->problem, HasSubstr("unfinished download"));
}

TEST_F(Finder, tellsEqualNamesApart) {
  put("own/a/fox.safetensors", kLora);
  put("own/b/fox.safetensors", kLora);
  EXPECT_THAT(names(finder().find({at("own")})), ElementsAre("a/fox", "b/fox"));
}

TEST_F(Finder, answersInPiecesAndComesToAnEnd) {
  for (int i = 0; i < 5; ++i) put(concat("own/fox", i, ".safetensors"), kLora);
  ModelFinder hasty = finder(std::chrono::milliseconds(0));
  FoundModels found = hasty.find({at("own")});
  EXPECT_EQ(found.headers_read, 1);
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.models.size(), 5U);
  EXPECT_EQ(std::count_if(found.models.begin(), found.models.end(), [](const auto& m) { return m.looked_at; }), 1);
  int asked = 1;
  for (; !found.complete && asked < 10; ++asked) found = hasty.find({at("own")});
  EXPECT_EQ(asked, 5);
}

/// Three hundred files in the layouts of all programs.
class ManyModels : public Finder {
 protected:
  ManyModels() {
    const TensorShapes network = test::published_tensors(kGolden, "bk-sdm-tiny");
    const std::vector<std::string> places{
        "webui/models/Lora",           "webui/models/Stable-diffusion", "ComfyUI/models/loras",
        "ComfyUI/models/checkpoints",  "Matrix/Data/Models/Lora",       "Matrix/Data/Models/StableDiffusion",
        "invoke/models/sd-1/lora",     "invoke/models/sd-1/main",       "own/one/two",
        "hub/models--a--b/snapshots/1"};
    for (int i = 0; i < 300; ++i) {
      const std::string& place = places[static_cast<std::size_t>(i) % places.size()];
      const bool whole = i % 20 == 1;
      put(concat(place, "/model", i, ".safetensors"), whole ? network : kLora);
    }
    folder_.write("invoke/invokeai.yaml", "schema_version: 4.0.2\n");
    fs::create_directories(at("hub/models--a--b/blobs"));
  }

  [[nodiscard]] std::vector<fs::path> folders() const {
    return {at("webui"), at("ComfyUI"), at("Matrix"), at("invoke"), at("own"), at("hub")};
  }

  /// Size, inode and all times of every file.
  [[nodiscard]] std::map<std::string, std::string> standing() const {
    std::map<std::string, std::string> all;
    for (const fs::path& root : folders()) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) {
        struct stat status = {};
        ::stat(entry.path().c_str(), &status);
        all[entry.path()] = concat(status.st_ino, ' ', status.st_size, ' ', status.st_mtim.tv_sec, '.',
                                   status.st_mtim.tv_nsec, ' ', status.st_ctim.tv_sec, '.', status.st_ctim.tv_nsec);
      }
    }
    return all;
  }
};

TEST_F(ManyModels, areFoundWarmWithoutOpeningOne) {
  const auto before = standing();
  const FoundModels cold = finder().find(folders());
  EXPECT_EQ(cold.models.size(), 300U);
  EXPECT_EQ(cold.headers_read, 300);
  for (const FoundModel& model : cold.models) EXPECT_TRUE(model.role) << model.name << ": " << model.problem;
  const double begun = processor_seconds();
  const FoundModels warm = finder().find(folders());
  EXPECT_LT(processor_seconds() - begun, 2.0);
  EXPECT_EQ(warm.headers_read, 0);
  EXPECT_EQ(warm.models, cold.models);
  EXPECT_EQ(standing(), before) << "nothing was written beside them";
}

TEST_F(ManyModels, areLookedAtAgainWhereTheyChanged) {
  (void)finder().find(folders());
  put("own/one/two/model8.safetensors", kEmbedding);
  fs::remove(at("own/one/two/model18.safetensors"));
  put("own/new.safetensors", kLora);
  const FoundModels found = finder().find(folders());
  EXPECT_EQ(found.headers_read, 2);
  EXPECT_EQ(found.models.size(), 300U);
  EXPECT_EQ(named(found, "model8")->role, ModelRole::Embedding);
  EXPECT_THAT(names(found), Not(Contains("model18")));
}

TEST_F(ManyModels, vanishWithTheirFolderAndComeBack) {
  const FoundModels before = finder().find(folders());
  fs::rename(at("own"), at("away"));
  const FoundModels without = finder().find(folders());
  EXPECT_EQ(without.models.size(), before.models.size());
  EXPECT_FALSE(named(without, "model8")->here);
  EXPECT_EQ(named(without, "model8")->role, named(before, "model8")->role) << "what it was is still known";
  EXPECT_TRUE(named(without, "model0")->here);
  EXPECT_FALSE(without.folders[4].here);
  fs::rename(at("away"), at("own"));
  const FoundModels again = finder().find(folders());
  EXPECT_EQ(again.headers_read, 0);
  EXPECT_EQ(again.models, before.models);
}

TEST_F(ManyModels, surviveADamagedCache) {
  (void)finder().find(folders());
  folder_.write("cache/found_models.json", R"({"models":{"/a":7},"roots":{"/b":{"places":[3,{"kind":99}]}}})");
  EXPECT_EQ(finder().find(folders()).models.size(), 300U);
  folder_.write("cache/found_models.json", "no JSON");
  EXPECT_EQ(finder().find(folders()).headers_read, 300);
}

}  // namespace
}  // namespace tstitch
