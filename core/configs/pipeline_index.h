#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tstitch {

/// model_index.json of a diffusers folder: what the pipeline is made of.
struct PipelineIndex {
  std::string class_name;
  std::set<std::string, std::less<>> parts;                 ///< folders with a class: `"unet": ["diffusers", "..."]`
  std::map<std::string, std::string, std::less<>> classes;  ///< of these, by their folder
  std::set<std::string, std::less<>> absent;  ///< what the pipeline does without: `"text_encoder": [null, null]`
  /// SDXL: a negative prompt that is not given is zeros, not the empty text. True where the file is silent.
  bool force_zeros_for_empty_prompt = true;
  std::map<int, std::string> class_names;  ///< DiT: `"id2label": {"207": "golden retriever", ...}`

  /// The class that the index gives a part; empty where it gives none. It counts before the part's own config.
  [[nodiscard]] std::string class_of(std::string_view part) const;
  /// The part that denoises.
  [[nodiscard]] std::string_view denoiser() const { return parts.contains("transformer") ? "transformer" : "unet"; }
  /// A transformer without text encoders is class-conditional.
  [[nodiscard]] bool takes_text() const;
};

/// Throws BadInput naming the file and the key.
PipelineIndex parse_pipeline_index(std::string_view json, const std::string& file);

}  // namespace tstitch
