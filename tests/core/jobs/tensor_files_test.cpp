#include "core/jobs/tensor_files.h"

#include <cmath>

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

const std::vector<std::int64_t> kShape{4, 2, 3};

class TensorFilesTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const at::Tensor& tensor) const {
    const auto file = folder_.path() / "noise.safetensors";
    test::write_tensors(file, {{name, tensor}});
    return file;
  }
  test::TemporaryFolder folder_;
};

TEST_F(TensorFilesTest, readBackSavedLatents) {
  const auto file = folder_.path() / "latents.safetensors";
  const at::Tensor latents = at::full({2, 4, 2, 3}, 0.25);
  save_latents(file, latents);
  EXPECT_TRUE(at::equal(read_initial_latents(file, 2, kShape), latents));
}

TEST_F(TensorFilesTest, refuseAnotherKeyTypeShapeOrNumber) {
  EXPECT_NO_THROW(read_initial_latents(write("latents", at::ones({1, 4, 2, 3})), 1, kShape));
  EXPECT_THROW(read_initial_latents(write("noise", at::ones({1, 4, 2, 3})), 1, kShape), BadInput);
  EXPECT_THROW(read_initial_latents(write("latents", at::ones({1, 4, 2, 3}).to(at::kHalf)), 1, kShape), BadInput);
  EXPECT_THROW(read_initial_latents(write("latents", at::ones({4, 2, 3})), 1, kShape), BadInput);
  EXPECT_THROW(read_initial_latents(write("latents", at::full({1, 4, 2, 3}, NAN)), 1, kShape), BadInput);
}

TEST_F(TensorFilesTest, wantOneStepNoisePerEvaluation) {
  const auto file = write("noise", at::ones({5, 1, 4, 2, 3}));
  EXPECT_EQ(read_step_noise(file, 5, 1, kShape).size(0), 5);
  EXPECT_THROW(read_step_noise(file, 6, 1, kShape), BadInput);
}

TEST_F(TensorFilesTest, refusePlacesThatCannotBeWritten) {
  EXPECT_THROW(require_writable(folder_.path() / "missing" / "a.safetensors"), BadInput);
  EXPECT_THROW(require_writable(folder_.path()), BadInput);
  EXPECT_NO_THROW(require_writable(folder_.path() / "a.safetensors"));
}

TEST_F(TensorFilesTest, numberTheModelsOfATrajectory) {
  const at::Tensor latent = at::ones({1, 4, 2, 3});
  const auto file = folder_.path() / "trajectory.safetensors";
  save_trajectory(file, {{latent, latent * 2, "small"}, {latent * 3, latent * 4, "large"}}, latent * 5,
                  {"small", "large"});
  const auto saved = test::Golden::load(folder_.path().string(), "trajectory");
  EXPECT_EQ(saved.tensors().size(), 7U);
  EXPECT_TRUE(at::equal(saved["step.2"], latent * 5));
  EXPECT_TRUE(at::equal(saved["denoised.1"], latent * 4));
  EXPECT_EQ(saved["model.1"].item<int>(), 1);
}

}  // namespace
}  // namespace tstitch
