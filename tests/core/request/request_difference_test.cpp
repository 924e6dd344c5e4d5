#include "core/request/request_difference.h"

#include <gtest/gtest.h>

namespace tstitch {
namespace {

using Differences = std::vector<SettingDifference>;

GenerationRequest request() {
  GenerationRequest request;
  request.prompt = "3d fox";
  request.extent = {128, 128};
  request.denoisers = {{"small", {"mini-small", "sd1", {{"unet", "aa11"}}, {}}, {}},
                       {"large", {"mini-large", "sd1", {{"unet", "bb22"}}, {}}, {}}};
  return request;
}

TEST(RequestDifference, EqualRequestsHaveNone) {
  EXPECT_EQ(setting_differences(request(), request()), Differences{});
}

TEST(RequestDifference, ARatioIsPercentAndASizeOneSetting) {
  GenerationRequest other = request();
  other.split = RatioSplit{{Percent{0}}};
  other.extent = {128, 192};
  EXPECT_EQ(setting_differences(other, request()),
            (Differences{{"ratio", "0 %", "40 %"}, {"size", "128x192", "128x128"}}));
}

TEST(RequestDifference, SegmentsStandBesideARatio) {
  GenerationRequest other = request();
  other.split = SegmentSplit{{{"small", 10, {}, {}}, {"large", 15, {}, "a red fox"}}};
  EXPECT_EQ(setting_differences(request(), other), (Differences{{"ratio", "40 %", {}},
                                                                {"rule", "floor", {}},
                                                                {"segments", {}, "small:10,large:15"},
                                                                {"segments.2.prompt", {}, "\"a red fox\""}}));
}

TEST(RequestDifference, PromptsAreQuotedAndAnEmptyOneIsNotNone) {
  GenerationRequest other = request();
  other.prompt = "3d panda";
  other.negative_prompt = "";
  EXPECT_EQ(setting_differences(request(), other),
            (Differences{{"prompt", "\"3d fox\"", "\"3d panda\""}, {"negative_prompt", {}, "\"\""}}));
}

TEST(RequestDifference, AModelIsItsNameOrElseItsHashes) {
  GenerationRequest other = request();
  other.denoisers[1].model = {"another", "sd1", {{"unet", "cc33"}}, {}};
  other.denoisers[0].model.files[0].sha256 = "dd44";
  other.denoisers[0].guidance = 3;
  EXPECT_EQ(setting_differences(request(), other), (Differences{{"denoisers.small.model.files", "aa11", "dd44"},
                                                                {"denoisers.large.model", "mini-large", "another"},
                                                                {"denoisers.small.guidance", {}, "3"}}));
}

TEST(RequestDifference, AdditionsAreCounted) {
  GenerationRequest a = request(), b = request();
  a.loras = {{{"style", "lora", {}, {}}, 0.5, {}}};
  b.loras = {{{"style", "lora", {}, {}}, 0.75, {}}, {{"light", "lora", {}, {}}, 1, "large"}};
  EXPECT_EQ(setting_differences(a, b), (Differences{{"loras.1.strength", "0.5", "0.75"},
                                                    {"loras.2.model", {}, "light"},
                                                    {"loras.2.strength", {}, "1"},
                                                    {"loras.2.denoiser", {}, "large"}}));
}

}  // namespace
}  // namespace tstitch
