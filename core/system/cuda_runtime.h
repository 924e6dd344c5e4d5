#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tstitch {

/// A wheel that some of the libraries come in.
struct CudaArchive {
  std::string address;  ///< http or https
  std::string sha256;   ///< lower case
  std::int64_t bytes = 0;

  /// The address's last part.
  [[nodiscard]] std::string file_name() const { return address.substr(address.rfind('/') + 1); }
};

/// The libraries that CUDA needs beside those that ship with the program, as a list names them: where they are fetched,
/// and what they are to be. Addresses stand nowhere else.
struct CudaRuntime {
  std::string name;  ///< of the folder that they are unpacked into; another one for each list
  std::int64_t unpacked_bytes = 0;
  std::vector<CudaArchive> archives;

  [[nodiscard]] std::int64_t download_bytes() const;
  /// LibTorch's lib folder, below the folder for CUDA.
  [[nodiscard]] std::filesystem::path torch_libraries(const std::filesystem::path& folder) const {
    return folder / name / "torch" / "lib";
  }
  /// They appear there in one step.
  [[nodiscard]] bool is_in(const std::filesystem::path& folder) const;
};

/// Reads such a list (resources/cuda_runtime.json). Throws BadInput that names file and field.
CudaRuntime read_cuda_runtime(const std::filesystem::path& list);

}  // namespace tstitch
