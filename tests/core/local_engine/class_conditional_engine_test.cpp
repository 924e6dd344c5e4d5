#include <fstream>
#include <map>

#include <ATen/ops/cat.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/stack.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/jobs/picture_job.h"
#include "core/jobs/stored_request.h"
#include "core/local_engine/local_engine.h"
#include "core/sample/noise_source.h"
#include "core/schedule/original_schedules.h"
#include "tests/support/class_runs.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/golden.h"
#include "tests/support/model_folder.h"
#include "tests/support/network_golden.h"
#include "tests/support/runs/golden_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

// The engine on original checkpoints of class-conditional pairs, against tests/golden/make_class_runs.py.

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::ClassRuns;
using testing::HasSubstr;

constexpr int kFactor = 4;  // of the autoencoder of write_small_vae()
constexpr std::uint64_t kSeed = 7;

class ClassConditionalEngine : public ::testing::Test {
 protected:
  ClassConditionalEngine() { test::write_small_vae(folder_.path() / "vae", TSTITCH_GOLDEN_DIR); }

  /// The networks' checkpoints, each in a file as it was first published.
  fs::path checkpoint(const std::string& name) const {
    fs::path file = folder_.path() / (name + ".safetensors");
    if (fs::exists(file)) return file;
    const auto weights = test::NetworkGolden::load(name).weights;
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [tensor, entry] : weights.entries()) tensors[tensor] = weights.read(tensor, at::kFloat);
    test::write_tensors(file, tensors);
    return file;
  }

  /// The same network twice in one file, as training saves it: once in full, once with half of every number.
  fs::path training_file(const std::string& name, const std::string& full, const std::string& halved) const {
    fs::path file = folder_.path() / concat(name, "-", full, "safetensors");
    if (fs::exists(file)) return file;
    const auto weights = test::NetworkGolden::load(name).weights;
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [tensor, entry] : weights.entries()) {
      tensors[full + tensor] = weights.read(tensor, at::kFloat);
      tensors[halved + tensor] = at::mul(tensors[full + tensor], 0.5);
    }
    test::write_tensors(file, tensors);
    return file;
  }

  [[nodiscard]] Job job(const std::string& large, const std::string& small, int small_evaluations) const {
    Job job;
    GenerationRequest& request = job.request;
    request.denoisers = {{"small", {"small", {}, {}, checkpoint(small)}, {}},
                         {"large", {"large", {}, {}, checkpoint(large)}, {}}};
    request.vae = ModelReference{"vae", {}, {}, folder_.path() / "vae"};
    request.class_label = ClassRuns::kClass;
    request.steps = ClassRuns::kSteps;
    request.seed = kSeed;
    SegmentSplit split;
    if (small_evaluations > 0) split.segments.push_back({"small", small_evaluations, {}});
    if (small_evaluations < ClassRuns::kSteps)
      split.segments.push_back({"large", ClassRuns::kSteps - small_evaluations, {}});
    request.split = split;
    job.settings.device = DeviceKind::Cpu;
    job.settings.precision = Precision::Fp32;
    job.settings.threads = 2;
    job.preview.kind = PreviewKind::None;
    job.output.path = folder_.path() / "pictures" / "";
    job.tensors.save_latents = folder_.path() / "latents.safetensors";
    return job;
  }

  [[nodiscard]] Job dit_job(int small) const {
    Job dit = job("dit-original", "dit-original-small", small);
    dit.request.guidance_scale = ClassRuns::kDitGuidance;
    return dit;
  }

  /// Starts from the golden's noise instead of the seed's.
  void take_noise(Job& job) const {
    job.tensors.initial_latents = written("initial.safetensors", "latents", runs_.initial());
    job.tensors.step_noise = written("noise.safetensors", "noise", runs_.step_noise());
    job.request.extent = {8 * kFactor, 8 * kFactor};
  }

  fs::path written(const char* name, const char* key, const at::Tensor& tensor) const {
    fs::path file = folder_.path() / name;
    test::write_tensors(file, {{key, tensor}});
    return file;
  }

  Outcome outcome_of(const Job& job) {
    return make_pictures(*engine_, job, {}, [](const Event&) {});
  }

  /// The final latents, or a failure of the test.
  at::Tensor latents_of(const Job& job) {
    const Outcome outcome = outcome_of(job);
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      ADD_FAILURE() << failed->where << ": " << failed->what;
      return at::Tensor();
    }
    pictures_ = report_of(outcome).images;
    return open_weight_file(*job.tensors.save_latents)->read("latents", at::kFloat);
  }

  std::string refusal_of(const Job& job) {
    const Outcome outcome = outcome_of(job);
    const auto* failed = std::get_if<Failed>(&outcome);
    return failed == nullptr ? std::string()
                             : concat(static_cast<int>(failed->code), " ", failed->where, ": ", failed->what);
  }

  test::TemporaryFolder folder_;
  ClassRuns runs_;
  /// LibTorch's name; empty = the CPU.
  [[nodiscard]] std::unique_ptr<Engine> engine_on(const std::string& device) const {
    return make_local_engine({{}, folder_.path() / "cache", {}, {}, false, device});
  }

  std::unique_ptr<Engine> engine_ = engine_on({});
  std::vector<SavedImage> pictures_;
};

TEST_F(ClassConditionalEngine, drawsWhatTheOriginalDitDraws) {
  for (const int small : {0, 3, ClassRuns::kSteps}) {
    Job job = dit_job(small);
    take_noise(job);
    runs_.expect(latents_of(job), concat("dit.ddim.", small));
    job.request.sampler = SamplerKind::Ddpm;
    runs_.expect(latents_of(job), concat("dit.ddpm.", small));
  }
}

TEST_F(ClassConditionalEngine, drawsTheSameOnADevice) {
  engine_ = engine_on(test::simulated_device().str());
  Job dit = dit_job(3);
  take_noise(dit);
  runs_.expect(latents_of(dit), "dit.ddim.3");
  dit.request.sampler = SamplerKind::Ddpm;
  runs_.expect(latents_of(dit), "dit.ddpm.3");

  Job ldm = job("ldm-original", "ldm-original-small", 3);
  ldm.request.guidance_scale = ClassRuns::kLdmGuidance;
  take_noise(ldm);
  const at::Tensor found = latents_of(ldm);
  engine_ = engine_on({});
  EXPECT_LE(test::relative_difference(found, latents_of(ldm)), ClassRuns::kTolerance);
}

TEST_F(ClassConditionalEngine, guidesAllChannelsWhenAsked) {
  Job job = dit_job(3);
  take_noise(job);
  job.request.guided_channels = GuidedChannels::All;
  job.request.sampler = SamplerKind::Ddim;
  runs_.expect(latents_of(job), "dit.four_channels.3");
}

TEST_F(ClassConditionalEngine, drawsWhatLatentDiffusionDrawsWithTheSeedsNullClass) {
  constexpr int kNarrowest = 6;  // of the contexts of ldm-original-small
  const at::Tensor null_context = NoiseSource(kSeed).uniform(kNarrowest).view({1, 1, kNarrowest});
  for (const int small : {0, 3, ClassRuns::kSteps}) {
    Job job = this->job("ldm-original", "ldm-original-small", small);
    job.request.guidance_scale = ClassRuns::kLdmGuidance;
    take_noise(job);
    const at::Tensor expected =
        runs_.walked(ClassRuns::ldm_pair(null_context), SamplerKind::Default, latent_diffusion_schedule(), small);
    EXPECT_LE(test::relative_difference(latents_of(job), expected), ClassRuns::kTolerance) << small;
  }
}

TEST_F(ClassConditionalEngine, endsInThePicturesOfTheReference) {
  Job dit = dit_job(3);
  take_noise(dit);
  runs_.expect(latents_of(dit), "dit.ddim.3");
  test::expect_golden_picture(pictures_.at(0).file, runs_.recorded("dit.ddim.3.picture"));

  Job ldm = job("ldm-original", "ldm-original-small", 3);
  ldm.request.guidance_scale = ClassRuns::kLdmGuidance;
  ldm.request.vae = ModelReference{"vq", {}, {}, checkpoint("vq-original")};
  take_noise(ldm);
  ldm.request.extent = {16, 16};
  runs_.expect(latents_of(ldm), "ldm.seeded.3");
  test::expect_golden_picture(pictures_.at(0).file, runs_.recorded("ldm.seeded.3.picture"));
}

TEST_F(ClassConditionalEngine, takesTheWeightsThatAreAskedFor) {
  Job job = dit_job(3);
  take_noise(job);
  job.request.sampler = SamplerKind::Ddim;
  const auto use = [&](const std::string& full, const std::string& halved) {
    job.request.denoisers[0].model.location = training_file("dit-original-small", full, halved);
    job.request.denoisers[1].model.location = training_file("dit-original", full, halved);
  };
  use("ema.", "model.");
  runs_.expect(latents_of(job), "dit.ddim.3");
  EXPECT_EQ(stored_request(pictures_.at(0).file).request.weights, WeightChoice::Ema);
  job.request.weights = WeightChoice::Raw;
  const at::Tensor halved = latents_of(job);
  use("model.", "ema.");
  runs_.expect(latents_of(job), "dit.ddim.3");
  job.request.weights = WeightChoice::Auto;
  EXPECT_EQ(test::relative_difference(latents_of(job), halved), 0.0);
  EXPECT_TRUE(engine_->inspect(job.request.denoisers[1].model.location).has_both_weights);

  job.request.weights = WeightChoice::Ema;
  job.request.denoisers[0].model.location = checkpoint("dit-original-small");
  EXPECT_THAT(refusal_of(job), HasSubstr("dit-original-small.safetensors: holds no averaged weights"));
}

TEST_F(ClassConditionalEngine, severalClassesAreRunsOfTheirOwn) {
  Job several = dit_job(3);
  several.request.extent = {8 * kFactor, 8 * kFactor};
  several.count = 2;
  several.classes = {3, 5};
  const at::Tensor both = latents_of(several);
  ASSERT_EQ(pictures_.size(), 2U);
  EXPECT_EQ(pictures_[1].seed, kSeed + 1);
  EXPECT_EQ(stored_request(pictures_[1].file).request.class_label, 5);
  EXPECT_LT(pictures_[0].file, pictures_[1].file);

  Job second = dit_job(3);
  second.request.extent = several.request.extent;
  second.request.class_label = 5;
  second.request.seed = kSeed + 1;
  EXPECT_EQ(test::relative_difference(both.narrow(0, 1, 1), latents_of(second)), 0.0);
}

TEST_F(ClassConditionalEngine, thePictureMakesItselfAgain) {
  Job job = dit_job(3);
  job.request.extent = {8 * kFactor, 8 * kFactor};
  const at::Tensor first = latents_of(job);
  const GenerationRequest stored = stored_request(pictures_.at(0).file).request;
  EXPECT_EQ(stored.guided_channels, GuidedChannels::Three);
  EXPECT_EQ(stored.denoisers.at(1).model.family, "dit/2");
  job.request = engine_->locate(stored);
  EXPECT_EQ(test::relative_difference(latents_of(job), first), 0.0);
}

TEST_F(ClassConditionalEngine, whatDoesNotFitIsRefused) {
  Job nothing = dit_job(3);
  nothing.request.class_label.reset();
  EXPECT_THAT(refusal_of(nothing), HasSubstr("2 --class: this model draws one of 9 classes"));
  Job beyond = dit_job(3);
  beyond.request.class_label = 9;  // the null class
  EXPECT_THAT(refusal_of(beyond), HasSubstr("2 --class: 9 is not in 0..8"));
  Job bare = dit_job(3);
  bare.request.vae.reset();
  EXPECT_THAT(refusal_of(bare), HasSubstr("has no autoencoder of its own"));
  Job mixed = job("dit-original", "ldm-original-small", 3);
  EXPECT_THAT(refusal_of(mixed), testing::StartsWith("4 "));
  EXPECT_THAT(refusal_of(mixed), HasSubstr("the latent scale differs"));
}

}  // namespace
}  // namespace tstitch
