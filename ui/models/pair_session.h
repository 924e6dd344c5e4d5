#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/models/pair_entry.h"

class QWidget;

namespace tstitch::ui {

class CreatePanel;
struct ModelPlaces;
class OwnPairs;
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
  ~PairSession() override;

  /// The dialog for two models of the user's own, beginning with the chosen pair's; `large` in place of its large one.
  void chooseModels(QWidget* window, const QString& large = {});
  void chooseModels(QWidget* window, const ModelPlaces& places);
  /// Two models of the user's own, chosen now and kept for the next starts.
  void useOwn(const ModelPlaces& places);
  /// The same under a name; a sentence where that cannot be.
  QString saveOwn(const QString& name, const ModelPlaces& places);
  /// What lies on the disk may be other now: pairs that were missing or not fetched are looked at again.
  void lookAgain();
  void store();

 private:
  void recallOwnPairs();
  void askPairs();
  void takePairs(const std::vector<PairEntry>& pairs);
  void addWantedPair();
  void pairChanged();
  void keepVae(const QString& place);
  void takeFacts(const Inspection& inspection);
  void takeLook(const PairEntry& pair, const QString& obstacle);
  void askFacts(const PairEntry& pair);

  Session& session_;
  PairViews views_;
  Preferences& preferences_;
  StudioState& state_;
  WantedPair wanted_;
  std::unique_ptr<OwnPairs> own_;
  PairCatalog* catalog_;
  bool firstPair_ = true;
  bool unusable_ = false;  ///< the chosen pair, when it was looked at last
  bool pairsAreKnown_ = false;
};

}  // namespace tstitch::ui
