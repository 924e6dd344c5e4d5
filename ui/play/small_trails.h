#pragma once

#include <QImage>
#include <deque>
#include <map>
#include <optional>

#include "core/engine/runner.h"

namespace tstitch::ui {

/// All that decides about a picture but who makes which evaluations.
struct Way {
  GenerationRequest request;  ///< without its split
  RunSettings settings;
  friend bool operator==(const Way& a, const Way& b);
};
Way wayOf(GenerationRequest request, const RunSettings& settings);

/// The states of one picture's small denoiser that the engine keeps, with what was to be seen after each.
struct SmallTrail {
  Way way;
  StateId first = 0;
  int reached = 0;               ///< evaluations: the states up to there are kept
  std::map<int, QImage> frames;  ///< by the evaluation (0-based) that they come after

  /// The preview after so many evaluations; null where the state is not kept or nothing was to be seen.
  [[nodiscard]] QImage frameAfter(int evaluations) const;
};

/// What is known to be kept in the engine: the trails of the last pictures, bounded. A value without widgets.
class SmallTrails {
 public:
  static constexpr std::size_t kMostTrails = 16;
  static constexpr int kMostFrameSide = 512;

  /// For that many pictures of a request, seed + k each: their trails lie one after the other.
  StateTrail begin(const GenerationRequest& request, const RunSettings& settings, int pictures, bool goesOn);
  [[nodiscard]] const SmallTrail* find(const Way& way) const;
  /// The small denoiser has made that evaluation (0-based) of it.
  void reach(const Way& way, int evaluation);
  void addFrame(const Way& way, int evaluation, const QImage& image);
  /// The engine has lost that trail's states, or all: frames stay, since they are true again once the states are.
  void lose(const Way& way);
  void loseAll();
  void clear() { trails_.clear(); }
  [[nodiscard]] const std::deque<SmallTrail>& all() const { return trails_; }

 private:
  SmallTrail* known(const Way& way);

  std::deque<SmallTrail> trails_;  ///< the newest last
};

}  // namespace tstitch::ui
