#pragma once

#include <cstdint>
#include <string>

namespace tstitch {

enum class DeviceKind { Auto, Cpu, Cuda };
/// Default: fp32 on a processor, fp16 on a GPU. Auto: on a processor what its own test found fastest within the bound
/// (MeasuredPrecision), on a GPU the default.
enum class Precision { Default, Auto, Fp32, Fp16, Bf16 };
/// `fp32`, ..., as options spell it; `default` is written by leaving the option out.
const char* name_of(Precision precision);
enum class PreviewKind { None, Linear, Tiny, Full };

/// Where and how a run is computed; recorded in a picture as `made`, not part of the request.
struct RunSettings {
  DeviceKind device = DeviceKind::Auto;
  int device_index = 0;
  Precision precision = Precision::Default;
  int threads = 0;                ///< 0 = the cores this process may use
  std::int64_t memory_limit = 0;  ///< bytes that a run may take of the device's memory; 0 = what is free
  std::string variant;            ///< "fp16" chooses `*.fp16.*` weight files
};

struct PreviewSettings {
  PreviewKind kind = PreviewKind::Linear;
  int every = 1;  ///< evaluations between previews
};

}  // namespace tstitch
