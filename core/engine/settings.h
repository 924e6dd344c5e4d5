#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/request/request_json.h"

namespace tstitch {

enum class DeviceKind { Auto, Cpu, Cuda };
enum class Precision { Auto, Fp32, Fp16, Bf16 };
/// `fp32`, ..., as options spell it.
const char* name_of(Precision precision);
enum class PreviewKind { None, Linear, Tiny, Full };

/// Where and how a run is computed; recorded in a picture as `made`, not part of the request.
struct RunSettings {
  DeviceKind device = DeviceKind::Auto;
  int device_index = 0;
  Precision precision = Precision::Auto;
  int threads = 0;                ///< 0 = the cores this process may use
  std::int64_t memory_limit = 0;  ///< bytes that a run may take of the device's memory; 0 = what is free
  std::string variant;            ///< "fp16" chooses `*.fp16.*` weight files
};

struct PreviewSettings {
  PreviewKind kind = PreviewKind::Linear;
  int every = 1;                                ///< evaluations between previews
  std::optional<std::filesystem::path> folder;  ///< also written there, one file per due evaluation, none dropped
};

/// Where pictures go (app/cli/README.md, *Output*). Never part of the request.
struct OutputPlace {
  std::filesystem::path path = ".";  ///< a folder, a pattern with `[...]`, or one file
  bool metadata = true;
};

/// Tensors that come from or go to files, for exact comparisons (app/cli/README.md, *Output*).
struct TensorFiles {
  std::optional<std::filesystem::path> initial_latents;
  std::optional<std::filesystem::path> step_noise;
  std::optional<std::filesystem::path> save_latents;
  std::optional<std::filesystem::path> save_trajectory;
};

/// One running request: everything the engine needs to make its pictures. `count` pictures are own runs, seed + k;
/// where there are `classes`, picture k draws class k of them.
struct Job {
  GenerationRequest request;
  int count = 1;
  std::vector<int> classes;  ///< empty, or one per picture
  RunSettings settings;
  PreviewSettings preview;
  OutputPlace output;
  TensorFiles tensors;
  std::optional<Made> expected;  ///< how the picture whose request this is was made; differences are warned about
};

}  // namespace tstitch
