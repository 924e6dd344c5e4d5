#include "core/engine/wire/values.h"

#include <bit>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/bounded_json.h"
#include "core/engine/wire/questions.h"
#include "tests/support/plan_fixtures.h"

namespace tstitch::wire {
namespace {

using testing::HasSubstr;

/// Through the text of a frame, as it crosses.
template <class T>
T crossed(const T& value) {
  Blobs blobs;
  const std::string text = write(value, blobs).dump();
  const json tree = parse_bounded_json(text, "test");
  T back = read<T>(Place(tree, blobs, "value"));
  Blobs again;
  EXPECT_EQ(write(back, again).dump(), text);
  return back;
}

/// The size of a struct that has the listed members in that order and no other.
template <class T>
constexpr std::size_t listed_size() {
  std::size_t size = 0;
  const auto add = [&size](std::size_t bytes, std::size_t alignment) {
    size = (size + alignment - 1) / alignment * alignment + bytes;
  };
  std::apply(
      [&](const auto&... each) {
        (add(sizeof(std::declval<T&>().*each.member), alignof(std::decay_t<decltype(std::declval<T&>().*each.member)>)),
         ...);
      },
      Fields<T>::all);
  return (size + alignof(T) - 1) / alignof(T) * alignof(T);
}
template <class... Each>
constexpr bool all_members_listed() {
  return ((listed_size<Each>() == sizeof(Each)) && ...);
}
static_assert(all_members_listed<RunSettings, PreviewSettings, Segment, Made, NoiseLevel, Evaluation, LatentSpace,
                                 SchedulerConfig, FileStamp, ModelFacts, MeasuredSeconds, ResidencyStage, ResidencyPlan,
                                 RunPlan, PairEntry>(),
              "a member of one of these has no line in values.h");
static_assert(all_members_listed<EvaluationCounts, LoadProgress, StepBegun, StepDone, PreviewReady, SavedImage,
                                 CellEnded, SegmentTime, EvaluationRecord, MadePicture, StageSeconds, RunReport, Failed,
                                 PictureRun, OperatorTime, StepProfile, BenchReport::Denoiser, BenchReport,
                                 FileIdentity, ParcelFile, Parcel>(),
              "a member of one of these has no line in values.h");
static_assert(Names<Event>::all.size() == std::variant_size_v<Event>);
static_assert(Names<Outcome>::all.size() == std::variant_size_v<Outcome>);

TEST(WireValues, numbersCrossToTheBit) {
  for (const double value : {0.0, -0.0, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e22, -2.5,
                             std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                             std::nan("7"), -std::nan("")}) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(crossed(value)), std::bit_cast<std::uint64_t>(value)) << value;
  }
  EXPECT_EQ(crossed(std::uint64_t{18446744073709551615U}), 18446744073709551615U);
  EXPECT_EQ(crossed(std::numeric_limits<std::int64_t>::min()), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(crossed(std::numeric_limits<int>::min()), std::numeric_limits<int>::min());
}

TEST(WireValues, textsAndPathsCrossWhateverTheyHold) {
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("\xFF\xC0"), std::string("\xF0\x9F\xA6\x8A"), std::string("\"\\\n\x7F")}) {
    EXPECT_EQ(crossed(text), text);
  }
  EXPECT_EQ(crossed(std::filesystem::path("/models/\xFF.safetensors")), "/models/\xFF.safetensors");
}

TEST(WireValues, requestsCrossWithTheirPlaces) {
  GenerationRequest request = test::pair_request();
  request.seed = 18446744073709551615U;
  request.guidance_scale = 1.0 / 3.0;
  request.denoisers[0].model.location = "/models/\xFF/small";
  request.denoisers[1].model.location = "relative/large";
  request.controls.emplace_back().picture.location = "/pictures/room.png";
  request.source =
      SourceChoice{{"photo.png", {}, "/pictures/photo.png"}, 0.5, PictureReference{"hole", {}, "/p/hole"}, 2};
  request.loras.emplace_back().model.location = "style.safetensors";
  const GenerationRequest back = crossed(request);
  EXPECT_EQ(back, request);
  EXPECT_EQ(back.denoisers[0].model.location, request.denoisers[0].model.location);
  EXPECT_EQ(back.denoisers[1].model.location, request.denoisers[1].model.location);
  EXPECT_EQ(back.controls[0].picture.location, "/pictures/room.png");
  EXPECT_EQ(back.source, request.source);
  EXPECT_EQ(back.source->picture.location, "/pictures/photo.png");
  EXPECT_EQ(back.source->mask->location, "/p/hole");
  EXPECT_EQ(back.loras[0].model.location, "style.safetensors");
}

TEST(WireValues, picturesAndTensorsCrossToTheBit) {
  const Image image{2, 1, {0, 1, 2, 253, 254, 255}};
  EXPECT_EQ(crossed(image), image);
  const float odd = std::bit_cast<float>(0x7FC12345U);
  const HostTensor tensor{{1, 3}, {odd, -0.0F, 1.0F / 3.0F}};
  const HostTensor back = crossed(tensor);
  EXPECT_EQ(back.shape, tensor.shape);
  for (std::size_t i = 0; i < tensor.values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(back.values[i]), std::bit_cast<std::uint32_t>(tensor.values[i]));
  }
}

TEST(WireValues, errorsKeepTheirKind) {
  for (const ExitCode code : {ExitCode::Internal, ExitCode::Usage, ExitCode::BadInput, ExitCode::Incompatible,
                              ExitCode::OutOfMemory, ExitCode::NoEngine}) {
    const Error error = crossed(Error(code, "what", "where", "hint"));
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.sentence(), Error(code, "what", "where", "hint").sentence());
  }
  EXPECT_THROW(throw_error(Error(ExitCode::Usage, "x")), UsageError);
  EXPECT_THROW(throw_error(Error(ExitCode::BadInput, "x")), BadInput);
  EXPECT_THROW(throw_error(Error(ExitCode::Incompatible, "x")), IncompatibleModels);
  EXPECT_THROW(throw_error(Error(ExitCode::OutOfMemory, "x")), OutOfMemory);
}

TEST(WireValues, everyEventCrosses) {
  const auto image = std::make_shared<const Image>(Image{1, 1, {1, 2, 3}});
  const std::vector<Event> events{StageChanged{Stage::Decoding},
                                  EvaluationCounts{{{"small", 3}, {"large", 4}}},
                                  LoadProgress{std::int64_t{1} << 40U, std::int64_t{1} << 41U},
                                  StepBegun{EvaluationIndex{3}, 7, "small"},
                                  StepDone{EvaluationIndex{3}, 7, "l\"arge", Sigma{1.0 / 3.0}, Seconds{0.1}},
                                  PreviewReady{EvaluationIndex{1}, "small", image},
                                  ImageSaved{{"/out/\xFF.png", 18446744073709551615U, nullptr}},
                                  Warning{"text"},
                                  CellBegun{5},
                                  CellEnded{5, "/out/a.png", Seconds{1.5}, "error"}};
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  for (const Event& event : events) EXPECT_EQ(crossed(event).index(), event.index());
  EXPECT_EQ(*std::get<PreviewReady>(crossed(events[5])).image, *image);
}

TEST(WireValues, outcomesCrossWithPictureAndRecord) {
  MadePicture picture;
  picture.image = std::make_shared<const Image>(Image{1, 1, {1, 2, 3}});
  picture.request = test::pair_request();
  picture.made.seconds = {{"small", 1.0 / 3.0}};
  picture.segments = {{"small", 3, 7.5, "text"}, {"large", 4, std::nullopt, std::nullopt}};
  picture.latents = HostTensor{{2}, {1.0F, 2.0F}};
  picture.record = {{HostTensor{{1}, {3.0F}}, HostTensor{{0}, {}}, "small"}};
  RunReport report;
  report.picture = picture;
  report.request = picture.request;
  report.segments = {{"small", 3, Seconds{0.1}}};
  report.images = {{"/a.png", 7, nullptr}};
  const auto failed =
      std::get<Failed>(crossed(Outcome(Failed{"what", "where", "hint", ExitCode::OutOfMemory, report})));
  EXPECT_EQ(failed.code, ExitCode::OutOfMemory);
  ASSERT_TRUE(failed.report.picture);
  EXPECT_EQ(*failed.report.picture->image, *picture.image);
  EXPECT_EQ(failed.report.picture->made, picture.made);
  EXPECT_EQ(failed.report.picture->segments, picture.segments);
  EXPECT_EQ(failed.report.picture->record[0].latent, picture.record[0].latent);
  EXPECT_TRUE(std::holds_alternative<Cancelled>(crossed(Outcome(Cancelled{report}))));
  EXPECT_TRUE(std::holds_alternative<Finished>(crossed(Outcome(Finished{report}))));
}

TEST(WireValues, plansCross) {
  RunPlan plan;
  plan.request = test::pair_request();
  plan.evaluations = {{StepIndex{0}, {0.0, 1.0, Timestep{999.5}}}};
  ModelFacts facts;
  facts.stamps = {{"/a", 18446744073709551615U, -5, 7}};
  facts.latent = LatentSpace{4, 8, 0.18215, 0, "print", true};
  SchedulerConfig& config = facts.scheduler.emplace();
  config.trained_betas = {0.1, std::numeric_limits<double>::infinity()};
  config.variance = Variance::LearnedRange;
  config.family_table = FamilyTable::StableDiffusionXl;
  config.spacing = Spacing::Ays;
  plan.models = {facts};
  plan.measured.evaluation = {{"small", 0.1}};
  plan.residency.stages = {{"text", {"text_encoder"}, 5, 7}};
  const auto back = crossed(Apart<PlanAnswer>{{{plan, std::nullopt}, {std::nullopt, BadInput("a", "b", "c")}}});
  ASSERT_EQ(back.values.size(), 2U);
  EXPECT_EQ(back.values[0].plan->models[0].stamps, facts.stamps);
  EXPECT_EQ(back.values[0].plan->evaluations[0].level, plan.evaluations[0].level);
  EXPECT_EQ(back.values[0].plan->models[0].scheduler->trained_betas, config.trained_betas);
  EXPECT_EQ(back.values[1].problem->code(), ExitCode::BadInput);
}

TEST(WireValues, questionsCross) {
  PictureRun run;
  run.request = test::pair_request();
  run.step_noise = HostTensor{{1, 1}, {2.0F}};
  run.from = 18446744073709551615U;
  run.until = StepIndex{3};
  run.trail = StateTrail{std::uint64_t{1} << 63U, true};
  run.settings.memory_limit = std::int64_t{1} << 40U;
  const AskMake make = crossed(AskMake{run});
  EXPECT_EQ(make.run.from, run.from);
  EXPECT_EQ(make.run.trail, run.trail);
  EXPECT_EQ(make.run.step_noise, run.step_noise);
  const AskPlanAll all = crossed(AskPlanAll{run.request, {{run.request, run.request}}, run.settings});
  EXPECT_EQ(all.requests.values, (std::vector{run.request, run.request}));
  EXPECT_EQ(all.settings.memory_limit, run.settings.memory_limit);
  EXPECT_EQ(crossed(AskParcelPiece{{{"a"}, {{"b", 1, "c"}}}, 1, 2, {"bytes"}}).bytes.bytes, "bytes");
}

template <class T>
std::string refusal(const std::string& text, Blobs blobs = {}) {
  const json tree = parse_bounded_json(text, "test");
  try {
    (void)read<T>(Place(tree, blobs, "value"));
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "accepted";
}

TEST(WireValues, refusesWhatIsNone) {
  EXPECT_THAT(refusal<Image>(R"({"width":2,"height":2,"rgb":0})", {"abc"}), HasSubstr("all of its pixels"));
  EXPECT_THAT(refusal<Image>(R"({"width":2,"height":2,"rgb":1})", {"abc"}), HasSubstr("one of 1 attachments"));
  EXPECT_THAT(refusal<Image>(R"({"width":-2,"height":2,"rgb":0})", {"abc"}), HasSubstr("value.width"));
  EXPECT_THAT(refusal<HostTensor>(R"({"shape":[4294967296,4294967296,4294967296],"values":0})", {"abcd"}),
              HasSubstr("all of its values"));
  EXPECT_THAT(refusal<HostTensor>(R"({"shape":[-1],"values":0})", {"abcd"}), HasSubstr("shape"));
  EXPECT_THAT(refusal<int>("4294967296"), HasSubstr("whole number"));
  EXPECT_THAT(refusal<int>("1.5"), HasSubstr("whole number"));
  EXPECT_THAT(refusal<Event>(R"({"nothing":{}})"), HasSubstr("one of its kinds"));
  EXPECT_THAT(refusal<Event>(R"({"stage":{"stage":"x"}})"), HasSubstr("value.stage.stage"));
  EXPECT_THAT(refusal<RunSettings>("{}"), HasSubstr("\"device\" is missing"));
  EXPECT_THAT(refusal<std::vector<int>>("[1,null]"), HasSubstr("value[1]"));
  EXPECT_THAT(refusal<ExitCode>("77"), HasSubstr("exit code"));
}

}  // namespace
}  // namespace tstitch::wire
