#include "core/cuda/kernels/sampler_update.h"

#include <array>
#include <vector>

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/cuda/kernels/launch.h"
#include "tests/support/generated_weights.h"
#include "tests/support/host_grid.h"
#include "tests/support/kernel_tensors.h"

namespace tstitch {
namespace {

using test::Fenced;

constexpr std::array kFactors{0.75F, -1.5F, 0.3125F, 2.0F};
constexpr float kGuidance = 7.5F;
constexpr float kFactor = -0.625F;

enum class Prediction { None, Plain, Guided };

at::Tensor values(const char* name, std::int64_t size) {
  const at::Tensor plain = test::generated_tensor(name, {size}, 5);
  return plain / plain.abs().max();
}

struct Inputs {
  std::vector<at::Tensor> terms;
  at::Tensor conditional;
  at::Tensor unconditional;
  Prediction prediction;

  static Inputs of(std::int64_t size, std::size_t count, Prediction prediction, at::ScalarType type) {
    Inputs in{{}, values("c.weight", size).to(type), values("u.weight", size).to(type), prediction};
    const std::array names{"a.weight", "b.weight", "d.weight", "e.weight"};
    for (std::size_t term = 0; term < count; ++term) in.terms.push_back(values(names.at(term), size));
    return in;
  }

  [[nodiscard]] at::Tensor exact() const {
    at::Tensor sum = at::zeros(conditional.sizes(), at::kDouble);
    for (std::size_t term = 0; term < terms.size(); ++term) sum += terms[term].to(at::kDouble) * kFactors.at(term);
    const at::Tensor with = conditional.to(at::kDouble);
    const at::Tensor without = unconditional.to(at::kDouble);
    if (prediction == Prediction::Plain) sum += with * kFactor;
    if (prediction == Prediction::Guided) sum += (without + (with - without) * kGuidance) * kFactor;
    return sum;
  }
};

/// Into memory of its own, or over the first term.
at::Tensor updated(const Inputs& in, bool over_first = false) {
  const Fenced conditional(in.conditional);
  const Fenced unconditional(in.unconditional);
  std::vector<Fenced> terms;
  TstitchSamplerUpdate of{};
  of.element = test::element_of(in.conditional.scalar_type());
  of.count = static_cast<std::int32_t>(in.terms.size());
  terms.reserve(in.terms.size());
  for (std::size_t term = 0; term < in.terms.size(); ++term) {
    of.terms[term] = static_cast<const float*>(terms.emplace_back(in.terms[term]).data());
    of.factors[term] = kFactors.at(term);
  }
  if (in.prediction != Prediction::None) of.conditional = conditional.data();
  if (in.prediction == Prediction::Guided) of.unconditional = unconditional.data();
  of.guidance = kGuidance;
  of.factor = kFactor;
  of.size = in.conditional.numel();
  const Fenced own(of.size, at::kFloat);
  const Fenced& y = over_first ? terms.front() : own;
  of.y = static_cast<float*>(y.data());
  cuda::launch(test::HostLauncher(), of);
  EXPECT_TRUE(y.is_intact());
  return y.inside().clone();
}

void expect_sums(std::int64_t size, std::size_t count, at::ScalarType type) {
  for (const Prediction prediction : {Prediction::None, Prediction::Plain, Prediction::Guided}) {
    if (count == 0 && prediction == Prediction::None) continue;
    const Inputs in = Inputs::of(size, count, prediction, type);
    EXPECT_TRUE(test::is_rounded(updated(in), in.exact(), 5e-7)) << size << ", " << count << ", " << type;
  }
}

TEST(SamplerUpdateKernel, IsLibTorchsSumForAnyTermsAndPredictions) {
  for (const std::int64_t size : {1, 255, 256, 257, 1000}) {
    for (std::size_t count = 0; count <= kFactors.size(); ++count) {
      for (const at::ScalarType type : test::kElements) expect_sums(size, count, type);
    }
  }
}

TEST(SamplerUpdateKernel, MayWriteOverTheLatent) {
  const Inputs in = Inputs::of(517, 2, Prediction::Guided, at::kHalf);
  EXPECT_TRUE(at::equal(updated(in, true), updated(in)));
}

}  // namespace
}  // namespace tstitch
