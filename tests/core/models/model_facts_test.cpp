#include "core/models/model_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ModelFacts whole_model(const std::string& name) {
  ModelFacts facts;
  facts.name = name;
  facts.path = "models/" + name;
  facts.latent = LatentSpace{4, 8, 0.18215, 0, "f00d"};
  facts.scheduler = SchedulerConfig{};
  facts.text_width = 768;
  facts.context_width = 768;
  return facts;
}

ModelFacts bare_network(const std::string& name) {
  ModelFacts facts = whole_model(name);
  facts.latent.reset();
  facts.scheduler.reset();
  facts.text_width.reset();
  return facts;
}

/// The verdict on a pair of equal models after `change` to the small one.
template <class Change>
StitchVerdict verdict_after(Change change) {
  ModelFacts small = whole_model("small");
  change(small);
  return check_stitch(whole_model("large"), small);
}

TEST(CheckStitch, EqualModelsStitch) {
  const StitchVerdict verdict = verdict_after([](auto&) {});
  EXPECT_TRUE(verdict.stitch);
  EXPECT_THAT(verdict.reasons, IsEmpty());
  EXPECT_THAT(verdict.warnings, IsEmpty());
}

TEST(CheckStitch, NamesTheFactAndBothValues) {
  EXPECT_THAT(verdict_after([](auto& f) { f.latent->scale = 0.13025; }).reasons,
              ElementsAre("the latent scale differs: large has 0.18215, small has 0.13025."));
  EXPECT_THAT(verdict_after([](auto& f) { f.latent->shift = 0.0609; }).reasons,
              ElementsAre("the latent shift differs: large has 0, small has 0.0609."));
  EXPECT_THAT(verdict_after([](auto& f) { f.latent->factor = 4; }).reasons,
              ElementsAre("the latent factor differs: large has 8, small has 4."));
  EXPECT_THAT(verdict_after([](auto& f) { f.latent_channels = f.latent->channels = 16; }).reasons,
              ElementsAre("the number of latent channels differs: large has 4, small has 16."));
}

TEST(CheckStitch, ComparesNoFactorThatIsPresumed) {
  const auto reasons = verdict_after([](auto& f) {
                         f.latent->factor = 4;
                         f.latent->presumed = true;
                       }).reasons;
  EXPECT_THAT(reasons, IsEmpty());
}

TEST(CheckStitch, ClassesAndTextAreTwoConditions) {
  EXPECT_THAT(verdict_after([](auto& f) { f.class_count = 1000; }).reasons,
              ElementsAre("the condition differs: large takes text, small takes one of 1000 classes."));
  ModelFacts large = whole_model("large");
  ModelFacts small = whole_model("small");
  large.class_count = small.class_count = 1000;
  small.text_width = std::nullopt;
  small.context_width = 256;  // each has an embedder of its own
  EXPECT_TRUE(check_stitch(large, small).stitch);
}

ModelFacts sdxl(const std::string& name, int time_ids) {
  ModelFacts facts = whole_model(name);
  facts.text_width = facts.context_width = 2048;
  facts.pooled_width = 1280;
  facts.time_id_width = 256;
  facts.addition_width = 1280 + time_ids * 256;
  return facts;
}

TEST(TimeIdsBeside, FollowFromTheWidths) {
  EXPECT_EQ(time_ids_beside(whole_model("sd"), whole_model("sd")), 0);
  EXPECT_EQ(time_ids_beside(sdxl("base", 6), sdxl("base", 6)), 6);
  EXPECT_EQ(time_ids_beside(sdxl("refiner", 5), sdxl("refiner", 5)), 5);
  EXPECT_EQ(time_ids_beside(sdxl("base", 6), sdxl("odd", 4)), std::nullopt);
  EXPECT_EQ(time_ids_beside(whole_model("sd"), sdxl("base", 6)), std::nullopt);
}

TEST(CheckStitch, WantsPooledTextWhereTheNetworkTakesIt) {
  ModelFacts plain = sdxl("plain", 6);
  plain.pooled_width = 0;
  ModelFacts small = sdxl("small", 6);
  small.text_width.reset();
  small.pooled_width = 0;
  EXPECT_TRUE(check_stitch(sdxl("large", 6), small).stitch);
  EXPECT_THAT(check_stitch(plain, small).reasons, ElementsAre(HasSubstr("the pooled text differs")));
}

TEST(CheckStitch, NamesEveryFactThatDiffers) {
  const StitchVerdict verdict = verdict_after([](auto& f) {
    f.latent->scale = 1;
    f.latent->factor = 4;
    f.context_width = 1024;
    f.text_width = 512;
  });
  EXPECT_FALSE(verdict.stitch);
  EXPECT_EQ(verdict.reasons.size(), 3U);
}

TEST(CheckStitch, RefusesAModelWhoseOwnAutoencoderDoesNotFitIt) {
  EXPECT_THAT(verdict_after([](auto& f) { f.latent->channels = 16; }).reasons,
              ElementsAre(HasSubstr("within small: its autoencoder has 16, its network has 4")));
}

TEST(CheckStitch, AllowsOtherSchedulesAndPredictions) {
  EXPECT_TRUE(verdict_after([](auto& f) {
                f.scheduler->prediction = Prediction::V;
                f.scheduler->beta_end = 0.012;
                f.scheduler->class_name = "EulerDiscreteScheduler";
              }).stitch);
}

TEST(CheckStitch, OtherEncodersOnlyWarn) {
  const StitchVerdict verdict = verdict_after([](auto& f) { f.latent->encoder_fingerprint = "beef"; });
  EXPECT_TRUE(verdict.stitch);
  EXPECT_THAT(verdict.warnings, ElementsAre(testing::AllOf(HasSubstr("f00d"), HasSubstr("beef"))));
  EXPECT_THAT(verdict_after([](auto& f) { f.latent->encoder_fingerprint.clear(); }).warnings, IsEmpty());
}

TEST(CheckStitch, ABareNetworkInheritsAndSaysSo) {
  const StitchVerdict verdict = check_stitch(whole_model("large"), bare_network("small/unet"));
  EXPECT_TRUE(verdict.stitch);
  EXPECT_THAT(verdict.notes, ElementsAre("small/unet is a bare network folder and takes its noise schedule and "
                                         "prediction type and latent space from large."));
}

TEST(CheckStitch, ABareNetworkWithASchedulerBesideItKeepsIt) {
  ModelFacts small = bare_network("small");
  small.scheduler = SchedulerConfig{};
  EXPECT_THAT(check_stitch(whole_model("large"), small).notes,
              ElementsAre("small is a bare network folder and takes its latent space from large."));
}

TEST(CheckStitch, ChecksTheChannelsOfABareNetwork) {
  ModelFacts small = bare_network("small");
  small.latent_channels = 9;
  EXPECT_THAT(check_stitch(whole_model("large"), small).reasons, ElementsAre(HasSubstr("large has 4, small has 9")));
}

TEST(CheckStitch, NeedsAnEncoderOfTheContextsWidth) {
  ModelFacts small = bare_network("small");
  small.context_width = 1024;
  EXPECT_THAT(
      check_stitch(whole_model("large"), small).reasons,
      ElementsAre("the text width differs: small takes text of width 1024, the text encoder of large makes 768, "
                  "its own has none."));
}

TEST(CheckStitch, SaysWhatIsNoDenoiser) {
  const StitchVerdict verdict = verdict_after([](auto& f) {
    f.purpose = "a ControlNet";
    f.latent_channels = 16;
  });
  EXPECT_FALSE(verdict.stitch);
  EXPECT_THAT(verdict.reasons, ElementsAre("small is a ControlNet, not a denoiser."));
}

TEST(TextSourceFor, PrefersTheLargeModels) {
  EXPECT_EQ(text_source_for(whole_model("large"), whole_model("small")), TextSource::Shared);
  EXPECT_EQ(text_source_for(whole_model("large"), whole_model("small"), TextSource::Own), TextSource::Own);
  EXPECT_EQ(text_source_for(whole_model("large"), bare_network("small"), TextSource::Own), TextSource::Shared);
}

TEST(TextSourceFor, TakesItsOwnWhereWidthsDiffer) {
  ModelFacts small = whole_model("small");
  small.text_width = small.context_width = 1024;
  EXPECT_EQ(text_source_for(whole_model("large"), small), TextSource::Own);
  small.text_width = 512;
  EXPECT_FALSE(text_source_for(whole_model("large"), small).has_value());
}

TEST(RequireStitch, ThrowsTheFirstReason) {
  ModelFacts small = whole_model("small");
  small.latent->scale = 0.13025;
  try {
    require_stitch(whole_model("large"), small);
    FAIL();
  } catch (const IncompatibleModels& error) {
    EXPECT_EQ(error.sentence(),
              "models/small: large and small do not stitch: the latent scale differs: large has 0.18215, small has "
              "0.13025.");
  }
  EXPECT_NO_THROW(require_stitch(whole_model("large"), whole_model("small")));
}

}  // namespace
}  // namespace tstitch
