#include "core/request/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using testing::ElementsAre;

template <class Choice>
void expect_round_trip() {
  for (const std::string_view name : all_names<Choice>()) {
    const auto choice = choice_named<Choice>(name);
    ASSERT_TRUE(choice.has_value()) << name;
    EXPECT_EQ(name_of(*choice), name);
  }
}

TEST(Names, EverySpellingReadsBack) {
  expect_round_trip<SamplerKind>();
  expect_round_trip<Spacing>();
  expect_round_trip<SplitRule>();
  expect_round_trip<PromptSyntax>();
  expect_round_trip<TextSource>();
  expect_round_trip<SeamHistory>();
  expect_round_trip<DecoderKind>();
}

TEST(Names, AreTheCommandLines) {
  EXPECT_THAT(all_names<SamplerKind>(),
              ElementsAre("default", "ddim", "ddpm", "euler", "euler-a", "heun", "lms", "pndm", "dpm2", "dpm2-a",
                          "dpmpp-2s", "dpmpp-2m", "dpmpp-2m-sde", "dpmpp-sde", "deis", "unipc", "lcm", "tcd"));
  EXPECT_THAT(all_names<Spacing>(),
              ElementsAre("default", "leading", "trailing", "linspace", "karras", "exponential", "beta", "ays"));
  EXPECT_THAT(all_names<SplitRule>(), ElementsAre("floor", "dit", "dit-multi", "ldm", "lcm", "round"));
  EXPECT_THAT(all_names<DecoderKind>(), ElementsAre("full", "tiny", "linear"));
}

TEST(Names, BelongToTheirChoice) {
  EXPECT_EQ(name_of(SamplerKind::EulerAncestral), "euler-a");
  EXPECT_EQ(name_of(SamplerKind::Dpmpp2MSde), "dpmpp-2m-sde");
  EXPECT_EQ(name_of(SamplerKind::Lcm), "lcm");
  EXPECT_EQ(name_of(Spacing::Ays), "ays");
  EXPECT_EQ(name_of(SplitRule::Round), "round");
  EXPECT_EQ(name_of(PromptSyntax::Weighted), "weighted");
  EXPECT_EQ(name_of(TextSource::Own), "own");
  EXPECT_EQ(name_of(SeamHistory::Reset), "reset");
}

TEST(Names, UnknownOnesAreNothing) {
  EXPECT_FALSE(choice_named<SamplerKind>("Euler").has_value());
  EXPECT_FALSE(choice_named<SamplerKind>("").has_value());
  EXPECT_FALSE(choice_named<SplitRule>("karras").has_value());
}

}  // namespace
}  // namespace tstitch
