#pragma once

#include <QObject>
#include <filesystem>

#include "ui/additions/found_parts.h"
#include "ui/models/download_desk.h"
#include "ui/models/model_shelf.h"
#include "ui/models/models_page.h"

namespace tstitch::ui {

class NoticeBar;
class PairBox;
class PairSession;
class Session;

/// What the models page is joined to.
struct ModelsViews {
  ModelsPage& page;
  PairBox& pairs;
  PairSession& session;
  NoticeBar& notice;
};

/// Does what the models page wants: searches folders, puts pairs together, saves them, and downloads known ones.
class ModelsDesk : public QObject {
  Q_OBJECT

 public:
  /// `folders`: to be searched in this sitting only. `engineCommand`: of an engine that may run on another machine.
  ModelsDesk(Session& session, const ModelsViews& views, StudioState& state, const QStringList& folders,
             FetchPair fetch, QString engineCommand = {});

  [[nodiscard]] ModelShelf& shelf() { return shelf_; }

 Q_SIGNALS:
  void partsFound(const tstitch::ui::FoundParts& parts);
  /// A LoRA, a control network, a textual inversion or an autoencoder is wanted in Create.
  void partWanted(const QString& place, tstitch::ui::ShelfKind kind);

 private:
  void tellParts();
  void connectPage();
  void rescan();
  void show();
  void showSelection();
  void showPair();
  void showDownload();
  void takeLarge(const ShelfRow& row);
  void takeSmall(const ShelfRow& row);
  /// As soon as it is known whether that model fits.
  void decide();
  void use();
  void save(const QString& name);
  void askLicence(const ShelfRow& row);
  void tellElsewhere();
  void endDownload(const std::string& name, const QString& problem, bool cancelled);
  [[nodiscard]] QString nameOf(const std::filesystem::path& place) const;
  [[nodiscard]] const FoundModel* found(const std::filesystem::path& place) const;
  [[nodiscard]] const PairEntry* downloadable(const std::string& name) const;

  ModelsViews views_;
  ModelShelf shelf_;
  DownloadDesk downloads_;
  std::filesystem::path small_;
  std::filesystem::path waiting_;  ///< wanted as small, not compared yet
  std::string licence_;            ///< of the pair whose licence is being asked for
  bool looksAgain_ = false;        ///< at the pairs, when the search has ended
  std::string fetched_;            ///< the last pair that came, until the engine was asked for it
  QString engineCommand_;
  QString lastDownload_;  ///< how the last one ended
  FoundParts parts_;
  QTimer showSoon_;
};

}  // namespace tstitch::ui
