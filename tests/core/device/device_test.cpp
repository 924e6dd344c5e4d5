#include "core/device/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(ChooseDevice, CpuLooksForNothing) {
  const ChosenDevice device = choose_device(DeviceWish::Cpu, 0, "/nowhere", "/nowhere");
  EXPECT_EQ(device.name, "cpu");
  EXPECT_FALSE(device.cuda);
}

TEST(ChooseDevice, AutoWithoutPluginIsTheCpu) {
  const ChosenDevice device = choose_device(DeviceWish::Auto, 0, "/nowhere", "/nowhere");
  EXPECT_EQ(device.name, "cpu");
  EXPECT_FALSE(device.cuda);
}

TEST(ChooseDevice, CudaWithoutPluginSaysWhatIsMissing) {
  try {
    choose_device(DeviceWish::Cuda, 0, "/nowhere", "/nowhere");
    FAIL();
  } catch (const CudaMissing& missing) {
    EXPECT_THAT(missing.sentence(), testing::HasSubstr("libtstitch_cuda.so"));
    EXPECT_EQ(missing.where(), "--device cuda");
  }
}

}  // namespace
}  // namespace tstitch
