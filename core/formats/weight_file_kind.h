#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstitch {

/// The two kinds of weight files that are read.
enum class WeightFileKind {
  Safetensors,
  TorchArchive  ///< torch.save's zip archive, or its format before 1.6: .ckpt, .pt, .pth, .bin
};

/// How many bytes of a file's start tell its kind.
constexpr std::size_t kKindBytes = 512;

/// What a file of `file_size` bytes is, told by its first bytes (kKindBytes of them, or all where there are fewer),
/// never by its name. Throws BadInput naming `file` for anything else, with what it is where that is known: a Git LFS
/// pointer, a web page, GGUF, ONNX, a compressed archive, ...
WeightFileKind weight_file_kind(std::string_view first_bytes, std::uint64_t file_size, const std::string& file);

/// Throws BadInput for what broken downloads leave in place of a file, told by its first bytes (up to kKindBytes): a
/// Git LFS pointer or a web page.
void refuse_stand_ins(std::string_view first_bytes, const std::string& file);

}  // namespace tstitch
