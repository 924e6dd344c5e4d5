#include <fstream>

#include <gtest/gtest.h>

#include "core/control/annotator.h"
#include "core/formats/sha256.h"
#include "core/image/image_file.h"
#include "core/image/lanczos.h"
#include "core/jobs/grid_job.h"
#include "core/jobs/picture_job.h"
#include "core/jobs/stored_request.h"
#include "core/request/names.h"
#include "tests/support/annotator_folder.h"
#include "tests/support/control_file.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/runs/runs_of_a_pair.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// Whole runs with ControlNets and LoRAs against diffusers' (tests/golden/make_controlled_runs.py).
class ControlledRuns : public test::RunsOfAPair {
 protected:
  void expect_golden_runs() {
    ASSERT_GE(pair_.golden().json().at("cases").size(), 6U);
    for (const auto& entry : pair_.golden().json().at("cases")) {
      const std::string name = entry.at("name");
      SCOPED_TRACE(name);
      const at::Tensor latents = latents_of(job_of(entry));
      ASSERT_TRUE(latents.defined());
      EXPECT_TENSOR_NEAR_RELATIVE(latents, pair_.golden()[name + ".latents"], entry.at("bound").get<double>());
    }
  }
};

TEST_F(ControlledRuns, endInTheLatentsOfDiffusers) {
  expect_golden_runs();
}

TEST_F(ControlledRuns, endInTheLatentsOfDiffusersOnADevice) {
  compute_on(test::simulated_device().str());
  expect_golden_runs();
}

/// A second engine knows the files by the hashes that the first has noted, and nothing else.
TEST_F(ControlledRuns, areMadeAgainFromTheirPictures) {
  const nlohmann::json entry = pair_.case_named("both");
  const at::Tensor first = latents_of(job_of(entry));
  const PictureRequest stored = stored_request(pair_.folder() / "picture.png");
  ASSERT_EQ(stored.request.controls.size(), 1U);
  EXPECT_EQ(stored.request.controls[0].picture.name, "control.png");
  EXPECT_EQ(stored.request.controls[0].picture.sha256.size(), 64U);
  ASSERT_EQ(stored.request.loras.size(), 1U);
  EXPECT_EQ(stored.request.loras[0].model.files.at(0).role, "lora");
  EXPECT_EQ(stored.made.residual_maps, (std::map<DenoiserName, std::string>{{"small", "first-layers"}}));

  engine_ = make_local_engine(pair_.options());
  Job again = job_of(entry);
  again.request = engine_->locate(stored.request);
  EXPECT_EQ(again.request.controls[0].picture.location, pair_.folder() / "control.png");
  EXPECT_EQ(again.request.loras[0].model.location, pair_.folder() / "text.safetensors");
  const at::Tensor second = latents_of(again);
  ASSERT_TRUE(first.defined() && second.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(second, first, 0.0);

  fs::remove(pair_.folder() / "control.png");
  try {
    static_cast<void>(engine_->locate(stored.request));
    FAIL() << "the picture is gone";
  } catch (const BadInput& problem) {
    EXPECT_EQ(problem.where(), "control.png");
    EXPECT_NE(std::string(problem.what()).find(stored.request.controls[0].picture.sha256), std::string::npos);
  }
}

/// Networks and texts of one set are never taken for those of another.
TEST_F(ControlledRuns, keepLorasApartInALongSession) {
  LocalEngineOptions options = pair_.options();
  options.keep_loaded = true;
  engine_ = make_local_engine(options);
  for (const char* name : {"lora", "one", "lora-twice", "lora", "both"}) {
    SCOPED_TRACE(name);
    const nlohmann::json entry = pair_.case_named(name);
    const at::Tensor latents = latents_of(job_of(entry));
    ASSERT_TRUE(latents.defined());
    EXPECT_TENSOR_NEAR_RELATIVE(latents, pair_.golden()[std::string(name) + ".latents"],
                                entry.at("bound").get<double>());
  }
}

/// The same files, once as one network whose layers add the LoRA, once as a copy of it with the LoRA in its weights.
TEST_F(ControlledRuns, areTheSameWithOneNetworkForBothDenoisers) {
  const fs::path network = pair_.folder() / "large" / "unet";
  Job job = job_of(pair_.case_named("lora-twice"));
  job.request.denoisers[0].model.location = network;
  const at::Tensor shared = latents_of(job);
  fs::copy(network, pair_.folder() / "copy");
  job.request.denoisers[0].model.location = pair_.folder() / "copy";
  const at::Tensor folded = latents_of(job);
  ASSERT_TRUE(shared.defined() && folded.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(shared, folded, 1e-4);
  EXPECT_FALSE(shared.equal(folded)) << "both were folded";
}

/// A file has no config: eight heads and 32 groups are the published ones, which this folder is given, too.
TEST_F(ControlledRuns, takeControlNetsFromFilesAlike) {
  const fs::path config = pair_.folder() / "a" / "config.json";
  nlohmann::json published = nlohmann::json::parse(std::ifstream(config));
  published["norm_num_groups"] = 32;
  published["attention_head_dim"] = 8;
  std::ofstream(config) << published.dump();
  Job job = job_of(pair_.case_named("one"));
  const at::Tensor of_folder = latents_of(job);
  ASSERT_TRUE(of_folder.defined());
  job.request.controls[0].model.location = pair_.folder() / "control.pth";
  for (const test::ControlLayout layout : {test::ControlLayout::Diffusers, test::ControlLayout::Original}) {
    test::write_control_file(TSTITCH_GOLDEN_DIR, pair_.folder() / "a" / "diffusion_pytorch_model.safetensors",
                             job.request.controls[0].model.location, layout);
    const at::Tensor of_file = latents_of(job);
    ASSERT_TRUE(of_file.defined());
    EXPECT_TENSOR_NEAR_RELATIVE(of_file, of_folder, 0.0);
  }
}

/// The map that a run makes is the one that is made of the picture at the run's size.
TEST_F(ControlledRuns, makeTheirMapsWithTheAnnotatorThatIsGiven) {
  const fs::path depth = pair_.folder() / "dpt";
  test::write_depth_network(depth, test::NetworkGolden::load("dpt"), test::kDptProcessor);
  Job job = job_of(pair_.case_named("one"));
  ControlChoice& control = job.request.controls[0];
  control.kind = ControlKind::Depth;
  control.is_map = false;
  control.annotator = ModelReference{"dpt", {}, {}, depth};
  const at::Tensor annotated = latents_of(job);
  const PictureRequest stored = stored_request(pair_.folder() / "picture.png");

  Job with_map = job_of(pair_.case_named("one"));
  const Image picture = read_picture(pair_.folder() / "control.png").image;
  const Extent& extent = job.request.extent;
  const Image map = make_annotator({ControlKind::Depth, depth, {}}, {})
                        ->map(lanczos_resized(picture, extent.width, extent.height), {});
  write_new_png(pair_.folder() / "map.png", map, {});
  with_map.request.controls[0].picture.location = pair_.folder() / "map.png";
  const at::Tensor mapped = latents_of(with_map);
  ASSERT_TRUE(annotated.defined() && mapped.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(annotated, mapped, 0.0);

  // Its picture names the annotator by its hash and is made again from that.
  const ModelReference& named = *stored.request.controls.at(0).annotator;
  EXPECT_EQ(named.family, "dpt-hybrid");
  EXPECT_EQ(named.files.at(0), (ModelFile{"annotator", hashed_file(depth / "model.safetensors").sha256}));
  engine_ = make_local_engine(pair_.options());
  job.request = engine_->locate(stored.request);
  EXPECT_EQ(job.request.controls[0].annotator->location, depth / "model.safetensors");
  const at::Tensor again = latents_of(job);
  ASSERT_TRUE(again.defined());
  EXPECT_TENSOR_NEAR_RELATIVE(again, annotated, 0.0);
}

TEST_F(ControlledRuns, refuseAnAnnotatorBeforeAnythingIsLoaded) {
  const auto failure = [&](const std::optional<ModelReference>& annotator) {
    Job job = job_of(pair_.case_named("one"));
    job.request.controls[0].kind = ControlKind::Depth;
    job.request.controls[0].is_map = false;
    job.request.controls[0].annotator = annotator;
    bool loading = false;
    const Outcome outcome = make_pictures(
        *engine_, job, {}, [&](const Event& event) { loading |= std::holds_alternative<StageChanged>(event); });
    EXPECT_FALSE(loading);
    return std::get<Failed>(outcome);
  };
  const Failed none = failure(std::nullopt);
  EXPECT_EQ(none.code, ExitCode::Usage);
  EXPECT_EQ(none.what, "depth needs the annotator's weights, and none are given.");
  EXPECT_NE(none.hint.find(",annotator=PATH"), std::string::npos) << none.hint;
  const Failed other = failure(ModelReference{"unet", {}, {}, pair_.folder() / "large" / "unet"});
  EXPECT_EQ(other.code, ExitCode::BadInput);
}

TEST_F(ControlledRuns, sayByWhichMapAControlActs) {
  static_cast<void>(latents_of(job_of(pair_.case_named("one"))));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find("acts on small by the map first-layers: 4 residuals, and the middle's"),
            std::string::npos)
      << warnings_[0];
}

/// A grid's pictures are those of separate runs, also where a control ends before the seam.
TEST_F(ControlledRuns, shareTheirBeginningsInAGrid) {
  GridJob grid;
  grid.base = job_of(pair_.case_named("part"));
  grid.base.tensors = {};
  grid.base.output.path = pair_.folder() / "grid";
  grid.axes = {parse_axis("ratio", "0,50%,100%")};
  const GridReport report = make_grid(*engine_, grid, {}, [](const Event&) {});
  ASSERT_EQ(report.first_failure, ExitCode::Done);
  Job alone = grid.base;
  alone.output.path = pair_.folder() / "alone.png";
  ASSERT_TRUE(std::holds_alternative<Finished>(make_pictures(*engine_, alone, {}, [](const Event&) {})));
  const auto seconds = report.cells.at(1);
  EXPECT_EQ(read_picture(seconds.file).image, read_picture(pair_.folder() / "alone.png").image);
}

}  // namespace
}  // namespace tstitch
