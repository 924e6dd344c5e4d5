#include "core/device/device_kernels.h"

#include <string>

#include <gtest/gtest.h>

#include "core/networks/unet.h"
#include "tests/support/host_kernels.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

/// Whole networks with the CUDA kernels' host build in their places, channels last as on CUDA.
class NetworksOnDeviceKernels : public testing::TestWithParam<std::string> {};

at::Tensor input(const test::NetworkGolden& golden, const std::string& name) {
  const auto found = golden.tensors.find(name + ".odd");
  return found == golden.tensors.end() ? at::Tensor() : found->second;
}

at::Tensor predicted(const test::NetworkGolden& golden, at::ScalarType type) {
  const WeightScope root(golden.weights, {.type = type});
  const Unet unet(root, parse_unet_config(golden.config, "golden"));
  root.require_complete();
  const UnetExtras extras{input(golden, "pooled"), input(golden, "time_ids"), input(golden, "guidance_embedding")};
  return unet(input(golden, "x"), input(golden, "timesteps"), input(golden, "context"), extras, {}, {});
}

TEST_P(NetworksOnDeviceKernels, PredictAsTheReference) {
  const auto golden = test::NetworkGolden::load(GetParam());
  const int before = test::host_kernel_calls();
  const test::KernelsOnHost kernels;
  EXPECT_LT(test::relative_difference(predicted(golden, at::kFloat), golden["out.odd"]), 5e-6);
  EXPECT_GT(test::host_kernel_calls(), before + 10) << "the kernels are in use";
}

TEST_P(NetworksOnDeviceKernels, StayCloseInSixteenBits) {
  const auto golden = test::NetworkGolden::load(GetParam());
  const test::KernelsOnHost kernels;
  EXPECT_LT(test::relative_difference(predicted(golden, at::kBFloat16), golden["out.odd"]), 5e-2);
}

INSTANTIATE_TEST_SUITE_P(Families, NetworksOnDeviceKernels, testing::Values("unet-sd1", "unet-bk-tiny", "unet-sdxl"));

}  // namespace
}  // namespace tstitch
