#include "core/device/cuda_plugin.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/cuda/plugin_api.h"
#include "core/system/places.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

bool driver_is_installed() {
  return ::dlopen("libcuda.so.1", RTLD_LAZY) != nullptr;
}

/// What open() says; empty when it opens.
std::string refusal(const fs::path& plugins, const fs::path& torch_libraries) {
  try {
    CudaPlugin::open(plugins, torch_libraries);
    return {};
  } catch (const CudaMissing& missing) {
    EXPECT_EQ(missing.code(), ExitCode::Usage);
    return missing.sentence();
  }
}

TEST(CudaPlugin, FolderWithoutPluginIsNamed) {
  EXPECT_THAT(refusal("/nowhere", "/nowhere"), HasSubstr("/nowhere/libtstitch_cuda.so"));
}

TEST(CudaPlugin, BuiltPluginLoadsAndOffersThisInterface) {
  const fs::path library = installed_places().plugins / "libtstitch_cuda.so";
  if (!fs::exists(library)) GTEST_SKIP() << "built without the CUDA plugin";
  void* handle = ::dlopen(library.c_str(), RTLD_LAZY);
  ASSERT_NE(handle, nullptr) << ::dlerror();
  const auto entry = reinterpret_cast<TstitchCudaEntry>(::dlsym(handle, kTstitchCudaSymbol));
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry()->abi_version, kTstitchCudaAbi);
#ifdef TSTITCH_KERNELS
  EXPECT_STREQ(entry()->architectures, TSTITCH_KERNELS);
#else
  EXPECT_STREQ(entry()->architectures, "");
  EXPECT_EQ(entry()->kernels(0), nullptr);
#endif
}

TEST(CudaPlugin, WithoutADriverItSaysSoInOneSentence) {
  const Places places = installed_places();
  if (!fs::exists(places.plugins / "libtstitch_cuda.so")) GTEST_SKIP() << "built without the CUDA plugin";
  if (driver_is_installed()) GTEST_SKIP() << "this machine has a driver";
  EXPECT_THAT(refusal(places.plugins, places.torch), HasSubstr("The NVIDIA driver (libcuda.so.1) is not installed"));
}

TEST(CudaPlugin, WithADriverTheMissingTorchPartIsNamed) {
  const Places places = installed_places();
  if (!fs::exists(places.plugins / "libtstitch_cuda.so")) GTEST_SKIP() << "built without the CUDA plugin";
  if (!driver_is_installed()) GTEST_SKIP() << "this machine has no driver";
  EXPECT_THAT(refusal(places.plugins, "/nowhere"),
              testing::AnyOf(HasSubstr("/nowhere/libtorch_cuda.so"), HasSubstr("driver")));
}

TEST(CudaDevice, SupportStartsAtSevenPointFive) {
  const auto device = [](int major, int minor) { return CudaDevice{0, "card", major, minor, 0}; };
  EXPECT_FALSE(device(7, 0).is_supported());
  EXPECT_TRUE(device(7, 5).is_supported());
  EXPECT_TRUE(device(9, 0).is_supported());
}

}  // namespace
}  // namespace tstitch
