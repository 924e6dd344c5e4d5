#pragma once

#include <QComboBox>
#include <vector>

#include "core/engine/engine.h"

namespace tstitch::ui {

/// A pair made of two places (folders, files or known names); its defaults are the program's.
PairEntry pairFromPlaces(const std::string& large, const std::string& small);

/// The pairs to choose from; the list ends with "Choose models...".
class PairBox : public QComboBox {
  Q_OBJECT

 public:
  explicit PairBox(QWidget* parent = nullptr);

  /// Replaces the known pairs, keeps those that were added, and chooses `preferred` where it exists.
  void setPairs(const std::vector<PairEntry>& pairs, const QString& preferred);
  /// Adds a pair of the user's own (or finds it again) and chooses it.
  void addPair(const PairEntry& pair);
  /// Nothing before the engine has named one.
  [[nodiscard]] const PairEntry* pair() const;
  [[nodiscard]] const std::vector<PairEntry>& pairs() const { return pairs_; }

 Q_SIGNALS:
  void pairChosen();
  void chooseModelsRequested();

 private:
  void fill(int chosen);
  void indexChanged(int index);

  std::vector<PairEntry> pairs_;
  std::vector<PairEntry> own_;
  int chosen_ = -1;
};

}  // namespace tstitch::ui
