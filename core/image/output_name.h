#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/request/generation_request.h"

namespace tstitch {

/// Where the pictures of a job go (app/cli/README.md, *Output*). The place is one of
/// - a folder (it is one, or the path ends in `/`): made if missing, names `[number]-[seed].png`;
/// - a pattern, when a `[` follows the folders in it that exist as they are written: `[number]` (5 digits) `[seed]`
/// `[steps]` `[cfg]` `[width]` `[height]` `[sampler]`
///   `[ratio]` `[model_name]` `[model_hash]` `[prompt]` `[prompt_spaces]` `[prompt_words]` `[date]` `[job_timestamp]`
///   `[datetime<strftime format>]`; folders of the pattern are made; `.png` is added where it is missing;
/// - exactly that file.
/// Values are made safe under POSIX and Windows rules, so that they never leave their folder.
class OutputNames {
 public:
  /// `now` fixes the dates of the job. Throws UsageError for an unknown token (with those there are) or text that is no
  /// UTF-8.
  explicit OutputNames(const std::filesystem::path& place, std::time_t now = std::time(nullptr));

  /// Before anything is computed: throws UsageError when an exact file exists or is to hold more than one picture,
  /// BadInput when the folder cannot be made or written. Leaves no file behind.
  void require_writable(int pictures) const;

  /// Writes the file under the next free name and returns its absolute path. Never replaces: whoever takes the name in
  /// the meantime keeps it. Throws UsageError when an exact file is taken, BadInput when it cannot be written.
  [[nodiscard]] std::filesystem::path write(std::string_view bytes, const GenerationRequest& request,
                                            std::uint64_t seed) const;

 private:
  [[nodiscard]] std::filesystem::path path_for(const GenerationRequest& request, std::uint64_t seed, int number) const;
  [[nodiscard]] std::string value_of(std::string_view token, const GenerationRequest& request, std::uint64_t seed,
                                     int number) const;

  enum class Kind { Pattern, ExactFile };
  Kind kind_;
  std::filesystem::path folder_;  ///< the part without tokens
  std::string pattern_;           ///< below the folder; components separated by `/`
  std::filesystem::path shown_;   ///< as the user gave it
  std::time_t now_;
};

/// One component of a path from any UTF-8 text: no separators, control characters or `:*?"<>|`, no blank or dot at its
/// end, no device name of Windows, at most `limit` bytes, never empty, `.` or `..`.
std::string safe_component(std::string_view text, std::size_t limit = 200);

}  // namespace tstitch
