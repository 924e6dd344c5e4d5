#include "tests/support/runs/xl_runs.h"

#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/local_engine/local_engine.h"
#include "core/weights/weight_source.h"
#include "tests/support/control_file.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/generated_weights.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/tensor_files.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// Whole runs of the SDXL family against diffusers' (tests/golden/make_xl_runs.py).
class XlRuns : public ::testing::Test {
 protected:
  /// By an engine that has seen none of the models' files before.
  at::Tensor latents_of(const Job& job) {
    LocalEngineOptions options;
    options.cache = models_.folder() / "cache";
    options.device = device_;
    return test::final_latents(*make_local_engine(options), job);
  }

  /// How far a case's latents are from diffusers'; infinite where it failed.
  double distance(const std::string& name) {
    const at::Tensor latents = latents_of(models_.job(models_.case_named(name)));
    return latents.defined() ? test::relative_difference(latents, models_.golden()[name + ".latents"])
                             : std::numeric_limits<double>::infinity();
  }

  void expect_golden_runs() {
    ASSERT_GE(models_.golden().json().at("cases").size(), 18U);
    for (const auto& entry : models_.golden().json().at("cases")) {
      const std::string name = entry.at("name");
      EXPECT_LE(distance(name), entry.at("bound").get<double>()) << name;
    }
  }

  test::XlRuns models_{TSTITCH_GOLDEN_DIR};
  std::string device_;  ///< LibTorch's name; empty = the CPU
};

TEST_F(XlRuns, endInTheLatentsOfDiffusers) {
  expect_golden_runs();
}

TEST_F(XlRuns, endInTheLatentsOfDiffusersOnADevice) {
  device_ = test::simulated_device().str();
  expect_golden_runs();
}

TEST_F(XlRuns, endInThePictureOfDiffusers) {
  const Job job = models_.job(models_.case_named("euler-40"));
  ASSERT_TRUE(latents_of(job).defined());
  test::expect_golden_picture(job.output.path, models_.golden()["euler-40.picture"]);
}

/// Within twice the distance that diffusers' networks have from their own fp32: 5e-3 for fp16, 4e-2 for bf16.
TEST_F(XlRuns, stayNearInHalfPrecision) {
  int compared = 0;
  for (const auto& entry : models_.golden().json().at("cases")) {
    if (!entry.contains("halves")) continue;
    const std::string name = entry.at("name");
    for (const auto& [type, precision] : {std::pair{"fp16", Precision::Fp16}, std::pair{"bf16", Precision::Bf16}}) {
      Job job = models_.job(entry);
      job.settings.precision = precision;
      const at::Tensor latents = latents_of(job);
      ASSERT_TRUE(latents.defined());
      const double off = test::relative_difference(latents, models_.golden()[name + ".latents"]);
      EXPECT_LE(off, entry.at("halves").at(type).get<double>()) << name << " in " << type;
      EXPECT_GT(off, 1e-4) << name << " was not computed in " << type;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 6);
}

/// The refiner has one text encoder, which trainers of one encoder call the first.
TEST_F(XlRuns, giveTheRefinersEncoderTheLorasOfOneEncoder) {
  Job job = models_.job(models_.case_named("refiner"));
  const at::Tensor plain = latents_of(job);
  const auto text = open_weight_file(models_.folder() / "refiner" / "text_encoder_2" / "model.safetensors");
  const auto shape = text->entries().at("text_model.encoder.layers.0.mlp.fc1.weight").shape;
  std::vector<at::Tensor> changed;
  for (const char* prefix : {"lora_te_", "lora_te2_"}) {
    const std::string layer = concat(prefix, "text_model_encoder_layers_0_mlp_fc1");
    const auto path = models_.folder() / concat(prefix, ".safetensors");
    test::write_tensors(path, {{layer + ".lora_down.weight", test::generated_tensor("down", {2, shape[1]}, 1)},
                               {layer + ".lora_up.weight", test::generated_tensor("up", {shape[0], 2}, 1)}});
    Job own = job;
    own.request.loras = {{{prefix, {}, {}, path}, 1.0, "large"}};
    changed.push_back(latents_of(own));
    ASSERT_TRUE(changed.back().defined()) << prefix;
  }
  EXPECT_GT(test::relative_difference(changed[0], plain), 1e-4);
  EXPECT_TRUE(changed[0].equal(changed[1]));
}

/// One tensor of each part times 1.1, in the file that the run reads.
TEST_F(XlRuns, noticeAWrongWeight) {
  struct Wrong {
    std::string run, file, tensor;
  };
  const std::string kNetwork = "/diffusion_pytorch_model.safetensors", kText = "/model.safetensors";
  const std::vector<Wrong> wrongs{
      {"euler-40", "ssd-1b/unet" + kNetwork, "mid_block.resnets.0.conv1.weight"},
      {"euler-40", "ssd-1b/unet" + kNetwork, "up_blocks.0.attentions.2.transformer_blocks.2.ff.net.2.weight"},
      {"euler-40", "sdxl/unet" + kNetwork, "add_embedding.linear_1.weight"},
      {"euler-40", "sdxl/unet" + kNetwork, "mid_block.attentions.0.transformer_blocks.2.attn2.to_v.weight"},
      {"euler-40", "sdxl/text_encoder" + kText, "text_model.encoder.layers.1.mlp.fc2.weight"},
      {"euler-40", "sdxl/text_encoder_2" + kText, "text_model.encoder.layers.0.self_attn.v_proj.weight"},
      {"euler-40", "sdxl/text_encoder_2" + kText, "text_projection.weight"},
      {"koala", "koala/unet" + kNetwork, "down_blocks.2.attentions.0.proj_out.weight"},
      {"lcm", "lcm-sdxl/unet" + kNetwork, "time_embedding.cond_proj.weight"},
      {"refiner", "refiner/unet" + kNetwork, "down_blocks.2.attentions.1.proj_in.weight"},
      {"refiner", "refiner/text_encoder_2" + kText, "text_projection.weight"},
      {"control", "control" + kNetwork, "controlnet_down_blocks.8.weight"},
      {"control", "control" + kNetwork, "add_embedding.linear_2.weight"},
      {"lora", "lora.safetensors", "lora_te2_text_model_encoder_layers_1_mlp_fc2.lora_up.weight"},
      {"lora", "lora.safetensors", "lora_unet_down_blocks_2_attentions_0_proj_in.lora_down.weight"}};
  for (const auto& [run, file, tensor] : wrongs) {
    SCOPED_TRACE(concat(file, " ", tensor));
    const fs::path path = models_.folder() / file;
    const auto stored = open_weight_file(path);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, entry] : stored->entries()) tensors[name] = stored->read(name, at::kFloat);
    auto wrong = tensors;
    wrong.at(tensor) = wrong.at(tensor).mul(1.1);
    test::write_tensors(path, wrong);
    EXPECT_GT(distance(run), models_.case_named(run).at("bound").get<double>());
    test::write_tensors(path, tensors);
  }
}

/// A file has no config; its heads, groups and depths are inferred, its time ids are the U-Net's.
TEST_F(XlRuns, takeControlNetsFromFilesAlike) {
  for (const char* name : {"control", "control-mid", "control-small"}) {
    Job job = models_.job(models_.case_named(name));
    const at::Tensor of_folder = latents_of(job);
    ASSERT_TRUE(of_folder.defined());
    job.request.controls[0].model.location = models_.folder() / "control.pth";
    for (const test::ControlLayout layout : {test::ControlLayout::Diffusers, test::ControlLayout::Original}) {
      SCOPED_TRACE(std::string(name) + (layout == test::ControlLayout::Original ? ", original" : ", diffusers"));
      test::write_control_file(TSTITCH_GOLDEN_DIR, models_.folder() / name / "diffusion_pytorch_model.safetensors",
                               job.request.controls[0].model.location, layout, "controlnet-sdxl");
      const at::Tensor of_file = latents_of(job);
      ASSERT_TRUE(of_file.defined());
      EXPECT_TENSOR_NEAR_RELATIVE(of_file, of_folder, 0.0);
    }
  }
}

}  // namespace
}  // namespace tstitch
