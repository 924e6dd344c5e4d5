#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/formats/byte_source.h"
#include "core/formats/safetensors_header.h"

namespace tstitch {

/// One tensor of an archive: a view of a part of the file. Several tensors may share bytes.
struct TorchTensor {
  SafetensorsType type = SafetensorsType::F32;  ///< the element types are those of safetensors
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  ///< in elements, never negative
  std::uint64_t begin = 0;            ///< of its first element, in bytes from the start of the file
  std::uint64_t end = 0;              ///< behind the last element that it touches

  /// Row-major without gaps: its elements are the bytes from `begin` to `end` in order.
  [[nodiscard]] bool is_contiguous() const;
};

/// The tensors of a file that torch.save wrote (since version 1.6 a zip archive of a pickle and the tensors' storages,
/// before that one after the other, torch_legacy.h), by the path of keys that leads to them:
/// `state_dict.model.diffusion_model...`, `ema.x_embedder...`.
struct TorchArchive {
  std::map<std::string, TorchTensor> tensors;
  std::map<std::string, std::string>
      texts;                   ///< short texts beside them in the outermost dict: a textual inversion's `name`
  bool is_big_endian = false;  ///< its numbers; the record `byteorder` says so, since torch 2.1
};

/// Reads the directory and the pickle of an archive; the storages are not touched (nor their checksums compared: torch
/// may leave them out, and a network's loading finds numbers that are not finite). Nothing is executed: of the names
/// in the pickle only those of tensors, parameters, dicts of parameters, storages and ordered dicts have a meaning, all
/// others are inert and never become tensors. Tensors in lists and tuples have no name and are passed over, as are
/// those with a name of more than 1,024 bytes. Bounds: those of zip_directory.h
/// and pickle.h, 32 MiB of pickle, 2^15 tensors, 64 levels of dicts, 2 MiB of names. Throws BadInput naming the file
/// for a damaged, foreign or hostile one, for a tensor that reaches beyond its storage or repeats its elements, for
/// TorchScript archives and big-endian ones of before 1.6, and where there is no tensor at all.
TorchArchive read_torch_archive(const ByteSource& file);

}  // namespace tstitch
