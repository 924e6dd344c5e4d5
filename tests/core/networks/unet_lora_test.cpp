// A U-Net with low-rank adapters folded into its weights or added when it is called, against diffusers with peft
// (tests/golden/make_lora.py).
#include <ATen/ops/full.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/configs/model_config.h"
#include "core/networks/unet.h"
#include "core/weights/lora.h"
#include "tests/support/generated_weights.h"
#include "tests/support/golden.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;

/// The adapter file of a case: generated factors, given alphas.
std::shared_ptr<const LoraFile> lora_file(const nlohmann::json& entry) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, shape] : entry.at("tensors").items()) {
    const auto sides = shape.get<std::vector<std::int64_t>>();
    tensors[name] = sides.empty() ? at::full({}, entry.at("alpha").get<double>())
                                  : test::generated_tensor(name, sides, entry.at("seed").get<std::uint64_t>());
  }
  return std::make_shared<const LoraFile>(std::make_unique<test::TensorWeights>(std::move(tensors)));
}

at::Tensor output_with(const test::NetworkGolden& golden, const std::vector<AppliedLora>& loras,
                       LoraMethod method = LoraMethod::Folded, const BuildOptions& options = {}) {
  const LoraSource source(golden.weights, LoraComponent::Network, loras, {}, method);
  const WeightScope root(source, options);
  const Unet unet(root, parse_unet_config(golden.config, "config.json"));
  root.require_complete();
  return unet(golden["x.even"], golden["timesteps.even"], golden["context.even"], {}, {}, {});
}

class UnetLora : public testing::TestWithParam<const char*> {};

TEST_P(UnetLora, IsThatOfDiffusersAndPeft) {
  const auto base = test::NetworkGolden::load("unet-sd1");
  const auto golden = test::Golden::load(TSTITCH_GOLDEN_DIR, std::string("networks/") + GetParam());
  const auto file = lora_file(golden.json());
  const LoraFit fit = file->fit(LoraComponent::Network, base.weights);
  EXPECT_EQ(fit.fitting, fit.modules) << fit.first_misfit;
  const double strength = golden.json().at("strength");
  EXPECT_LT(test::relative_difference(output_with(base, {{file, strength}}), golden["out"]), kTolerance);
  // Without the adapter, or with another strength, the golden would be missed.
  EXPECT_GT(test::relative_difference(output_with(base, {}), golden["out"]), 100 * kTolerance);
  EXPECT_GT(test::relative_difference(output_with(base, {{file, strength * 1.01}}), golden["out"]), 3 * kTolerance);
}

TEST_P(UnetLora, IsTheSameFoldedAndAddedWhenCalled) {
  const auto base = test::NetworkGolden::load("unet-sd1");
  const auto golden = test::Golden::load(TSTITCH_GOLDEN_DIR, std::string("networks/") + GetParam());
  const std::vector<AppliedLora> loras{{lora_file(golden.json()), golden.json().at("strength")}};
  const at::Tensor folded = output_with(base, loras);
  for (const FastPaths paths : {FastPaths::On, FastPaths::Off}) {
    const at::Tensor added = output_with(base, loras, LoraMethod::Added, {.fast_paths = paths});
    EXPECT_LT(test::relative_difference(added, folded), kTolerance);
    EXPECT_LT(test::relative_difference(added, golden["out"]), kTolerance);
  }
}

/// Only what is no product of two small factors is a tensor of its own.
TEST_P(UnetLora, SharesTheWeightsOfOtherSets) {
  const auto base = test::NetworkGolden::load("unet-sd1");
  const auto golden = test::Golden::load(TSTITCH_GOLDEN_DIR, std::string("networks/") + GetParam());
  const std::vector<AppliedLora> loras{{lora_file(golden.json()), golden.json().at("strength")}};
  const LoraModule first = lora_file(golden.json())->names().modules.front();
  const bool has_factors = first.has("down") && !first.has("magnitude");
  std::int64_t read = 0;
  BuildOptions options;
  options.shelf = std::make_shared<TensorShelf>();
  options.progress = [&](std::int64_t bytes) { read = bytes; };
  const at::Tensor plain = output_with(base, {}, LoraMethod::Added, options);
  EXPECT_GT(read, 0);
  EXPECT_EQ(options.shelf->size(), base.weights.entries().size());
  read = 0;
  const at::Tensor changed = output_with(base, loras, LoraMethod::Added, options);
  EXPECT_EQ(read == 0, has_factors) << read << " bytes were read again";
  EXPECT_LT(test::relative_difference(changed, golden["out"]), kTolerance);
  read = 0;
  EXPECT_TRUE(output_with(base, {}, LoraMethod::Added, options).equal(plain)) << "the shelf is as it was";
  EXPECT_EQ(read, 0);
}

INSTANTIATE_TEST_SUITE_P(Layouts, UnetLora,
                         testing::Values("lora-kohya", "lora-peft", "lora-processors", "lora-dora", "lora-loha",
                                         "lora-lokr"));

TEST(UnetLoras, AddUp) {
  const auto base = test::NetworkGolden::load("unet-sd1");
  const auto golden = test::Golden::load(TSTITCH_GOLDEN_DIR, "networks/lora-kohya");
  const auto file = lora_file(golden.json());
  const double strength = golden.json().at("strength");
  const at::Tensor halves = output_with(base, {{file, strength / 2}, {file, strength / 2}});
  EXPECT_LT(test::relative_difference(halves, golden["out"]), kTolerance);
}

}  // namespace
}  // namespace tstitch
