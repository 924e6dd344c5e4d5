#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// A model that InvokeAI knows, in its own folder of models or elsewhere.
struct InvokeRecord {
  std::string name;  ///< as InvokeAI shows it
  std::filesystem::path path;
  friend bool operator==(const InvokeRecord&, const InvokeRecord&) = default;
};

/// Where InvokeAI keeps its models: `models_dir` of invokeai.yaml in its folder, else `models`.
std::filesystem::path invoke_models_folder(const std::filesystem::path& root);

/// What its records name: the database of versions 3.5 and later (`databases/invokeai.db`, read without a trace), and
/// the `configs/models.yaml` of those before. Paths are absolute or in its folder of models. What cannot be read is
/// passed over: the folder itself is searched as well.
std::vector<InvokeRecord> invoke_records(const std::filesystem::path& root);

/// One of the two, by its text. `models` is the folder that relative paths are in. Throws BadInput naming `file`.
std::vector<InvokeRecord> parse_invoke_models(std::string_view yaml, const std::filesystem::path& models,
                                              const std::string& file);

}  // namespace tstitch
