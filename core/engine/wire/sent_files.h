#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/wire/connection.h"
#include "core/system/file_stamp.h"

namespace tstitch::wire {

/// Which paths of the engine's machine stand for which of this one's, for the time of one question: what it answers
/// names this side's files as they were given.
class PathsBack {
 public:
  void add(const std::filesystem::path& there, const std::filesystem::path& here);

  void apply(std::filesystem::path& path) const;
  void apply(std::string& text) const;
  void apply(std::vector<std::string>& texts) const;
  void apply(GenerationRequest& request) const;
  void apply(RunPlan& plan) const;
  void apply(PlanAnswer& answer) const;
  void apply(Outcome& outcome) const;
  void apply(Event& event) const;
  [[nodiscard]] Error applied(const Error& error) const;

 private:
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> paths_;
};

/// The files that one engine process was sent or was found to have. For any thread.
class SentFiles {
 public:
  /// The request as the engine takes it: pictures, masks, LoRAs and textual inversions that are files here lie there,
  /// too, sent where they were lacking. Throws BadInput, Lost, Interrupted.
  GenerationRequest send(Connection& connection, GenerationRequest request, PathsBack& back,
                         const std::stop_token& stop);
  /// The same of a textual inversion.
  std::filesystem::path send(Connection& connection, const std::filesystem::path& file, PathsBack& back,
                             const std::stop_token& stop);

 private:
  std::filesystem::path sent(Connection& connection, const std::filesystem::path& file,
                             const std::vector<std::string>& companions, PathsBack& back, const std::stop_token& stop);
  std::filesystem::path place_of(Connection& connection, const FileIdentity& file,
                                 const std::vector<FileIdentity>& beside, const std::vector<std::string>& companions,
                                 const std::stop_token& stop);

  struct Known {
    std::vector<FileIdentity> files;
    std::filesystem::path there;
  };
  std::mutex mutex_;  ///< of sending, and of what is known
  std::map<std::filesystem::path, Known> known_;
};

}  // namespace tstitch::wire
