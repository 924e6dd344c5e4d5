#include <ATen/TensorOperators.h>
#include <ATen/ops/max.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/jobs/stored_request.h"
#include "core/weights/weight_source.h"
#include "tests/support/runs/runs_of_a_pair.h"
#include "tests/support/tensor_near.h"

namespace tstitch {
namespace {

double difference(const at::Tensor& a, const at::Tensor& b) {
  return at::max((a - b).abs()).item().toDouble();
}

/// A segment's text conditions its evaluations, and no others.
class SegmentPrompts : public test::RunsOfAPair {
 protected:
  static constexpr const char* kOwn = "a dog on red";

  [[nodiscard]] Job job(const std::optional<std::string>& first, const std::optional<std::string>& second) const {
    nlohmann::json entry = pair_.case_named("one");
    entry["controls"] = nlohmann::json::array();
    Job job = job_of(entry);
    job.request.split =
        SegmentSplit{{{"small", 4, std::nullopt, first}, {"small", 2, std::nullopt, second}, {"large", 2, {}, {}}}};
    job.tensors.save_trajectory = pair_.folder() / "way.safetensors";
    return job;
  }

  /// The latents before evaluation `index`.
  at::Tensor way(const Job& job, int index) {
    EXPECT_TRUE(latents_of(job).defined());
    return open_weight_file(*job.tensors.save_trajectory)->read(concat("step.", index), at::kFloat);
  }
};

TEST_F(SegmentPrompts, actInTheirSegmentsOnly) {
  const Job plain = job({}, {}), second = job({}, kOwn);
  EXPECT_TENSOR_NEAR_RELATIVE(way(second, 4), way(plain, 4), 0.0);
  EXPECT_GT(difference(way(second, 5), way(plain, 5)), 1e-4);
  Job all = plain;
  all.request.prompt = kOwn;
  EXPECT_TENSOR_NEAR_RELATIVE(way(job(kOwn, kOwn), 6), way(all, 6), 0.0);
  EXPECT_GT(difference(way(job(kOwn, kOwn), 8), way(all, 8)), 1e-4) << "the last has the run's text";
}

TEST_F(SegmentPrompts, areTheRunsOwnWhereTheySayTheSame) {
  const Job plain = job({}, {});
  EXPECT_TENSOR_NEAR_RELATIVE(way(job(plain.request.prompt, plain.request.prompt), 8), way(plain, 8), 0.0);
}

TEST_F(SegmentPrompts, travelWithThePicture) {
  const Job own = job({}, kOwn);
  EXPECT_TRUE(latents_of(own).defined());
  EXPECT_EQ(stored_request(own.output.path).request.split, own.request.split);
}

}  // namespace
}  // namespace tstitch
