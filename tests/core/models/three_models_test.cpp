#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/models/model_index.h"
#include "core/trajectory/trajectory.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch {
namespace {

using ::testing::ElementsAre;

/// three-models: the known pairs with a model between, by one ratio (`--ratio`, the window's) and by their own shares.
class ThreeModels : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static std::vector<Segment> segments(const GenerationRequest& request) {
    std::vector<Segment> segments = make_trajectory(request, test::plain_schedule(request.steps)).segments;
    for (Segment& segment : segments) segment.guidance.reset();
    return segments;
  }

  [[nodiscard]] static std::vector<Segment> by_ratio(int percent) {
    GenerationRequest request = pair().defaults;
    request.split = RatioSplit{{Percent{percent}}, std::get<RatioSplit>(request.split).rule};
    return segments(request);
  }

  [[nodiscard]] static PairEntry pair() {
    const auto pairs = known_pairs({std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"});
    return *pair_named(pairs, GetParam());
  }
};

TEST_P(ThreeModels, areSmallAndLargeByOneRatio) {
  ASSERT_EQ(pair().defaults.denoisers.size(), 3U);
  EXPECT_THAT(by_ratio(0), ElementsAre(Segment{"large", 50, std::nullopt}));
  EXPECT_THAT(by_ratio(40), ElementsAre(Segment{"small", 20, std::nullopt}, Segment{"large", 30, std::nullopt}));
  EXPECT_THAT(by_ratio(100), ElementsAre(Segment{"small", 50, std::nullopt}));
}

TEST_P(ThreeModels, areAllByTheirOwnShares) {
  std::vector<DenoiserName> names;
  for (const Segment& segment : segments(pair().defaults)) names.push_back(segment.denoiser);
  EXPECT_THAT(names, ElementsAre("small", "middle", "large"));
}

INSTANTIATE_TEST_SUITE_P(Pairs, ThreeModels, ::testing::Values("dit-xl-b-s", "sdxl-ssd-1b-vega"));

}  // namespace
}  // namespace tstitch
