#include "core/control/canny.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/error.h"

namespace tstitch {
namespace {

std::vector<std::uint8_t> from_base64(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(alphabet.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

nlohmann::json golden_cases() {
  std::ifstream file(std::filesystem::path(TSTITCH_GOLDEN_DIR) / "canny.json");
  return nlohmann::json::parse(file);
}

TEST(Canny, EqualsOpenCvsPythonBinding) {
  for (const auto& golden : golden_cases()) {
    const Image picture{golden["width"], golden["height"], from_base64(golden["rgb"])};
    const Image map = canny_map(picture, {golden["low"], golden["high"]});
    const auto packed = from_base64(golden["edges"]);
    ASSERT_EQ(map.rgb.size(), picture.rgb.size());
    int different = 0, edges = 0;
    for (std::size_t i = 0; i < map.rgb.size(); ++i) {
      const std::size_t pixel = i / 3;
      const int expected = (packed[pixel / 8] >> (7 - pixel % 8) & 1) != 0 ? 255 : 0;
      different += map.rgb[i] == expected ? 0 : 1;
      edges += expected == 0 ? 0 : 1;
    }
    EXPECT_EQ(different, 0) << golden["name"] << " " << golden["low"];
    EXPECT_GT(edges, 0);
  }
}

TEST(Canny, HasThePublishedThresholdsByDefault) {
  const auto golden = golden_cases().at(0);
  const Image picture{golden["width"], golden["height"], from_base64(golden["rgb"])};
  EXPECT_EQ(canny_map(picture), canny_map(picture, {100, 200}));
}

TEST(Canny, RefusesAnEmptyPicture) {
  EXPECT_THROW((void)canny_map(Image{}), BadInput);
  EXPECT_THROW((void)canny_map(Image{2, 2, {}}), LogicError);
}

}  // namespace
}  // namespace tstitch
