#include "core/formats/weight_file_kind.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/torch_legacy.h"

namespace tstitch {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kResave =
    "Convert it: load it in Python (only from a source you trust) and save it as .safetensors.";
constexpr std::string_view kUseOriginal = "Choose the model's .safetensors or .ckpt file.";
constexpr std::string_view kUnpack = "Unpack it and give the file or folder inside.";

/// A kind of file that is told by its first bytes and not read.
struct ForeignKind {
  std::string_view start;
  std::string_view what;
  std::string_view hint;
};

constexpr std::array kForeignKinds{
    ForeignKind{"\x80\x02"sv, "is a bare Python pickle, not an archive of torch.save.", kResave},
    ForeignKind{"\x80\x03"sv, "is a bare Python pickle, not an archive of torch.save.", kResave},
    ForeignKind{"\x80\x04"sv, "is a bare Python pickle, not an archive of torch.save.", kResave},
    ForeignKind{"\x80\x05"sv, "is a bare Python pickle, not an archive of torch.save.", kResave},
    ForeignKind{"GGUF"sv, "is a GGUF file, whose quantised weights are not read.", kUseOriginal},
    ForeignKind{"lmgg"sv, "is a GGML file, whose quantised weights are not read.", kUseOriginal},
    ForeignKind{"tjgg"sv, "is a GGML file, whose quantised weights are not read.", kUseOriginal},
    ForeignKind{"\x89HDF\r\n\x1a\n"sv, "is an HDF5 (Keras) file, which is not read.", kUseOriginal},
    ForeignKind{"\x93NUMPY"sv, "is a NumPy array, not a checkpoint.", kUseOriginal},
    ForeignKind{"\x1f\x8b"sv, "is a gzip archive, not weights.", kUnpack},
    ForeignKind{"7z\xbc\xaf\x27\x1c"sv, "is a 7-Zip archive, not weights.", kUnpack},
    ForeignKind{"Rar!"sv, "is a RAR archive, not weights.", kUnpack},
    ForeignKind{"\x28\xb5\x2f\xfd"sv, "is a zstd archive, not weights.", kUnpack},
    ForeignKind{"\xfd"
                "7zXZ"sv,
                "is an xz archive, not weights.", kUnpack},
    ForeignKind{"\x89PNG"sv, "is a PNG picture, not weights.", ""},
    ForeignKind{"\xff\xd8\xff"sv, "is a JPEG picture, not weights.", ""},
    ForeignKind{"RIFF"sv, "is a WebP picture or other RIFF file, not weights.", ""},
    ForeignKind{"%PDF"sv, "is a PDF document, not weights.", ""},
    ForeignKind{"\x7f"
                "ELF"sv,
                "is a program or library, not weights.", ""},
    ForeignKind{"MZ"sv, "is a Windows program, not weights.", ""},
    ForeignKind{"PK\x05\x06"sv, "is an empty zip archive.", "The download or copy went wrong; fetch it again."},
};

bool is_tar(std::string_view first_bytes) {
  constexpr std::size_t kMagicPlace = 257;
  return first_bytes.size() > kMagicPlace && first_bytes.substr(kMagicPlace).starts_with("ustar");
}

/// The protocol buffer of an ONNX model: field 1 (a small version), then a producer's name or an import.
bool is_onnx(std::string_view bytes) {
  return bytes.size() > 4 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 32 &&
         (bytes[2] == '\x12' || bytes[2] == '\x42' || bytes[2] == '\x3a');
}

bool has_safetensors_header(std::string_view bytes) {
  constexpr std::size_t kLengthBytes = 8;
  return bytes.size() > kLengthBytes && bytes[kLengthBytes] == '{';
}

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; });
}

void refuse_foreign_kinds(std::string_view bytes, const std::string& file) {
  for (const ForeignKind& kind : kForeignKinds) {
    if (bytes.starts_with(kind.start)) throw BadInput(std::string(kind.what), file, std::string(kind.hint));
  }
  if (is_tar(bytes))
    throw BadInput("is a tar archive (torch.save before 0.4 wrote such), not weights.", file, std::string(kResave));
  if (is_onnx(bytes)) throw BadInput("is an ONNX model, which is not read.", file, std::string(kUseOriginal));
  if (is_text(bytes)) {
    throw BadInput("is a text file, not weights.", file, "Expected .safetensors, or .ckpt, .pt, .pth, .bin of torch.");
  }
}

}  // namespace

void refuse_stand_ins(std::string_view first_bytes, const std::string& file) {
  if (first_bytes.starts_with("version https://git-lfs")) {
    throw BadInput("is a Git LFS pointer, not the file itself.", file, "Fetch the file it points to (git lfs pull).");
  }
  const std::string_view text = trimmed(first_bytes);
  if (text.starts_with("<!") || text.starts_with("<html") || text.starts_with("<HTML") || text.starts_with("<?xml")) {
    throw BadInput("is a web page, not the file itself.", file, "Download the file, not the page about it.");
  }
}

WeightFileKind weight_file_kind(std::string_view first_bytes, std::uint64_t file_size, const std::string& file) {
  const std::string_view bytes = first_bytes.substr(0, kKindBytes);
  if (file_size == 0) throw BadInput("is empty.", file, "The download or copy went wrong; fetch it again.");
  refuse_stand_ins(bytes, file);
  if (has_safetensors_header(bytes)) return WeightFileKind::Safetensors;
  if (bytes.starts_with("PK\x03\x04") || is_torch_legacy(bytes)) return WeightFileKind::TorchArchive;
  refuse_foreign_kinds(bytes, file);
  // Whatever is left is told by the safetensors reader what is wrong with its first eight bytes.
  return WeightFileKind::Safetensors;
}

}  // namespace tstitch
