#include "tests/support/generated_weights.h"

#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/weights/weight_source.h"
#include "tests/support/golden.h"
#include "tests/support/model_folder.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

TEST(GeneratedTensors, equalThoseOfThePythonTwin) {
  const auto golden = TSTITCH_GOLDEN("generated_weights");
  for (const auto& [name, expected] : golden.tensors()) {
    const at::Tensor made = test::generated_tensor(name, expected.sizes().vec(), 12345);
    EXPECT_TRUE(at::equal(made, expected)) << name;
  }
  EXPECT_EQ(golden.tensors().size(), 6U);
}

TEST(GeneratedTensors, oneTensorCanBeScaled) {
  test::GeneratedWeights weights({{"a.weight", {4}}}, 1);
  const at::Tensor before = weights.read("a.weight", at::kFloat);
  weights.scale("a.weight", 1.01);
  EXPECT_FALSE(test::tensor_near_relative(weights.read("a.weight", at::kFloat), before, 1e-3));
  EXPECT_TENSOR_NEAR_RELATIVE(weights.read("a.weight", at::kFloat), before, 1.1e-2);
}

TEST(ModelFolder, isCompleteAndReadable) {
  const test::TemporaryFolder folder;
  test::write_model_folder(folder.path(), TSTITCH_GOLDEN_DIR, {.type = at::kHalf, .variant = "fp16"});
  for (const char* file : {"model_index.json", "unet/config.json", "vae/config.json", "text_encoder/config.json",
                           "tokenizer/vocab.json", "tokenizer/merges.txt", "scheduler/scheduler_config.json"}) {
    EXPECT_TRUE(std::filesystem::is_regular_file(folder.path() / file)) << file;
  }
  const auto unet = open_weights(folder.path() / "unet", "diffusion_pytorch_model");
  const at::Tensor expected = test::generated_tensor("conv_in.weight", {32, 4, 3, 3}, 1).to(at::kHalf);
  EXPECT_TRUE(at::equal(unet->read("conv_in.weight", at::kHalf), expected));
}

}  // namespace
}  // namespace tstitch
