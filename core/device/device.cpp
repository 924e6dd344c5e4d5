#include "core/device/device.h"

#include "core/base/text.h"
#include "core/device/device_graph.h"
#include "core/device/device_kernels.h"

namespace tstitch {

namespace {

ChosenDevice cuda_device(int index, const std::filesystem::path& plugins,
                         const std::filesystem::path& torch_libraries) {
  const CudaPlugin plugin = CudaPlugin::open(plugins, torch_libraries);
  const std::vector<CudaDevice> devices = plugin.devices();
  if (index < 0 || index >= static_cast<int>(devices.size())) {
    throw CudaMissing(concat("There is no CUDA device ", index, ": devices 0 to ", devices.size() - 1, " answer."));
  }
  const CudaDevice& device = devices[static_cast<std::size_t>(index)];
  if (!device.is_supported()) {
    throw CudaMissing(concat(device.name, " has compute capability ", device.compute_major, ".", device.compute_minor,
                             "; 7.5 or more is needed."));
  }
  offer_device_kernels(c10::DeviceType::CUDA, plugin.kernels(index));
  offer_device_graphs(c10::DeviceType::CUDA, plugin.graphs());
  return {concat("cuda:", index), plugin, index};
}

}  // namespace

ChosenDevice choose_device(DeviceWish wish, int index, const std::filesystem::path& plugins,
                           const std::filesystem::path& torch_libraries) {
  if (wish == DeviceWish::Cpu) return {};
  if (wish == DeviceWish::Cuda) return cuda_device(index, plugins, torch_libraries);
  try {
    return cuda_device(index, plugins, torch_libraries);
  } catch (const CudaMissing&) {
    return {};
  }
}

}  // namespace tstitch
