#pragma once

#include <QObject>
#include <vector>

#include "core/models/pair_entry.h"

class QWidget;

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PairBox;
class PairCatalog;
class Preferences;
class Session;
class SettingsImport;
class StudioState;
struct Inspection;

/// What the launcher's options say of the pair; empty = not given.
struct WantedPair {
  QString name;
  QString large;
  QString small;
  QString vae = {};
};

/// The parts of the window that a pair goes through, from the list to the panel.
struct PairViews {
  PairBox& pairs;
  CreatePanel& panel;
  SettingsImport& import;
  NoticeBar& notice;
};

/// Keeps panel and engine at the pair that is chosen: its defaults and facts into the panel, its models into memory. A
/// pair that cannot be used is told with the reason.
class PairSession : public QObject {
  Q_OBJECT

 public:
  PairSession(Session& session, const PairViews& views, Preferences& preferences, StudioState& state,
              WantedPair wanted);

  /// The dialog for two models of the user's own, beginning with the chosen pair's; `large` in place of its large one.
  void chooseModels(QWidget* window, const QString& large = {});
  void store();

 private:
  void recallOwnPair();
  void askPairs();
  void takePairs(const std::vector<PairEntry>& pairs);
  void addWantedPair();
  void pairChanged();
  void takeFacts(const Inspection& inspection);
  void tellObstacle(const PairEntry& pair, const QString& obstacle);

  Session& session_;
  PairViews views_;
  Preferences& preferences_;
  StudioState& state_;
  WantedPair wanted_;
  PairCatalog* catalog_;
  bool firstPair_ = true;
  bool pairsAreKnown_ = false;
};

}  // namespace tstitch::ui
