#pragma once

#include <QString>
#include <vector>

#include "ui/generate/pair_box.h"

namespace tstitch::ui {

class StudioState;

/// A pair that the user put together.
struct OwnPair {
  QString name;
  ModelPlaces places;
  bool named = false;  ///< saved under a name; else it only was in use
};

/// Pairs of the user's own, kept over restarts whether their models are there or not: those that were saved under a
/// name, and the last ten of the others.
class OwnPairs {
 public:
  explicit OwnPairs(StudioState& state);

  [[nodiscard]] const std::vector<OwnPair>& all() const { return pairs_; }
  /// In place of the pair of that name, and of the same models without one.
  void keep(const OwnPair& pair);
  void forget(const QString& name);

 private:
  void store();

  StudioState& state_;
  std::vector<OwnPair> pairs_;  ///< the newest last
};

/// As the list of pairs takes it.
PairEntry entryOf(const OwnPair& pair);

}  // namespace tstitch::ui
