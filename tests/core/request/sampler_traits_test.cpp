#include "core/request/sampler_traits.h"

#include <set>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(SamplerTraits, nameEverySamplerOnce) {
  std::set<std::string_view> names, labels, comfy, invoke;
  for (const SamplerTraits& row : kSamplerTraits) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(labels.insert(row.label).second) << row.label;
    EXPECT_TRUE(row.comfy.empty() || comfy.insert(row.comfy).second) << row.comfy;
    EXPECT_TRUE(row.invoke.empty() || invoke.insert(row.invoke).second) << row.invoke;
    if (row.kind == SamplerKind::Default) continue;
    EXPECT_FALSE(row.scheduler_class.empty() || row.a1111.empty()) << row.name;
  }
}

TEST(SamplerTraits, findARowByAnyOfItsNames) {
  EXPECT_EQ(traits_with(&SamplerTraits::a1111, "PLMS")->kind, SamplerKind::Pndm);
  EXPECT_EQ(traits_with(&SamplerTraits::scheduler_class, "KDPM2DiscreteScheduler")->kind, SamplerKind::Dpm2);
  EXPECT_EQ(traits_with(&SamplerTraits::invoke, "dpmpp_2s")->kind, SamplerKind::Dpmpp2S);
  EXPECT_EQ(traits_with(&SamplerTraits::a1111, "DPM++ 2S a"), nullptr) << "the ancestral form is another sampler";
  EXPECT_EQ(traits_with(&SamplerTraits::comfy, ""), nullptr);
}

TEST(SamplerTraits, sayWhichStateIsSaved) {
  for (const SamplerTraits& row : kSamplerTraits) {
    const bool sigmas = row.grid == GridRule::Sigmas;
    EXPECT_EQ(row.state == LatentState::Exploding, sigmas) << row.name;
  }
}

}  // namespace
}  // namespace tstitch
