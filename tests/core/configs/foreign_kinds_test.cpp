#include "core/configs/foreign_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

TEST(ForeignKinds, areToldByTensors) {
  const std::pair<TensorShapes, const char*> kinds[] = {
      {{{"lora_controlnet", {}}, {"input_blocks.1.0.in_layers.2.down", {4, 32, 3, 3}}}, "a Control-LoRA"},
      {{{"conv_in.weight", {32, 4, 3, 3}}, {"control_add_embedding.linear_1.weight", {8, 8}}}, "a union ControlNet"},
      {{{"task_embedding", {6, 8}}}, "a union ControlNet"},
      {{{"lllite_unet_input_blocks_4_1.down.0.weight", {8, 8}}}, "a ControlLLLite"},
      {{{"image_proj.proj.weight", {8, 8}}, {"ip_adapter.1.to_k_ip.weight", {8, 8}}}, "an IP-Adapter"},
      {{{"ip_adapter.0.to_q_lora.down.weight", {4, 8}}, {"ip_adapter.0.to_q_lora.up.weight", {8, 4}}}, "an IP-Adapter"},
      {{{"conv_first.weight", {64, 3, 3, 3}}, {"body.0.rdb1.conv1.weight", {32, 64, 3, 3}}}, "an upscaler"},
      {{{"model.diffusion_model.double_blocks.0.img_attn.qkv.weight", {8, 8}}}, "a FLUX transformer"},
      {{{"model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight", {8, 8}}}, "a Stable Diffusion 3 transformer"},
  };
  for (const auto& [tensors, what] : kinds) {
    EXPECT_EQ(foreign_kind(tensors), what);
    EXPECT_THAT(test::refusal_in("file",
                                 [&, &shapes = tensors] {
                                   refuse_foreign_kind(shapes, "file", "a LoRA");
                                   return 0;
                                 }),
                HasSubstr(std::string("is ") + what + ", which is not supported; expected a LoRA."));
  }
}

/// What changes another family's network is a LoRA, and its fit tells what it is for.
TEST(ForeignKinds, leaveLorasToTheirFit) {
  EXPECT_EQ(foreign_kind({{"transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight", {4, 8}},
                          {"transformer.single_transformer_blocks.0.attn.to_q.lora_B.weight", {8, 4}}}),
            "");
  EXPECT_EQ(foreign_kind({{"lora_unet_a.lora_down.weight", {4, 8}}, {"lora_unet_a.lora_up.weight", {8, 4}}}), "");
}

TEST(ForeignKinds, areNamedByTheirClass) {
  EXPECT_EQ(foreign_class("ControlNetUnionModel"), "a union ControlNet");
  EXPECT_EQ(foreign_class("UNet2DConditionModel"), "");
}

TEST(ForeignKinds, nameAdaptersThatAreNotApplied) {
  const TensorShapes tensors{{"lora_unet_a.oft_blocks", {2, 2, 2}}};
  EXPECT_THAT(test::refusal_in("file",
                               [&] {
                                 refuse_unsupported_adapter(names_of(tensors), tensors, "file");
                                 return 0;
                               }),
              HasSubstr("OFT"));
}

}  // namespace
}  // namespace tstitch
