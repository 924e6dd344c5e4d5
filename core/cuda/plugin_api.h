#pragma once

#include <cstddef>
#include <cstdint>

/// The C interface between the program and libtstitch_cuda.so, so that neither needs the other to link or to start.
/// Functions that can fail return 0, or write one sentence into `error` and return 1.

extern "C" {

inline constexpr std::uint32_t kTstitchCudaAbi = 1;
inline constexpr const char* kTstitchCudaSymbol = "tstitch_cuda_api";

struct TstitchCudaDevice {
  char name[256];
  std::int32_t compute_major;
  std::int32_t compute_minor;
  std::uint64_t total_bytes;
};

struct TstitchCudaApi {
  std::uint32_t abi_version;  ///< kTstitchCudaAbi; looked at before anything else

  /// Opens the driver and LibTorch's CUDA part from the folder `torch_libraries` (full path). Must come before anything
  /// asks LibTorch about CUDA, since LibTorch remembers its first answer. Nothing is ever closed again.
  int (*open)(const char* torch_libraries, char* error, std::size_t error_size);

  /// The rest needs a successful open().
  int (*device_count)();
  int (*describe)(int index, TstitchCudaDevice* device, char* error, std::size_t error_size);
  /// Bytes that can still be allocated: the device's free memory and what LibTorch holds unused.
  int (*available_bytes)(int index, std::uint64_t* bytes, char* error, std::size_t error_size);
  int (*release_unused)(char* error, std::size_t error_size);
};

using TstitchCudaEntry = const TstitchCudaApi* (*)();

}  // extern "C"
