#include "core/local_engine/lora_set.h"

#include <gtest/gtest.h>

#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

class LoraSets : public testing::Test {
 protected:
  [[nodiscard]] LoraSet set(const DenoiserName& denoiser, LoraTarget target) const {
    return lora_set_for(denoiser, target, choices_, parts_);
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
  std::vector<LoraPart> parts_{read_lora_part(pair_.folder() / "unet.safetensors"),
                               read_lora_part(pair_.folder() / "text.safetensors")};
  std::vector<LoraChoice> choices_{{{}, 0.5, std::nullopt}, {{}, 0.7, "small"}};
};

TEST_F(LoraSets, holdWhatADenoiserIsGiven) {
  EXPECT_EQ(set("small", LoraTarget::Network).loras.size(), 2U);
  const LoraSet large = set("large", LoraTarget::Network);
  ASSERT_EQ(large.loras.size(), 1U);
  EXPECT_EQ(large.loras[0].file, parts_[0].file);
  EXPECT_EQ(large.loras[0].strength, 0.5);
}

/// Texts are encoded apart only where files that change encoders differ.
TEST_F(LoraSets, leaveTextsAloneThatTheyDoNotChange) {
  EXPECT_TRUE(set("large", LoraTarget::Text).key.empty());
  ASSERT_EQ(set("small", LoraTarget::Text).loras.size(), 1U);
  EXPECT_EQ(set("small", LoraTarget::Text).loras[0].file, parts_[1].file);
}

TEST_F(LoraSets, areKnownByFileAndStrength) {
  const std::string key = set("large", LoraTarget::Network).key;
  EXPECT_NE(key, set("small", LoraTarget::Network).key);
  choices_[0].strength = 0.25;
  EXPECT_NE(set("large", LoraTarget::Network).key, key);
  choices_[0].strength = 0;
  EXPECT_TRUE(set("large", LoraTarget::Network).key.empty());
}

TEST_F(LoraSets, areReadFromFilesOfThatKindOnly) {
  const LoraFile& first = *parts_[1].file;
  EXPECT_EQ(lora_component(first, "text_encoder", true), LoraComponent::TextEncoder);
  EXPECT_EQ(lora_component(first, "text_encoder_2", false), LoraComponent::TextEncoder2);
  EXPECT_EQ(lora_component(first, "text_encoder_2", true), LoraComponent::TextEncoder);
  EXPECT_THROW((void)read_lora_part(pair_.folder() / "a" / "diffusion_pytorch_model.safetensors"), BadInput);
  EXPECT_THROW((void)read_lora_part(pair_.folder() / "nowhere"), BadInput);
  const auto folder = pair_.folder() / "published";
  std::filesystem::create_directory(folder);
  std::filesystem::copy(pair_.folder() / "unet.safetensors", folder / "pytorch_lora_weights.safetensors");
  EXPECT_EQ(read_lora_part(folder).file->names().modules.size(), parts_[0].file->names().modules.size());
}

}  // namespace
}  // namespace tstitch
