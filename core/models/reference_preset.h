#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tstitch {

/// What one script of the paper's reference does, as a command line of ours.
struct ReferencePreset {
  std::string name;                                            ///< the file's name without `.json`
  std::string title;                                           ///< the script and what it draws
  std::string pair;                                            ///< a known pair
  std::string command;                                         ///< `generate` or `grid`
  std::string prompt;                                          ///< empty for class-conditional pairs
  std::vector<std::pair<std::string, std::string>> arguments;  ///< options; `{picture}` stands for a control picture
  std::vector<std::string> repositories;                       ///< needed besides the pair's
  std::vector<std::string> differs;                            ///< what is not as in the script, one sentence each

  [[nodiscard]] bool wants_picture() const;
  /// The words after `tstitch`; without a picture, PICTURE stands in its place.
  [[nodiscard]] std::vector<std::string> words(const std::string& picture) const;
};

/// Reads `reference/NAME.json`:
/// {"reference":1,"title":"..","pair":"..","command":"grid","prompt":"..","arguments":{"--steps":"50",..},
///  "repositories":["..",..],"differs":["..",..]}; the last two and the prompt may be absent.
/// Throws BadInput that names the file and the key.
ReferencePreset read_reference(const std::filesystem::path& file);

/// Those of some folders of models, by name; of two with one name the first folder's counts. Throws as above.
std::vector<ReferencePreset> known_references(const std::vector<std::filesystem::path>& roots);

}  // namespace tstitch
