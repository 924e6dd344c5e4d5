#include "core/control/annotator.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/control/canny.h"

namespace tstitch {
namespace {

Image half_white() {
  constexpr int kSide = 16;
  Image image{kSide, kSide, std::vector<std::uint8_t>(kSide * kSide * 3)};
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = (i / 3) % kSide < kSide / 2 ? 0 : 255;
  return image;
}

TEST(Annotator, MakesCannyMapsWithTheirDefaults) {
  const Image map = make_annotator(ControlKind::Canny)->map(half_white(), {});
  EXPECT_EQ(map, canny_map(half_white(), {100, 200}));
  EXPECT_NE(map, (Image{16, 16, std::vector<std::uint8_t>(16 * 16 * 3)}));
}

TEST(Annotator, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)make_annotator(ControlKind::Canny)->map(half_white(), source.get_token()), Interrupted);
}

TEST(Annotator, RefusesAKindOfWhichOnlyMapsAreTaken) {
  EXPECT_THROW((void)make_annotator(ControlKind::Other), UsageError);
}

}  // namespace
}  // namespace tstitch
