#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/cli/engine.h"
#include "core/engine/event.h"

namespace tstitch::cli {

/// Progress on stderr: a bar with both denoisers' rates and a two-rate ETA where stderr is a terminal, plain lines of
/// what matters where it is not.
class Progress {
 public:
  Progress();
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const Event& event);

 private:
  struct Rate {
    int done = 0;
    double seconds = 0;
  };
  void show_step(const StepDone& step);
  void line(const std::string& text);
  /// Ends the bar's line.
  void finish();
  [[nodiscard]] std::string rates() const;
  [[nodiscard]] double remaining_seconds() const;

  bool terminal_;
  bool bar_open_ = false;
  std::map<DenoiserName, int> planned_;  ///< of the whole run; empty: not known, and no ETA
  std::map<DenoiserName, Rate> rates_;
};

/// Tells events as they come: as JSON lines on stdout, or as progress on stderr. When the lines cannot be written, it
/// asks for a stop and tells nothing more. `stop` must outlive it.
class EventTeller {
 public:
  EventTeller(bool json, SignalStop& stop) : json_(json), stop_(stop) {}

  void tell(const Event& event);
  /// A random seed, before the run: nobody else knows it, and a stopped run leaves no picture to look it up in.
  void tell_seed(std::uint64_t seed);
  /// After the run: throws BadInput where something could not be told.
  void finish() const;

 private:
  void print(const nlohmann::ordered_json& line);

  bool json_;
  SignalStop& stop_;
  std::exception_ptr problem_;
  Progress progress_;
};

}  // namespace tstitch::cli
