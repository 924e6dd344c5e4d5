#include "core/models/pair_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kSmallest =
    R"({"manifest":1,"name":"pair","title":"Pair","large":"pair/large","small":"pair/small"})";

class PairManifest : public testing::Test {
 protected:
  PairManifest() {
    fs::create_directories(folder_.path() / "pair" / "large");
    fs::create_directories(folder_.path() / "pair" / "small");
  }

  /// The smallest manifest with a piece of its text replaced.
  fs::path manifest(const std::string& from = "}", const std::string& to = "}") {
    std::string text = kSmallest;
    text.replace(text.rfind(from), from.size(), to);
    return folder_.write("pair.json", text);
  }

  std::string refusal(const std::string& from, const std::string& to) {
    try {
      read_manifest(manifest(from, to));
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

TEST_F(PairManifest, TheSmallestHasOurDefaults) {
  const PairEntry pair = read_manifest(manifest());
  EXPECT_EQ(pair.name, "pair");
  EXPECT_EQ(pair.title, "Pair");
  EXPECT_EQ(pair.large, folder_.path() / "pair/large");
  EXPECT_EQ(pair.small, folder_.path() / "pair/small");
  EXPECT_EQ(pair.defaults.steps, 25);
  EXPECT_EQ(pair.defaults.guidance_scale, 7.5);
  EXPECT_EQ(std::get<RatioSplit>(pair.defaults.split), RatioSplit{});
  ASSERT_THAT(pair.defaults.denoisers, SizeIs(2));
  EXPECT_EQ(pair.defaults.denoisers[0].name, "small");
  EXPECT_EQ(pair.defaults.denoisers[0].model.name, "pair/small");
  EXPECT_EQ(pair.defaults.denoisers[0].model.location, pair.small);
  EXPECT_EQ(pair.defaults.denoisers[1].model.location, pair.large);
}

TEST_F(PairManifest, SetsEveryDefault) {
  const PairEntry pair = read_manifest(manifest("}", R"(,"licence":"MIT","examples":["a","b"],
      "sha256":{"pair/large/x":")" + std::string(64, 'a') +
                                                         R"("},
      "defaults":{"ratio":30,"rule":"round","steps":10,"sampler":"euler","spacing":"karras","eta":0.5,"guidance":3,
                  "width":128,"height":64,"negative_prompt":""}})"));
  EXPECT_EQ(pair.licence, "MIT");
  EXPECT_THAT(pair.example_prompts, ElementsAre("a", "b"));
  EXPECT_EQ(pair.sha256.at("pair/large/x"), std::string(64, 'a'));
  EXPECT_EQ(std::get<RatioSplit>(pair.defaults.split), (RatioSplit{{Percent{30}}, SplitRule::Round}));
  EXPECT_EQ(pair.defaults.steps, 10);
  EXPECT_EQ(pair.defaults.sampler, SamplerKind::Euler);
  EXPECT_EQ(pair.defaults.spacing, Spacing::Karras);
  EXPECT_EQ(pair.defaults.eta, 0.5);
  EXPECT_EQ(pair.defaults.guidance_scale, 3);
  EXPECT_EQ(pair.defaults.extent, (Extent{128, 64}));
  EXPECT_EQ(pair.defaults.negative_prompt, "");
}

TEST_F(PairManifest, RefusesWhatItDoesNotKnowByName) {
  EXPECT_THAT(refusal("}", ",\"script\":1}"), AllOf(HasSubstr("pair.json"), HasSubstr("\"script\"")));
  EXPECT_THAT(refusal("}", ",\"defaults\":{\"colour\":1}}"), HasSubstr("\"colour\""));
  EXPECT_THAT(refusal("\"manifest\":1", "\"manifest\":2"), HasSubstr("version 2"));
  EXPECT_THAT(refusal("\"title\":\"Pair\",", ""), HasSubstr("title: The field is missing"));
  EXPECT_THAT(refusal("}", ",\"defaults\":{\"sampler\":\"plms\"}}"), HasSubstr("\"plms\""));
  EXPECT_THAT(refusal("}", ",\"name\":\"again\"}"), HasSubstr("twice"));
}

TEST_F(PairManifest, RefusesValuesOutOfRange) {
  EXPECT_THAT(refusal("}", ",\"defaults\":{\"steps\":0}}"), HasSubstr("steps: 0 is not in 1..1000"));
  EXPECT_THAT(refusal("}", ",\"defaults\":{\"ratio\":101}}"), HasSubstr("101 %"));
  EXPECT_THAT(refusal("}", ",\"defaults\":{\"width\":128}}"), HasSubstr("height"));
  EXPECT_THAT(refusal("}", ",\"examples\":[1]}"), HasSubstr("examples"));
  EXPECT_THAT(refusal("}", ",\"sha256\":{\"a\":\"b\"}}"), HasSubstr("sha256.a"));
}

TEST_F(PairManifest, StaysInsideItsFolder) {
  EXPECT_THAT(refusal("pair/large", "../large"), HasSubstr("not a path inside"));
  EXPECT_THAT(refusal("pair/large", "/etc"), HasSubstr("not a path inside"));
  EXPECT_THAT(refusal("pair/large", "pair/absent"), HasSubstr("There is no folder"));
}

TEST(InnerPath, NeverLeavesItsFolder) {
  EXPECT_TRUE(is_inner_path("a/b"));
  EXPECT_TRUE(is_inner_path("a..b"));
  EXPECT_FALSE(is_inner_path(""));
  EXPECT_FALSE(is_inner_path("/a"));
  EXPECT_FALSE(is_inner_path("a/../../b"));
}

TEST(BundledManifest, DescribesTheMiniature) {
  const PairEntry pair = read_manifest(fs::path(TSTITCH_SOURCE_DIR) / "models" / "miniature.json");
  EXPECT_EQ(pair.name, "miniature");
  EXPECT_EQ(pair.defaults.extent, (Extent{128, 128}));
  EXPECT_EQ(pair.defaults.steps, 25);
  EXPECT_EQ(pair.defaults.sampler, SamplerKind::Ddim);
  EXPECT_EQ(pair.defaults.guidance_scale, 1.5);
  EXPECT_EQ(std::get<RatioSplit>(pair.defaults.split), RatioSplit{});
  EXPECT_THAT(pair.example_prompts, SizeIs(8));
}

}  // namespace
}  // namespace tstitch
