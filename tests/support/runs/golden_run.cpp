#include "tests/support/runs/golden_run.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/jobs/picture_job.h"
#include "core/weights/weight_source.h"

namespace tstitch::test {

Job golden_job(const GenerationRequest& request, const std::filesystem::path& folder) {
  Job job;
  job.request = request;
  job.settings.device = DeviceKind::Cpu;
  job.settings.precision = Precision::Fp32;
  job.preview.kind = PreviewKind::None;
  job.output.path = folder / "picture.png";
  job.tensors.initial_latents = folder / "initial.safetensors";
  job.tensors.save_latents = folder / "final.safetensors";
  return job;
}

at::Tensor final_latents(Engine& engine, const Job& job, const EventSink& sink) {
  std::filesystem::remove(job.output.path);
  const Outcome outcome = make_pictures(engine, job, {}, sink);
  if (const auto* failed = std::get_if<Failed>(&outcome)) {
    ADD_FAILURE() << failed->where << ": " << failed->what;
    return {};
  }
  return open_weight_file(*job.tensors.save_latents)->read("latents", at::kFloat);
}

void expect_golden_picture(const std::filesystem::path& file, const at::Tensor& expected) {
  const Image image = read_picture(file).image;
  const at::Tensor pixels = expected.contiguous();
  ASSERT_EQ(image.height, pixels.size(0));
  ASSERT_EQ(static_cast<std::int64_t>(image.rgb.size()), pixels.numel());
  const auto* bytes = static_cast<const std::uint8_t*>(pixels.data_ptr());
  std::size_t beyond_one = 0;
  for (std::size_t i = 0; i < image.rgb.size(); ++i) {
    const int off = std::abs(int{image.rgb[i]} - int{bytes[i]});
    ASSERT_LE(off, 2) << "at " << i;
    beyond_one += off > 1 ? 1 : 0;
  }
  EXPECT_LE(beyond_one * 1000, image.rgb.size());
}

void write_picture(const std::filesystem::path& file, const at::Tensor& pixels) {
  const at::Tensor bytes = pixels.contiguous();
  Image picture{static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)), {}};
  const auto* first = static_cast<const std::uint8_t*>(bytes.data_ptr());
  picture.rgb.assign(first, first + bytes.numel());
  write_new_png(file, picture, {});
}

}  // namespace tstitch::test
