#include "core/local_engine/compute_choice.h"

#include <algorithm>

#include <ATen/Parallel.h>

#include "core/base/text.h"
#include "core/local_engine/work_estimate.h"
#include "core/system/host.h"
#include "core/system/processor.h"

namespace tstitch {

namespace {

DeviceWish wish_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::Cpu:
      return DeviceWish::Cpu;
    case DeviceKind::Cuda:
      return DeviceWish::Cuda;
    case DeviceKind::Auto:
      break;
  }
  return DeviceWish::Auto;
}

bool is_open(Precision precision) {
  return precision == Precision::Default || precision == Precision::Auto;
}

}  // namespace

int threads_of(const RunSettings& settings) {
  return settings.threads > 0 ? settings.threads : usable_cores();
}

at::ScalarType tensor_type(Precision precision) {
  switch (precision) {
    case Precision::Fp16:
      return at::kHalf;
    case Precision::Bf16:
      return at::kBFloat16;
    case Precision::Default:
    case Precision::Auto:
    case Precision::Fp32:
      break;
  }
  return at::kFloat;
}

at::ScalarType wide_type(const CudaDevice& device) {
  constexpr int kAmpere = 8;
  return device.compute_major >= kAmpere ? at::kBFloat16 : at::kFloat;
}

std::string ComputeChoice::precision_name() const {
  return type == at::kFloat ? "fp32" : type == at::kHalf ? "fp16" : "bf16";
}

std::string ComputeChoice::label() const {
  return concat(chosen.name, ' ', precision_name(), ' ', threads);
}

MemoryBudget ComputeChoice::memory_budget() const {
  const auto free =
      static_cast<std::int64_t>(chosen.cuda ? chosen.cuda->available_bytes(chosen.index) : host_memory().available);
  return memory_limit == 0 ? MemoryBudget{free, false} : MemoryBudget{std::min(memory_limit, free), true};
}

void ComputeChoice::use_threads(double work) const {
  const int paying = threads_that_pay(work, threads);
  if (at::get_num_threads() != paying) at::set_num_threads(paying);
}

ComputeChoice choose_compute(const RunSettings& settings, const std::filesystem::path& plugins,
                             const std::filesystem::path& torch_libraries) {
  ComputeChoice choice;
  choice.chosen = choose_device(wish_of(settings.device), settings.device_index, plugins, torch_libraries);
  const bool on_cuda = choice.chosen.cuda.has_value();
  if (on_cuda) choice.device = at::Device(at::kCUDA, static_cast<at::DeviceIndex>(choice.chosen.index));
  choice.type = on_cuda && is_open(settings.precision) ? at::kHalf : tensor_type(settings.precision);
  if (on_cuda) choice.wide = wide_type(choice.chosen.cuda->devices().at(static_cast<std::size_t>(choice.chosen.index)));
  choice.memory_limit = settings.memory_limit;
  choice.threads = threads_of(settings);
  return choice;
}

std::vector<Precision> fast_precisions(const RunSettings& settings, const std::filesystem::path& plugins,
                                       const std::filesystem::path& torch_libraries) {
  std::vector<Precision> fast{Precision::Fp32};
  const bool on_cuda =
      settings.device == DeviceKind::Cuda ||
      (settings.device == DeviceKind::Auto &&
       choose_device(DeviceWish::Auto, settings.device_index, plugins, torch_libraries).cuda.has_value());
  const HalfArithmetic processor = half_arithmetic();
  if (on_cuda || processor.fp16) fast.push_back(Precision::Fp16);
  if (on_cuda || processor.bf16) fast.push_back(Precision::Bf16);
  return fast;
}

}  // namespace tstitch
