#include "core/local_engine/model_parts.h"

#include <fstream>

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/small_pair.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class ModelPartsOnDisk : public ::testing::Test {
 protected:
  [[nodiscard]] ModelParts read(const std::string& place) const { return read_model_parts(pair_.folder() / place, {}); }

  /// The small network with SDXL's second embedding: one pooled text of 32 and six numbers of width 8.
  void write_text_time_network(const fs::path& folder) const {
    nlohmann::json unet = pair_.part("unet_small");
    unet["config"]["addition_embed_type"] = "text_time";
    unet["config"]["addition_time_embed_dim"] = 8;
    unet["config"]["projection_class_embeddings_input_dim"] = 80;
    auto shapes = unet["tensors"].get<std::map<std::string, std::vector<std::int64_t>>>();
    shapes["add_embedding.linear_1.weight"] = {64, 80};
    shapes["add_embedding.linear_2.weight"] = {64, 64};
    shapes["add_embedding.linear_1.bias"] = shapes["add_embedding.linear_2.bias"] = {64};
    test::write_part(folder, "diffusion_pytorch_model", unet["config"].dump(), shapes, 1, at::kFloat);
  }

  template <class Read>
  static std::string refusal(Read read) {
    try {
      (void)read();
    } catch (const BadInput& problem) {
      return problem.sentence();
    }
    return "nothing was refused";
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
};

// The case `class-of-part`: model_index.json says the class, then the part's config, then its tensors.
TEST_F(ModelPartsOnDisk, takeAPartsClassFromTheIndexItsConfigOrItsTensors) {
  const fs::path model = pair_.folder() / "large";
  nlohmann::json text = pair_.part("text_encoder");
  auto shapes = text["tensors"].get<std::map<std::string, std::vector<std::int64_t>>>();
  shapes["text_projection.weight"] = {32, 32};
  const auto write = [&](const nlohmann::json& architectures, const nlohmann::json& in_index) {
    text["config"].erase("architectures");
    if (!architectures.is_null()) text["config"]["architectures"] = architectures;
    test::write_part(model / "text_encoder_2", "model", text["config"].dump(), shapes, 5, at::kFloat);
    fs::copy(model / "tokenizer", model / "tokenizer_2",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    pair_.set("large/model_index.json", "text_encoder_2", in_index);
    return read("large").text->encoders.back().config.with_projection;
  };
  constexpr const char* kPlain = "CLIPTextModel";
  constexpr const char* kProjecting = "CLIPTextModelWithProjection";
  EXPECT_TRUE(write(nullptr, {"transformers", kProjecting}));
  EXPECT_TRUE(write({kPlain}, {"transformers", kProjecting}));
  EXPECT_FALSE(write({kProjecting}, {"transformers", kPlain}));
  EXPECT_TRUE(write({kProjecting}, "unknown"));
  EXPECT_TRUE(write(nullptr, "unknown"));
}

TEST_F(ModelPartsOnDisk, takeTheSchedulersClassFromTheIndex) {
  const std::string own = read("large").scheduler->class_name;
  pair_.set("large/model_index.json", "scheduler", {"diffusers", "EulerDiscreteScheduler"});
  EXPECT_EQ(read("large").scheduler->class_name, own) << "its settings are those of the class that it names";
  pair_.set("large/scheduler/scheduler_config.json", "_class_name", nullptr);
  EXPECT_EQ(read("large").scheduler->class_name, "EulerDiscreteScheduler");
}

TEST_F(ModelPartsOnDisk, knowABareNetworkWithoutAClassByItsTensors) {
  for (const char* part : {"large/unet", "large/vae"}) {
    std::ifstream in(pair_.folder() / part / "config.json");
    nlohmann::json config = nlohmann::json::parse(in);
    config.erase("_class_name");
    pair_.files().write(std::string(part) + "/config.json", config.dump());
  }
  EXPECT_EQ(read("large/unet").facts.network_class, "UNet2DConditionModel");
  EXPECT_EQ(read_vae_part(pair_.folder() / "large/vae", {}).latent_space().channels, 4);
}

TEST_F(ModelPartsOnDisk, refuseQuantisedPartsByName) {
  pair_.set("large/unet/config.json", "quantization_config",
            {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}});
  EXPECT_NE(refusal([&] { return read("large"); })
                .find("quantization_config says that the weights are quantised by "
                      "\"bitsandbytes\", which is not read"),
            std::string::npos);
}

// The case `dangling`.
TEST_F(ModelPartsOnDisk, nameALinkToNothingWhereverItLies) {
  for (const char* file : {"model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors",
                           "vae/config.json", "vae/diffusion_pytorch_model.safetensors", "text_encoder/config.json",
                           "text_encoder/model.safetensors", "scheduler/scheduler_config.json",
                           "tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt"}) {
    const fs::path path = pair_.folder() / "large" / file;
    const fs::path kept = pair_.folder() / "kept";
    fs::rename(path, kept);
    fs::create_symlink("../../../blobs/0123", path);
    const std::string said = refusal([&] {
      const ModelParts parts = read("large");
      require_tokenizers(parts);
      return parts;
    });
    EXPECT_EQ(said, path.string() + ": is a link to a file that is not there (an unfinished download?).");
    fs::remove(path);
    fs::rename(kept, path);
  }
}

TEST_F(ModelPartsOnDisk, tellTheFactsOfAWholeModel) {
  const ModelFacts facts = read("large").facts;
  EXPECT_EQ(facts.network_class, "UNet2DConditionModel");
  EXPECT_EQ(facts.latent_channels, 4);
  EXPECT_EQ(facts.context_width, 32);
  EXPECT_EQ(facts.text_width, 32);
  EXPECT_EQ(facts.sample_size, 16);
  EXPECT_EQ(facts.size_multiple, 8) << "also where the autoencoder's factor is 4";
  EXPECT_EQ(facts.dtype, "fp32");
  EXPECT_EQ(facts.network_bytes_fp32, 4 * facts.parameters);
  ASSERT_TRUE(facts.latent.has_value());
  EXPECT_EQ(facts.latent->factor, 4);
  EXPECT_DOUBLE_EQ(facts.latent->scale, 0.18215);
  EXPECT_EQ(facts.files, std::vector<fs::path>{pair_.folder() / "large/unet/diffusion_pytorch_model.safetensors"});
  EXPECT_LT(read("small").facts.parameters, facts.parameters);
}

TEST_F(ModelPartsOnDisk, countEveryStoredNumber) {
  const std::int64_t header = 64 * 1024;
  const ModelFacts facts = read("large").facts;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(facts.files.front()));
  EXPECT_LE(facts.network_bytes_fp32, bytes);
  EXPECT_GE(facts.network_bytes_fp32, bytes - header);
}

TEST_F(ModelPartsOnDisk, ofABareNetworkAreItsOwnAndTheScheduleBesideIt) {
  const ModelParts beside = read("small/unet");
  EXPECT_FALSE(beside.vae);
  EXPECT_FALSE(beside.text);
  EXPECT_TRUE(beside.scheduler);
  fs::rename(pair_.folder() / "small/unet", pair_.folder() / "alone");
  EXPECT_FALSE(read("alone").scheduler);
}

TEST_F(ModelPartsOnDisk, nameTheFileThatDoesNotFitItsConfig) {
  test::write_tensors(pair_.folder() / "large/unet/diffusion_pytorch_model.safetensors",
                      {{"conv_in.weight", at::zeros({32, 4, 3, 3})}});
  const std::string missing = refusal([&] { return read("large"); });
  EXPECT_NE(missing.find("large/unet/diffusion_pytorch_model.safetensors"), std::string::npos) << missing;
  EXPECT_NE(missing.find("missing"), std::string::npos) << missing;
  pair_.set("small/text_encoder/config.json", "hidden_size", 64);
  const std::string wrong_shape = refusal([&] { return read("small"); });
  EXPECT_NE(wrong_shape.find("small/text_encoder/model.safetensors"), std::string::npos) << wrong_shape;
}

TEST_F(ModelPartsOnDisk, checkAlsoTheHalfOfTheAutoencoderThatARunDoesNotUse) {
  pair_.set("large/vae/config.json", "in_channels", 6);
  EXPECT_NE(refusal([&] { return read("large"); }).find("encoder.conv_in"), std::string::npos);
}

TEST_F(ModelPartsOnDisk, refuseAnAutoencoderAsAModel) {
  EXPECT_NE(refusal([&] { return read("large/vae"); }).find("--vae"), std::string::npos);
}

TEST_F(ModelPartsOnDisk, findTheAutoencoderInEitherFolder) {
  const VaePart whole = read_vae_part(pair_.folder() / "large", {});
  const VaePart bare = read_vae_part(pair_.folder() / "large/vae", {});
  EXPECT_EQ(whole.files, bare.files);
  EXPECT_EQ(whole.folder, bare.folder);
}

TEST_F(ModelPartsOnDisk, tellAutoencodersApartByTheirEncoder) {
  test::SmallModel other;
  other.shared_seed = 8;
  pair_.write("other", other);
  const auto fingerprint = [&](const char* name) {
    return read_vae_part(pair_.folder() / name, {}).encoder_fingerprint;
  };
  EXPECT_EQ(fingerprint("large").size(), 16U);
  EXPECT_EQ(fingerprint("large"), fingerprint("small"));
  EXPECT_NE(fingerprint("large"), fingerprint("other"));
  EXPECT_EQ(read("large").facts.latent->encoder_fingerprint, fingerprint("large"));
}

TEST_F(ModelPartsOnDisk, chooseTheTableOfNoiseLevelsByTheFamily) {
  pair_.set("large/scheduler/scheduler_config.json", "_class_name", "EulerDiscreteScheduler");
  EXPECT_EQ(read("large").scheduler->family_table, FamilyTable::StableDiffusion);
  EXPECT_EQ(read("large").facts.scheduler->family_table, FamilyTable::StableDiffusion);
  write_text_time_network(pair_.folder() / "xl" / "unet");
  fs::copy(pair_.folder() / "small/scheduler", pair_.folder() / "xl/scheduler");
  EXPECT_EQ(read("xl/unet").facts.family, "sdxl");
  EXPECT_EQ(read("xl/unet").scheduler->family_table, FamilyTable::StableDiffusionXl);
}

TEST_F(ModelPartsOnDisk, haveNoNetworkFilesWhereNoneCanBeRead) {
  EXPECT_EQ(network_files(pair_.folder() / "large").size(), 1U);
  EXPECT_EQ(network_files(pair_.folder() / "large/unet"), network_files(pair_.folder() / "large"));
  EXPECT_TRUE(network_files(pair_.folder() / "nowhere").empty());
}

}  // namespace
}  // namespace tstitch
