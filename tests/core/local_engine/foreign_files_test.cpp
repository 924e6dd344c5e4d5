// Files of kinds that no slot takes: named in each, and by inspect alike.
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/control/annotator.h"
#include "core/local_engine/control_part.h"
#include "core/local_engine/lora_set.h"
#include "core/local_engine/model_parts.h"
#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string sentence(const std::function<void()>& read) {
  try {
    read();
  } catch (const BadInput& refusal) {
    return refusal.what();
  }
  return "accepted";
}

class ForeignFiles : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file_of(const std::map<std::string, std::vector<std::int64_t>>& shapes) const {
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, shape] : shapes) tensors[name] = test::generated_tensor(name, shape, 1);
    test::write_tensors(folder_.path() / "given.safetensors", tensors);
    return folder_.path() / "given.safetensors";
  }

  static void expect_named(const std::filesystem::path& file, const std::string& what) {
    const std::string start = "is " + what;
    EXPECT_THAT(sentence([&] { (void)read_model_parts(file, {}, WeightChoice::Auto); }), StartsWith(start));
    EXPECT_THAT(sentence([&] { (void)read_vae_part(file, {}); }), StartsWith(start));
    const std::string as_lora = sentence([&] { (void)read_lora_part(file); });
    EXPECT_THAT(as_lora, StartsWith(what == "a LoRA" ? "accepted" : start));
    EXPECT_THAT(sentence([&] { (void)read_control_network(file, {}); }), StartsWith(start));
    for (const ControlKind kind :
         {ControlKind::Depth, ControlKind::Pose, ControlKind::SoftEdge, ControlKind::LineArt}) {
      EXPECT_THAT(sentence([&] { (void)make_annotator({kind, file, {}}, {}); }), StartsWith(start));
    }
  }

  test::TemporaryFolder folder_;
};

TEST_F(ForeignFiles, controlKinds) {
  expect_named(file_of({{"input_blocks.1.0.in_layers.2.down", {4, 32, 3, 3}},
                        {"input_hint_block.0.weight", {16, 3, 3, 3}},
                        {"lora_controlnet", {}}}),
               "a Control-LoRA");
  expect_named(file_of({{"image_proj.proj.weight", {8, 8}}, {"ip_adapter.1.to_k_ip.weight", {8, 8}}}), "an IP-Adapter");
  const std::string stem = "lllite_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.";
  expect_named(file_of({{stem + "conditioning1.0.weight", {8, 8}}, {stem + "down.0.weight", {8, 8}}}),
               "a ControlLLLite");
  expect_named(file_of({{"conv_in.weight", {32, 4, 3, 3}},
                        {"controlnet_cond_embedding.conv_in.weight", {16, 3, 3, 3}},
                        {"control_add_embedding.linear_1.weight", {8, 8}},
                        {"task_embedding", {6, 8}}}),
               "a union ControlNet");
  expect_named(file_of({{"conv_first.weight", {64, 3, 3, 3}}}), "an upscaler");
  expect_named(file_of({{"double_blocks.0.img_attn.qkv.weight", {8, 8}}}), "a FLUX transformer");
  expect_named(file_of({{"lora_unet_a.weight", {8}}, {"lora_unet_a.on_input", {}}}), "a LoRA");
}

TEST_F(ForeignFiles, sayWhatIsTaken) {
  const auto file = file_of({{"lora_controlnet", {}}});
  EXPECT_THAT(sentence([&] { (void)read_vae_part(file, {}); }), HasSubstr("expected an autoencoder."));
  EXPECT_THAT(sentence([&] { (void)read_lora_part(file); }), HasSubstr("expected a LoRA."));
  EXPECT_THAT(sentence([&] { (void)read_control_network(file, {}); }),
              HasSubstr("expected a ControlNet or a T2I-Adapter."));
}

/// Where a textual inversion is not taken it is called so, with what is.
TEST_F(ForeignFiles, strays) {
  const auto file = file_of({{"emb_params", {2, 64}}});
  EXPECT_THAT(sentence([&] { (void)read_vae_part(file, {}); }), HasSubstr("expected an autoencoder."));
  EXPECT_THAT(sentence([&] { (void)read_lora_part(file); }), StartsWith("is a textual inversion"));
  EXPECT_THAT(sentence([&] { (void)read_control_network(file, {}); }), StartsWith("is a textual inversion"));
}

/// A published union network lies in a folder whose config says ControlNetModel, or its own class.
TEST_F(ForeignFiles, unionFolders) {
  const auto read = [&] { return sentence([&] { (void)read_control_network(folder_.path(), {}); }); };
  std::ofstream(folder_.path() / "config.json") << R"({"_class_name":"ControlNetUnionModel"})";
  EXPECT_THAT(read(), HasSubstr("a union ControlNet (ControlNetUnionModel)"));
  std::ofstream(folder_.path() / "config.json") << R"({"_class_name":"ControlNetModel"})";
  test::write_tensors(folder_.path() / "diffusion_pytorch_model.safetensors",
                      {{"control_add_embedding.linear_1.weight", test::generated_tensor("a", {8, 8}, 1)}});
  EXPECT_THAT(read(), StartsWith("is a union ControlNet"));
}

}  // namespace
}  // namespace tstitch
