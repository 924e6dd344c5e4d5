#include "core/formats/weight_files.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr const char* kDiffusionStem = "diffusion_pytorch_model";
constexpr const char* kOldTransformersStem = "pytorch_model";

std::string whole(const std::string& stem, const std::string& variant, const char* end) {
  return variant.empty() ? stem + end : concat(stem, ".", variant, end);
}

/// Libraries have put a variant at either of two places.
std::vector<std::string> indexes(const std::string& stem, const std::string& variant, const char* end) {
  if (variant.empty()) return {concat(stem, end, ".index.json")};
  return {concat(stem, end, ".index.", variant, ".json"), concat(stem, ".", variant, end, ".index.json")};
}

/// The names of one kind of file, in the order of the library that saves under that stem.
std::vector<std::string> names_of_kind(const std::string& stem, const std::string& variant, const char* end) {
  std::vector<std::string> names = indexes(stem, variant, end);
  const auto place = stem == kDiffusionStem ? names.end() : names.begin();
  names.insert(place, whole(stem, variant, end));
  return names;
}

std::vector<std::string> candidate_names(const std::string& stem, const std::string& variant) {
  std::vector<std::string> names = names_of_kind(stem, variant, ".safetensors");
  for (const std::string& each : {stem, std::string(kOldTransformersStem)}) {
    const std::vector<std::string> archives = names_of_kind(each, variant, ".bin");
    names.insert(names.end(), archives.begin(), archives.end());
  }
  return names;
}

std::vector<std::string> names_in(const fs::path& folder) {
  constexpr std::size_t kMostNames = 10'000;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end && names.size() < kMostNames;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// `non_ema` of `diffusion_pytorch_model.non_ema.safetensors`; empty for other names.
std::string variant_in(const std::string& name, const std::string& stem) {
  for (const std::string& start : {stem + ".", std::string(kOldTransformersStem) + "."}) {
    for (const std::string_view end : {".safetensors", ".bin"}) {
      const bool fits = name.starts_with(start) && name.ends_with(end) && name.size() > start.size() + end.size();
      if (fits) return name.substr(start.size(), name.size() - start.size() - end.size());
    }
  }
  return {};
}

struct ForeignEnd {
  std::string_view end;
  std::string_view what;
};
constexpr std::array kForeignEnds{ForeignEnd{".msgpack", "Flax"},        ForeignEnd{".h5", "Keras"},
                                  ForeignEnd{".onnx", "ONNX"},           ForeignEnd{".gguf", "GGUF"},
                                  ForeignEnd{".flashpack", "FlashPack"}, ForeignEnd{".xml", "OpenVINO"},
                                  ForeignEnd{".mlmodelc", "Core ML"}};

/// What a folder without the weights that were looked for holds instead, and what to do.
std::string hint_for(const fs::path& folder, const std::string& stem) {
  std::string other;
  for (const std::string& name : names_in(folder)) {
    if (const std::string variant = variant_in(name, stem); !variant.empty()) {
      return concat("It holds ", name, ": choose it by --variant ", variant, ".");
    }
    const bool weights = name.ends_with(".safetensors") || name.ends_with(".bin");
    if (weights && other.empty())
      other = concat("It holds ", name, ", which has another name than such a part's file.");
    for (const ForeignEnd& foreign : kForeignEnds) {
      if (name.ends_with(foreign.end) && other.empty()) {
        other = concat("It holds ", name, " (", foreign.what, "), which is not read.");
      }
    }
  }
  return other;
}

}  // namespace

fs::path find_weights(const fs::path& folder, const std::string& stem, const std::string& variant) {
  std::vector<std::string> variants{"", "fp16"};
  if (!variant.empty()) variants.insert(variants.begin(), variant);
  for (const std::string& each : variants) {
    for (const std::string& name : candidate_names(stem, each)) {
      if (is_file_or_dangling(folder / name)) return folder / name;
    }
  }
  throw BadInput(concat("holds no ", stem, ".safetensors."), folder.string(), hint_for(folder, stem));
}

}  // namespace tstitch
