#pragma once

#include <cstddef>
#include <cstdint>

/// The C interface between the program and libtstitch_cuda.so, so that neither needs the other to link or to start.
/// Functions that can fail return 0, or write one sentence into `error` and return 1.

extern "C" {

inline constexpr std::uint32_t kTstitchCudaAbi = 3;
inline constexpr const char* kTstitchCudaSymbol = "tstitch_cuda_api";

struct TstitchCudaDevice {
  char name[256];
  std::int32_t compute_major;
  std::int32_t compute_minor;
  std::uint64_t total_bytes;
};

/// Numbers of a network's tensors.
enum TstitchElement : std::int32_t { kTstitchFloat32 = 0, kTstitchFloat16 = 1, kTstitchBFloat16 = 2 };

/// Group normalisation of channels-last pictures, with SiLU after it where `silu` is not 0.
struct TstitchGroupNorm {
  TstitchElement element;  ///< of x, weight, bias and y
  std::int32_t silu;
  const void* x;       ///< [samples, rows, channels], dense; a row is a place of the picture
  const void* weight;  ///< [channels]
  const void* bias;    ///< [channels]
  void* y;             ///< as x, or x itself
  void* workspace;     ///< as many bytes as group_norm_workspace() says; may be null for none
  std::int64_t samples;
  std::int64_t rows;
  std::int32_t channels;
  std::int32_t groups;
  float eps;
};

/// value * gelu(gate), exact.
struct TstitchGeglu {
  TstitchElement element;
  std::int32_t width;
  const void* x;  ///< [rows, 2 * width]: all values of a row, then all its gates
  void* y;        ///< [rows, width], dense
  std::int64_t rows;
  std::int64_t row_stride;  ///< of x, in elements
};

/// y = sum of factors[k] * terms[k] + factor * prediction, where the prediction is conditional, or
/// unconditional + guidance * (conditional - unconditional). Terms and y are float.
struct TstitchSamplerUpdate {
  TstitchElement element;  ///< of the predictions
  std::int32_t count;      ///< of terms, 0 to 4
  const float* terms[4];
  float factors[4];
  const void* conditional;    ///< null: no prediction
  const void* unconditional;  ///< null: no guidance
  float guidance;
  float factor;
  float* y;  ///< may be one of the terms
  std::int64_t size;
};

/// Kernels of our own. They queue their work on the stream that LibTorch has as the device's current one, and return;
/// memory is the device's. Sizes are positive.
struct TstitchKernels {
  std::uint64_t (*group_norm_workspace)(const TstitchGroupNorm* of);
  int (*group_norm)(int device, const TstitchGroupNorm* of, char* error, std::size_t error_size);
  int (*geglu)(int device, const TstitchGeglu* of, char* error, std::size_t error_size);
  int (*sampler_update)(int device, const TstitchSamplerUpdate* of, char* error, std::size_t error_size);
};

/// Work of a device that was recorded, and can be asked for again as a whole.
struct TstitchGraph;

/// What core/device/device_graph.h asks for; for one thread at a time.
struct TstitchGraphs {
  /// From now on what this thread asks LibTorch for on that device is recorded, and not done.
  int (*begin)(int device, TstitchGraph** graph, char* error, std::size_t error_size);
  /// Ends it, whether it can be replayed or not; release() must come after it in either case.
  int (*end)(TstitchGraph* graph, char* error, std::size_t error_size);
  /// Queues it on the stream that LibTorch has as the device's current one.
  int (*replay)(TstitchGraph* graph, char* error, std::size_t error_size);
  /// Waits for what was queued, and gives back the memory that was made while it was recorded.
  void (*release)(TstitchGraph* graph);
};

struct TstitchCudaApi {
  std::uint32_t abi_version;  ///< kTstitchCudaAbi; looked at before anything else

  /// Opens the driver and LibTorch's CUDA part from the folder `torch_libraries` (full path). Must come before anything
  /// asks LibTorch about CUDA, since LibTorch remembers its first answer. Nothing is ever closed again.
  int (*open)(const char* torch_libraries, char* error, std::size_t error_size);

  /// The rest needs a successful open().
  int (*device_count)();
  int (*describe)(int index, TstitchCudaDevice* device, char* error, std::size_t error_size);
  /// Bytes that can still be allocated: the device's free memory and what LibTorch holds unused, but not for graphs.
  int (*available_bytes)(int index, std::uint64_t* bytes, char* error, std::size_t error_size);
  int (*release_unused)(char* error, std::size_t error_size);
  /// Null where the plugin was built without kernels, or has none for that device.
  const TstitchKernels* (*kernels)(int index);
  const TstitchGraphs* graphs;
  /// The compute capabilities that there are kernels for, "80 86"; empty without kernels. Needs no open().
  const char* architectures;
};

using TstitchCudaEntry = const TstitchCudaApi* (*)();

}  // extern "C"
