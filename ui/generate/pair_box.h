#pragma once

#include <QComboBox>
#include <QHash>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace tstitch::ui {

/// Folders, files or known names.
struct ModelPlaces {
  std::string large;
  std::string small;
  std::string vae = {};  ///< empty = the large model's own
};

/// A pair of them; its defaults are the program's.
PairEntry pairFromPlaces(const ModelPlaces& places);

/// What the list knows of a pair beside its entry.
struct PairStanding {
  QString latentSpace;     ///< the group it stands in
  QString obstacle;        ///< why it cannot be used; empty when nothing speaks against it
  bool isKnown = false;    ///< its models were looked at
  bool isMissing = false;  ///< nothing lies where one of them was
};

/// The pairs to choose from, those of one latent space below each other. What cannot be used is grey and says why. The
/// list ends with "Choose models...".
class PairBox : public QComboBox {
  Q_OBJECT

 public:
  explicit PairBox(QWidget* parent = nullptr);

  /// Replaces the known pairs, keeps those that were added, and chooses `preferred` where it exists.
  void setPairs(const std::vector<PairEntry>& pairs, const QString& preferred);
  /// The same without another choice: what is known of some has changed.
  void updatePairs(const std::vector<PairEntry>& pairs);
  /// Adds pairs of the user's own without choosing one.
  void addOwn(const std::vector<PairEntry>& pairs);
  /// Calls an own pair of these models by that name, or adds it, and chooses it.
  void savePair(const PairEntry& pair);
  /// What was found out of it counts no more.
  void forgetStandings();
  /// Adds a pair of the user's own (or finds it again) and chooses it; the chosen one again changes nothing.
  void addPair(const PairEntry& pair);
  /// Nothing before the engine has named one.
  [[nodiscard]] const PairEntry* pair() const;
  [[nodiscard]] const std::vector<PairEntry>& pairs() const { return pairs_; }

  [[nodiscard]] PairStanding standing(const PairEntry& pair) const;
  void setStanding(const PairEntry& pair, const PairStanding& standing);

 Q_SIGNALS:
  void pairChosen();
  void chooseModelsRequested();
  void pairsChanged();

 protected:
  /// Keys and wheel on the closed box reach pairs only: an entry that opens a dialog is chosen from the open list.
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  void fill(int chosen);
  void addEntry(int pair);
  void indexChanged(int index);

  std::vector<PairEntry> pairs_;
  std::vector<PairEntry> own_;
  QHash<QString, PairStanding> standings_;
  int chosen_ = -1;
  bool passing_ = false;  ///< keys go through the closed list
};

}  // namespace tstitch::ui
