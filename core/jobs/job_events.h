#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "core/engine/event.h"

namespace tstitch {

/// What an engine says of one run after the other, as a job passes it on: a warning once, and due previews also into a
/// folder, one file per evaluation, none dropped. `sink` must outlive it.
class JobEvents {
 public:
  /// Throws BadInput when the folder cannot be written.
  JobEvents(const EventSink& sink, std::optional<std::filesystem::path> preview_folder);

  /// `seed` is that of the picture which is being made.
  void pass_on(const Event& event, std::uint64_t seed);
  void warn(const std::string& text);

 private:
  const EventSink& sink_;
  std::optional<std::filesystem::path> folder_;
  std::set<std::string> warned_;
};

}  // namespace tstitch
