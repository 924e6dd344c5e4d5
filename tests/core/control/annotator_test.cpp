#include "core/control/annotator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/control/canny.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

Image black() {
  constexpr std::size_t kBytes = 16 * 16 * 3;
  return {16, 16, std::vector<std::uint8_t>(kBytes)};
}

Image half_white() {
  constexpr int kSide = 16;
  Image image = black();
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = (i / 3) % kSide < kSide / 2 ? 0 : 255;
  return image;
}

TEST(Annotator, MakesCannyMapsWithTheirThresholds) {
  const Image map = make_annotator({}, {})->map(half_white(), {});
  EXPECT_EQ(map, canny_map(half_white(), {100, 200}));
  EXPECT_NE(map, black());
  const CannyThresholds high{2000, 3000};
  EXPECT_EQ(make_annotator({ControlKind::Canny, {}, high}, {})->map(half_white(), {}), canny_map(half_white(), high));
  EXPECT_NE(map, canny_map(half_white(), high));
}

TEST(Annotator, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)make_annotator({}, {})->map(half_white(), source.get_token()), Interrupted);
}

TEST(Annotator, HasEveryKindButTheOneOfMaps) {
  std::vector<ControlKind> kinds;
  for (const AnnotatorKind& kind : annotator_kinds()) kinds.push_back(kind.kind);
  EXPECT_EQ(kinds, (std::vector{ControlKind::Canny, ControlKind::Depth, ControlKind::Pose, ControlKind::SoftEdge,
                                ControlKind::LineArt}));
}

TEST(Annotator, AsksForTheWeightsThatAKindNeedsAndForNoOthers) {
  const auto refusal = [](const AnnotatorChoice& choice) {
    try {
      static_cast<void>(make_annotator(choice, {}));
    } catch (const UsageError& problem) {
      return problem.sentence();
    }
    return std::string("accepted");
  };
  for (const AnnotatorKind& kind : annotator_kinds()) {
    const bool needs = !kind.weights.empty();
    const AnnotatorChoice wrong{kind.kind, needs ? "" : "weights.pth", {}};
    EXPECT_THAT(refusal(wrong), HasSubstr(needs ? "needs the annotator's weights, and none are given. Give the "
                                                : "canny has no weights"));
  }
  EXPECT_THAT(refusal({ControlKind::Other, {}, {}}), HasSubstr("no annotator for maps of the kind other"));
}

}  // namespace
}  // namespace tstitch
