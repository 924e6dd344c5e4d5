#pragma once

#include <QObject>
#include <vector>

#include "core/engine/engine.h"
#include "ui/run/generation_controller.h"

class QWidget;

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PairBox;
class PairCatalog;
class Preferences;
class SettingsImport;
class StudioState;

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
  PairSession(GenerationController& controller, const PairViews& views, Preferences& preferences, StudioState& state,
              WantedPair wanted);

  /// The dialog for two models of the user's own, beginning with the chosen pair's; `large` in place of its large one.
  void chooseModels(QWidget* window, const QString& large = {});
  void store();

 private:
  void recallOwnPair();
  void takePairs(const std::vector<PairEntry>& pairs);
  void addWantedPair();
  void pairChanged();
  void takeFacts(quint64 question, const Inspection& inspection);
  void tellObstacle(const PairEntry& pair, const QString& obstacle);

  GenerationController& controller_;
  PairViews views_;
  Preferences& preferences_;
  StudioState& state_;
  WantedPair wanted_;
  PairCatalog* catalog_;
  quint64 factsQuestion_ = 0;
  bool firstPair_ = true;
};

}  // namespace tstitch::ui
