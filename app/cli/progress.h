#pragma once

#include <chrono>
#include <map>
#include <string>

#include "core/engine/event.h"

namespace tstitch::cli {

/// Progress on stderr: a bar with both denoisers' rates and a two-rate ETA where stderr is a terminal, plain lines of
/// what matters where it is not.
class Progress {
 public:
  /// `planned`: evaluations per denoiser of one picture, for the ETA.
  Progress();

  void show(const Event& event);
  /// Ends the bar's line.
  void finish();
  /// How many evaluations of each denoiser a picture takes; the ETA needs it.
  void plan(std::map<DenoiserName, int> evaluations);

 private:
  struct Rate {
    int done = 0;
    double seconds = 0;
  };
  void show_step(const StepDone& step);
  void line(const std::string& text);
  [[nodiscard]] std::string rates() const;
  [[nodiscard]] double remaining_seconds() const;

  bool terminal_;
  bool bar_open_ = false;
  std::map<DenoiserName, int> planned_;
  std::map<DenoiserName, Rate> rates_;
  std::map<DenoiserName, int> done_;
};

}  // namespace tstitch::cli
