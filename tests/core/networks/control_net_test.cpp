#include "core/networks/control_net.h"

#include <algorithm>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;
constexpr double kStrength = 0.8;

struct Case {
  const char* control;
  const char* unet;
};

UnetExtras extras_of(const test::NetworkGolden& golden) {
  if (golden.tensors.count("pooled") == 0) return {};
  return {golden["pooled"], golden["time_ids"], {}};
}

ControlNet build(const WeightSource& weights, const std::string& config) {
  const WeightScope root(weights, {});
  ControlNet control(root, parse_control_net_config(config, "golden"));
  root.require_complete();
  return control;
}

UnetResiduals residuals_of(const ControlNet& control, const test::NetworkGolden& golden,
                           const std::stop_token& stop = {}) {
  UnetResiduals residuals = control(golden["x"], golden["timesteps"], golden["context"], extras_of(golden),
                                    control.embedded_hint(golden["hint"], stop), stop);
  for (at::Tensor& skip : residuals.skips) skip = skip * kStrength;
  residuals.middle = residuals.middle * kStrength;
  return residuals;
}

/// The largest difference among all residuals.
double difference(const UnetResiduals& residuals, const test::NetworkGolden& golden) {
  double most = test::relative_difference(residuals.middle, golden["out.middle"]);
  for (std::size_t i = 0; i < residuals.skips.size(); ++i) {
    most = std::max(most, test::relative_difference(residuals.skips[i], golden["out.skip" + std::to_string(i)]));
  }
  return most;
}

class ControlNetGolden : public testing::TestWithParam<Case> {};

TEST_P(ControlNetGolden, AddsWhatTheReferenceAdds) {
  const auto golden = test::NetworkGolden::load(GetParam().control);
  const UnetResiduals residuals = residuals_of(build(golden.weights, golden.config), golden);
  EXPECT_EQ(golden.tensors.count("out.skip" + std::to_string(residuals.skips.size())), 0U);
  EXPECT_LT(difference(residuals, golden), kTolerance);
}

TEST_P(ControlNetGolden, SteersTheUnetOfItsFamily) {
  const auto golden = test::NetworkGolden::load(GetParam().control);
  const auto family = test::NetworkGolden::load(GetParam().unet);
  const WeightScope root(family.weights, {});
  const Unet unet(root, parse_unet_config(family.config, "golden"));
  const auto predict = [&](const UnetResiduals& residuals) {
    return unet(golden["x"], golden["timesteps"], golden["context"], extras_of(golden), residuals, {});
  };
  EXPECT_LT(
      test::relative_difference(predict(residuals_of(build(golden.weights, golden.config), golden)), golden["out"]),
      kTolerance);
  EXPECT_GT(test::relative_difference(predict({}), golden["out"]), 0.1);
}

TEST_P(ControlNetGolden, NoticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam().control);
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(residuals_of(build(weights, golden.config), golden), golden);
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Families, ControlNetGolden,
                         testing::Values(Case{"control-sd1", "unet-sd1"}, Case{"control-sdxl", "unet-sdxl"},
                                         Case{"control-sdxl-small", "unet-sdxl"}));

TEST(ControlNet, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("control-sd1");
  const ControlNet control = build(golden.weights, golden.config);
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)residuals_of(control, golden, source.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
