#include "core/jobs/tensor_files.h"

#include <cmath>
#include <cstring>
#include <numeric>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

const std::vector<std::int64_t> kShape{4, 2, 3};

/// 0, 1, 2, ... in that shape.
HostTensor counting(const std::vector<std::int64_t>& shape) {
  const std::int64_t count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  HostTensor tensor{shape, std::vector<float>(static_cast<std::size_t>(count))};
  std::iota(tensor.values.begin(), tensor.values.end(), 0.0F);
  return tensor;
}

class TensorFilesTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const HostTensor& tensor,
                              SafetensorsType type = SafetensorsType::F32) const {
    const auto file = folder_.path() / "noise.safetensors";
    write_safetensors(file, {{name, type, tensor.shape, tensor.values.data()}});
    return file;
  }

  static HostTensor read(const std::filesystem::path& file, const std::string& name) {
    const SafetensorsFile saved(file, file.string());
    const SafetensorsEntry& entry = saved.header().tensors.at(name);
    HostTensor tensor{entry.shape, std::vector<float>((entry.end - entry.begin) / sizeof(float))};
    saved.read(entry.begin, tensor.values.data(), entry.end - entry.begin);
    return tensor;
  }

  test::TemporaryFolder folder_;
};

TEST_F(TensorFilesTest, readBackSavedLatents) {
  const auto file = folder_.path() / "latents.safetensors";
  const HostTensor first = counting({1, 4, 2, 3});
  HostTensor second = first;
  second.values[5] = -7;
  save_latents(file, {first, second});
  const HostTensor both = read_initial_latents(file, 2, kShape);
  EXPECT_EQ(entry_of(both, 0, 0), first);
  EXPECT_EQ(entry_of(both, 0, 1), second);
}

TEST_F(TensorFilesTest, refuseAnotherKeyTypeShapeOrNumber) {
  EXPECT_NO_THROW(read_initial_latents(write("latents", counting({1, 4, 2, 3})), 1, kShape));
  EXPECT_THROW(read_initial_latents(write("noise", counting({1, 4, 2, 3})), 1, kShape), BadInput);
  EXPECT_THROW(read_initial_latents(write("latents", counting({1, 4, 2, 3}), SafetensorsType::F16), 1, kShape),
               BadInput);
  EXPECT_THROW(read_initial_latents(write("latents", counting({4, 2, 3})), 1, kShape), BadInput);
  HostTensor broken = counting({1, 4, 2, 3});
  broken.values[3] = NAN;
  EXPECT_THROW(read_initial_latents(write("latents", broken), 1, kShape), BadInput);
}

TEST_F(TensorFilesTest, wantOneStepNoisePerEvaluation) {
  const auto file = write("noise", counting({5, 2, 4, 2, 3}));
  const HostTensor noise = read_step_noise(file, 5, 2, kShape);
  EXPECT_THROW(read_step_noise(file, 6, 2, kShape), BadInput);
  const HostTensor second = entry_of(noise, 1, 1);
  EXPECT_EQ(second.shape, (std::vector<std::int64_t>{5, 1, 4, 2, 3}));
  EXPECT_EQ(second.values.front(), 24.0F) << "picture 1 of the first evaluation";
  EXPECT_EQ(second.values[24], 72.0F) << "picture 1 of the second evaluation";
}

TEST_F(TensorFilesTest, refusePlacesThatCannotBeWritten) {
  EXPECT_THROW(require_writable(folder_.path() / "missing" / "a.safetensors"), BadInput);
  EXPECT_THROW(require_writable(folder_.path()), BadInput);
  EXPECT_NO_THROW(require_writable(folder_.path() / "a.safetensors"));
}

TEST_F(TensorFilesTest, numberTheModelsOfATrajectory) {
  const HostTensor latent = counting({1, 4, 2, 3});
  HostTensor other = latent;
  other.values[0] = 9;
  const auto file = folder_.path() / "trajectory.safetensors";
  save_trajectory(file, {{latent, other, "small"}, {other, latent, "large"}}, other, {"small", "large"});
  const SafetensorsFile saved(file, file.string());
  EXPECT_EQ(saved.header().tensors.size(), 7U);
  EXPECT_EQ(read(file, "step.0"), latent);
  EXPECT_EQ(read(file, "step.2"), other);
  EXPECT_EQ(read(file, "denoised.1"), latent);
  std::int32_t model = 0;
  saved.read(saved.header().tensors.at("model.1").begin, &model, sizeof(model));
  EXPECT_EQ(model, 1);
}

}  // namespace
}  // namespace tstitch
