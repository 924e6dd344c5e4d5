#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <filesystem>
#include <map>
#include <optional>

#include "core/engine/library.h"

namespace tstitch::ui {

class EngineClient;
class StudioState;

/// What a closer look at a model found: its facts, or why there are none.
struct LookedAt {
  std::optional<ModelFacts> facts;
  QString problem;
};

/// All models of the engine's machine, found in the background, and how they fit the large model that was chosen.
class ModelShelf : public QObject {
  Q_OBJECT

 public:
  /// `given`: folders of this start only.
  ModelShelf(EngineClient& engine, StudioState& state, const QStringList& given, QObject* parent = nullptr);

  /// Those of this start, then the user's own.
  [[nodiscard]] QStringList folders() const;
  [[nodiscard]] bool isGiven(const QString& folder) const { return given_.contains(folder); }
  /// A sentence where there is nothing to add.
  QString addFolder(const QString& folder);
  void removeFolder(const QString& folder);
  /// Looks for models anew; what changed is looked at again.
  void rescan();

  [[nodiscard]] const FoundModels& found() const { return found_; }
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] bool isScanning() const { return scanning_; }
  [[nodiscard]] const QString& problem() const { return problem_; }

  void setLarge(const std::filesystem::path& place);
  [[nodiscard]] const std::filesystem::path& large() const { return large_; }
  [[nodiscard]] const LookedAt* lookedAt(const std::filesystem::path& place) const;
  /// Why that model cannot be the partner of the large one; empty where it can, nothing where that is not known yet.
  [[nodiscard]] std::optional<QString> obstacle(const FoundModel& model) const;
  /// While somebody looks at the list, models are compared one after the other.
  void setWatched(bool watched);
  /// Next of all.
  void lookAt(const std::filesystem::path& place);

 Q_SIGNALS:
  /// What the list says may be other now.
  void changed();
  /// A search has come to its end.
  void scanned();

 private:
  void scan();
  void take(const FoundModels& found);
  void askCatalog();
  void compareOn();
  [[nodiscard]] std::filesystem::path nextToCompare() const;

  EngineClient& engine_;
  StudioState& state_;
  QStringList given_;
  FoundModels found_;
  Catalog catalog_;
  QString problem_;
  std::filesystem::path large_;
  std::filesystem::path first_;  ///< to be looked at before all others
  std::map<std::filesystem::path, LookedAt> lookedAt_;
  bool scanning_ = false;
  bool again_ = false;  ///< the folders changed while a search goes on
  bool watched_ = false;
  bool comparing_ = false;
  bool wasReady_ = false;
  QTimer soon_;
};

}  // namespace tstitch::ui
