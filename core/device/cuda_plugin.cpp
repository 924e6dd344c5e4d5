#include "core/device/cuda_plugin.h"

#include <array>

#include <dlfcn.h>

#include "core/base/text.h"
#include "core/cuda/plugin_api.h"

namespace tstitch {

namespace fs = std::filesystem;

namespace {

/// Where the plugin writes its sentence.
struct Sentence {
  std::array<char, 1024> text{};

  void require(int failed) {
    if (failed != 0) throw CudaMissing(text.data());
  }
};

/// Lazily: what it calls of LibTorch's CUDA part is there only after its open().
const TstitchCudaApi* entry_of(const fs::path& library) {
  void* handle = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) throw CudaMissing(concat("The CUDA plugin cannot be opened: ", ::dlerror(), "."));
  const auto entry = reinterpret_cast<TstitchCudaEntry>(::dlsym(handle, kTstitchCudaSymbol));
  if (entry == nullptr) throw CudaMissing(concat(library.string(), " is not a CUDA plugin of this program."));
  return entry();
}

}  // namespace

CudaPlugin CudaPlugin::open(const fs::path& plugins, const fs::path& torch_libraries) {
  const fs::path library = plugins / "libtstitch_cuda.so";
  if (!fs::exists(library)) throw CudaMissing(concat("The CUDA plugin is missing: ", library.string(), "."));
  const TstitchCudaApi* api = entry_of(library);
  if (api->abi_version != kTstitchCudaAbi) {
    throw CudaMissing(concat("The CUDA plugin ", library.string(), " has interface ", api->abi_version,
                             ", this program needs ", kTstitchCudaAbi, "."));
  }
  Sentence sentence;
  sentence.require(api->open(torch_libraries.c_str(), sentence.text.data(), sentence.text.size()));
  return CudaPlugin(api);
}

std::vector<CudaDevice> CudaPlugin::devices() const {
  std::vector<CudaDevice> devices;
  Sentence sentence;
  for (int index = 0; index < api_->device_count(); ++index) {
    TstitchCudaDevice device{};
    sentence.require(api_->describe(index, &device, sentence.text.data(), sentence.text.size()));
    devices.push_back({index, device.name, device.compute_major, device.compute_minor, device.total_bytes});
  }
  return devices;
}

std::uint64_t CudaPlugin::available_bytes(int index) const {
  Sentence sentence;
  std::uint64_t bytes = 0;
  sentence.require(api_->available_bytes(index, &bytes, sentence.text.data(), sentence.text.size()));
  return bytes;
}

void CudaPlugin::release_unused() const {
  Sentence sentence;
  sentence.require(api_->release_unused(sentence.text.data(), sentence.text.size()));
}

const TstitchKernels* CudaPlugin::kernels(int index) const {
  return api_->kernels(index);
}

const TstitchGraphs* CudaPlugin::graphs() const {
  return api_->graphs;
}

}  // namespace tstitch
