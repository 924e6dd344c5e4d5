#include "core/networks/t2i_adapter.h"

#include <algorithm>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "core/networks/adapter_map.h"
#include "core/weights/mapped_source.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 5e-6;
constexpr double kStrength = 0.8;
constexpr int kFactor = 8;

struct Case {
  const char* adapter;
  std::vector<const char*> unets;
};

T2iAdapter build(const WeightSource& weights, const AdapterConfig& config) {
  const WeightScope root(weights, {});
  T2iAdapter adapter(root, config);
  root.require_complete();
  return adapter;
}

AdapterConfig config_of(const test::NetworkGolden& golden) {
  return parse_adapter_config(golden.config, "golden");
}

/// The largest difference among all features.
double difference(const std::vector<at::Tensor>& features, const test::NetworkGolden& golden) {
  double most = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    most = std::max(most, test::relative_difference(features[i], golden["out.feature" + std::to_string(i)]));
  }
  return most;
}

class T2iAdapterGolden : public testing::TestWithParam<Case> {};

TEST_P(T2iAdapterGolden, MakesTheFeaturesOfTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam().adapter);
  const auto features = build(golden.weights, config_of(golden))(golden["picture"], {});
  EXPECT_EQ(golden.tensors.count("out.feature" + std::to_string(features.size())), 0U);
  EXPECT_LT(difference(features, golden), kTolerance);
}

TEST_P(T2iAdapterGolden, NoticesEveryTensor) {
  auto golden = test::NetworkGolden::load(GetParam().adapter);
  const auto unseen = test::unseen_mutations(golden.weights, kTolerance, [&](const WeightSource& weights) {
    return difference(build(weights, config_of(golden))(golden["picture"], {}), golden);
  });
  EXPECT_THAT(unseen, testing::IsEmpty());
}

TEST_P(T2iAdapterGolden, SteersTheUnetsOfItsFamily) {
  const auto golden = test::NetworkGolden::load(GetParam().adapter);
  const AdapterConfig config = config_of(golden);
  const auto features = build(golden.weights, config)(golden["picture"], {});
  for (const std::string name : GetParam().unets) {
    SCOPED_TRACE(name);
    const auto family = test::NetworkGolden::load(name);
    const WeightScope root(family.weights, {});
    const Unet unet(root, parse_unet_config(family.config, "golden"));
    const auto off = [&](const UnetResiduals& residuals) {
      const at::Tensor out = unet(golden["x"], golden["timesteps"], golden["context"],
                                  {golden["pooled"], golden["time_ids"], {}}, residuals, {});
      return test::relative_difference(out, golden["out." + name]);
    };
    const AdapterMap map = adapter_map(config, unet.config(), kFactor);
    EXPECT_LT(off(map(features, kStrength)), kTolerance);
    // No feature may be left out, none be taken with another strength.
    EXPECT_GT(off({}), 0.1);
    for (std::size_t i = 0; i < map.taken(); ++i) {
      auto changed = features;
      changed[i] = changed[i] * 1.01;
      EXPECT_GT(off(map(changed, kStrength)), kTolerance) << i;
    }
  }
}

TEST_P(T2iAdapterGolden, ShowsItsConfigInItsShapes) {
  const auto golden = test::NetworkGolden::load(GetParam().adapter);
  const AdapterConfig told = config_of(golden);
  const AdapterConfig shown = infer_adapter_config(shapes_of(golden.weights), "golden");
  EXPECT_EQ(shown.kind, told.kind);
  EXPECT_EQ(shown.picture_channels, told.picture_channels);
  EXPECT_EQ(shown.channels, told.channels);
  EXPECT_EQ(shown.resnets, told.resnets);
  EXPECT_EQ(shown.unshuffle, told.unshuffle);
}

INSTANTIATE_TEST_SUITE_P(Kinds, T2iAdapterGolden,
                         testing::Values(Case{"adapter-full", {"unet-sd1", "unet-bk-small", "unet-bk-tiny"}},
                                         Case{"adapter-grey", {"unet-bk-base"}},
                                         Case{"adapter-xl", {"unet-sdxl", "unet-ssd", "unet-koala"}},
                                         Case{"adapter-light", {"unet-sd1"}}));

TEST(T2iAdapter, StopsWhenAsked) {
  const auto golden = test::NetworkGolden::load("adapter-full");
  const T2iAdapter adapter = build(golden.weights, config_of(golden));
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)adapter(golden["picture"], source.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
