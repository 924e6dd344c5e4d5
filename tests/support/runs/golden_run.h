#pragma once

#include <filesystem>

#include <ATen/core/Tensor.h>

#include "core/engine/engine.h"
#include "core/jobs/job.h"

namespace tstitch::test {

/// A run of `request` in fp32 on the CPU without previews. Files of the run lie in `folder`: initial latents are read
/// from `initial.safetensors`, final ones written to `final.safetensors`, the picture to `picture.png`.
Job golden_job(const GenerationRequest& request, const std::filesystem::path& folder);

/// The final latents of a run; undefined where it failed, which is a failure of the test, too.
at::Tensor final_latents(
    Engine& engine, const Job& job, const EventSink& sink = [](const Event&) {});

/// Expects the picture of `file` within the bounds of tests/README.md of `expected`, uint8 [h, w, 3]: no value off by
/// more than 2 levels, 99.9 % within 1.
void expect_golden_picture(const std::filesystem::path& file, const at::Tensor& expected);

/// Writes uint8 [h, w, 3] as a PNG.
void write_picture(const std::filesystem::path& file, const at::Tensor& pixels);

}  // namespace tstitch::test
