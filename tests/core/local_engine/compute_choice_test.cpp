#include "core/local_engine/compute_choice.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/system/host.h"

namespace tstitch {
namespace {

ComputeChoice chosen(const RunSettings& settings) {
  return choose_compute(settings, "no/plugins/here", "no/libraries/here");
}

RunSettings on_the_cpu(Precision precision = Precision::Default, int threads = 0) {
  RunSettings settings;
  settings.device = DeviceKind::Cpu;
  settings.precision = precision;
  settings.threads = threads;
  return settings;
}

TEST(ComputeChoice, isFp32OnACpuUnlessAskedFor) {
  EXPECT_EQ(chosen(on_the_cpu()).type, at::kFloat);
  EXPECT_EQ(chosen(on_the_cpu(Precision::Auto)).type, at::kFloat) << "as long as nothing was measured";
  EXPECT_EQ(chosen(on_the_cpu(Precision::Fp16)).type, at::kHalf);
  EXPECT_EQ(chosen(on_the_cpu(Precision::Bf16)).type, at::kBFloat16);
  EXPECT_EQ(chosen(on_the_cpu()).precision_name(), "fp32");
  EXPECT_EQ(chosen(on_the_cpu(Precision::Fp16)).precision_name(), "fp16");
  EXPECT_EQ(chosen(on_the_cpu(Precision::Bf16)).precision_name(), "bf16");
  EXPECT_TRUE(chosen(on_the_cpu()).device.is_cpu());
}

TEST(ComputeChoice, hasBf16BesideFp16WhereTheDeviceHasArithmeticForIt) {
  EXPECT_EQ(wide_type({0, "Turing", 7, 5, 0}), at::kFloat);
  EXPECT_EQ(wide_type({0, "Ampere", 8, 0, 0}), at::kBFloat16);
  EXPECT_EQ(wide_type({0, "Hopper", 9, 0, 0}), at::kBFloat16);
  EXPECT_EQ(chosen(on_the_cpu(Precision::Fp16)).wide, at::kFloat);
}

TEST(ComputeChoice, setsTheThreadsOfLibTorchWhenItIsUsed) {
  chosen(on_the_cpu()).use_threads();
  EXPECT_EQ(at::get_num_threads(), usable_cores());
  const ComputeChoice one = chosen(on_the_cpu(Precision::Default, 1));
  EXPECT_EQ(one.threads, 1);
  EXPECT_EQ(at::get_num_threads(), usable_cores()) << "a plan changes nothing";
  one.use_threads();
  EXPECT_EQ(at::get_num_threads(), 1);
}

TEST(ComputeChoice, isLabelledByDevicePrecisionAndThreads) {
  EXPECT_EQ(chosen(on_the_cpu(Precision::Bf16, 1)).label(), "cpu bf16 1");
}

TEST(ComputeChoice, knowsTheHostsFreeMemory) {
  const auto total = static_cast<std::int64_t>(host_memory().total);
  const std::int64_t available = chosen(on_the_cpu()).memory_budget().available;
  EXPECT_GT(available, 0);
  EXPECT_LE(available, total);
}

TEST(ComputeChoice, refusesADeviceThatIsNotThere) {
  RunSettings settings;
  settings.device = DeviceKind::Cuda;
  EXPECT_THROW(chosen(settings), Error);
  settings.device = DeviceKind::Auto;
  EXPECT_TRUE(chosen(settings).device.is_cpu()) << "auto takes the processor";
}

}  // namespace
}  // namespace tstitch
