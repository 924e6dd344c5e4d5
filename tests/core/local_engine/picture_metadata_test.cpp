#include "core/local_engine/picture_metadata.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/sha256.h"
#include "tests/support/generated_weights.h"
#include "tests/support/small_pair.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class PictureMetadata : public ::testing::Test {
 protected:
  FileHashes& hashes() { return pair_.workshop().hashes; }
  [[nodiscard]] FileHashes forgetful() const { return FileHashes(pair_.folder() / "another cache"); }

  [[nodiscard]] PairEntry entry() const {
    PairEntry entry;
    entry.large = pair_.folder() / "large";
    entry.small = pair_.folder() / "small";
    return entry;
  }

  /// As a picture carries it: hashes, and no places.
  GenerationRequest travelled(GenerationRequest request) {
    GenerationRequest hashed = with_hashes(resolve_run(request, {}), hashes());
    for (DenoiserChoice& choice : hashed.denoisers) choice.model.location.clear();
    if (hashed.vae) hashed.vae->location.clear();
    return hashed;
  }

  static std::string refusal(const GenerationRequest& request, FileHashes& hashes) {
    try {
      (void)located(request, hashes, {});
    } catch (const BadInput& problem) {
      return problem.sentence();
    }
    return "nothing was refused";
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

TEST_F(PictureMetadata, namesEveryFileThatDecidesAboutPixels) {
  GenerationRequest request = pair_.request();
  request.denoisers.front().model.location = pair_.folder() / "small/unet";
  request.vae = ModelReference{"other", {}, {}, pair_.folder() / "large/vae"};
  const GenerationRequest hashed = with_hashes(resolve_run(request, {}), hashes());
  const fs::path large = pair_.folder() / "large";
  const ModelFile vae{"vae", hashed_file(large / "vae/diffusion_pytorch_model.safetensors").sha256};
  EXPECT_EQ(hashed.denoisers.back().model.files,
            (std::vector<ModelFile>{{"unet", hashed_file(large / "unet/diffusion_pytorch_model.safetensors").sha256},
                                    vae,
                                    {"text_encoder", hashed_file(large / "text_encoder/model.safetensors").sha256}}));
  EXPECT_EQ(hashed.denoisers.front().model.files.size(), 1U) << "a bare network";
  EXPECT_EQ(hashed.vae->files, std::vector<ModelFile>{vae});
}

TEST_F(PictureMetadata, tellsHowItWasMade) {
  ComputeChoice compute;
  compute.chosen.name = "cpu";
  compute.threads = 2;
  const Made made = made_here(compute, {{"small", 1.5}}, NoiseOrigin::Files);
  EXPECT_EQ(made.precision, "fp32");
  EXPECT_EQ(made.threads, 2);
  EXPECT_EQ(made.seconds, (std::map<DenoiserName, double>{{"small", 1.5}}));
  EXPECT_NE(made.initial_noise, made_here(compute, {}, NoiseOrigin::Seed).initial_noise);
}

TEST_F(PictureMetadata, findsModelsWhereTheyWereHashed) {
  GenerationRequest request = pair_.request();
  request.denoisers.front().model.location = pair_.folder() / "small/unet";
  const GenerationRequest found = located(travelled(request), hashes(), {});
  EXPECT_EQ(found.denoisers.back().model.location, pair_.folder() / "large");
  EXPECT_EQ(found.denoisers.front().model.location, pair_.folder() / "small/unet") << "as bare as it was";
}

TEST_F(PictureMetadata, findsModelsAmongTheKnownPairs) {
  GenerationRequest request = pair_.request();
  request.denoisers.front().model.location = pair_.folder() / "small/unet";
  FileHashes none = forgetful();
  const GenerationRequest found = located(travelled(request), none, {entry()});
  EXPECT_EQ(found.denoisers.back().model.location, pair_.folder() / "large");
  EXPECT_EQ(found.denoisers.front().model.location, pair_.folder() / "small/unet") << "as bare as it was";
}

TEST_F(PictureMetadata, findsAnAutoencoderThatWasHashed) {
  GenerationRequest request = pair_.request();
  request.vae = ModelReference{"other", {}, {}, pair_.folder() / "small/vae"};
  test::SmallModel other;
  other.unet = "unet_small";
  other.shared_seed = 8;
  pair_.write("small", other);
  EXPECT_EQ(located(travelled(request), hashes(), {}).vae->location, pair_.folder() / "small/vae");
}

/// peft's folders: two files that are one LoRA.
TEST_F(PictureMetadata, findsTheFolderOfALora) {
  const fs::path fox = pair_.folder() / "fox";
  const auto write = [&](const std::string& part, const std::string& layer, const std::vector<std::int64_t>& down,
                         const std::vector<std::int64_t>& up) {
    fs::create_directories(fox / part);
    const std::string stem = "base_model.model." + layer;
    test::write_tensors(fox / part / "adapter_model.safetensors",
                        {{stem + ".lora_A.weight", test::generated_tensor("down", down, 1)},
                         {stem + ".lora_B.weight", test::generated_tensor("up", up, 1)}});
  };
  write("unet", "down_blocks.0.attentions.0.proj_in", {2, 32, 1, 1}, {32, 2, 1, 1});
  write("text_encoder", "text_model.encoder.layers.0.self_attn.q_proj", {2, 32}, {32, 2});
  GenerationRequest request = pair_.request();
  request.loras = {{{"fox", {}, {}, fox}, 1.0, std::nullopt}};
  GenerationRequest hashed = travelled(request);
  EXPECT_EQ(hashed.loras[0].model.files.size(), 2U);
  hashed.loras[0].model.location.clear();
  EXPECT_EQ(located(hashed, hashes(), {}).loras[0].model.location, fox);
}

TEST_F(PictureMetadata, doesNotTakeAFileThatChangedSinceItWasHashed) {
  const GenerationRequest request = travelled(pair_.request());
  test::SmallModel other;
  other.seed = 9;
  pair_.write("large", other);
  const std::string sentence = refusal(request, hashes());
  EXPECT_NE(sentence.find(request.denoisers.back().model.files[0].sha256), std::string::npos) << sentence;
}

TEST_F(PictureMetadata, refusesAModelThatIsNotHereWithNameAndHash) {
  const GenerationRequest request = travelled(pair_.request());
  FileHashes none = forgetful();
  const std::string sentence = refusal(request, none);
  EXPECT_NE(sentence.find("\"small\""), std::string::npos) << sentence;
  EXPECT_NE(sentence.find(request.denoisers.front().model.files[0].sha256), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("--large and --small"), std::string::npos) << sentence;
  GenerationRequest unhashed = request;
  unhashed.denoisers.front().model.files.clear();
  EXPECT_NE(refusal(unhashed, hashes()).find("without a hash"), std::string::npos);
}

TEST_F(PictureMetadata, asksForAMissingAutoencoderByItsOwnOption) {
  GenerationRequest request = travelled(pair_.request());
  request.vae = ModelReference{"gone", {}, {{"vae", std::string(64, '0')}}, {}};
  EXPECT_NE(refusal(request, hashes()).find("--vae"), std::string::npos);
}

}  // namespace
}  // namespace tstitch
