#pragma once

#include <QObject>
#include <QPointer>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/models/pair_entry.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/restore_dialog.h"

namespace tstitch::ui {

class CreatePanel;
class EngineClient;
class NoticeBar;
class PairBox;
struct Inspection;

/// Puts a picture's settings into the controls: its own request with its pair, or what another program's text says.
/// Whatever could not be restored is said in the notice.
class SettingsImport : public QObject {
  Q_OBJECT

 public:
  SettingsImport(EngineClient& engine, CreatePanel& panel, PairBox& pairs, NoticeBar& notice);

  /// Asks the engine where the models are; the controls follow with the answer.
  /// `alsoUndo`: what else is taken back with the settings.
  void restore(const LoadedPicture& picture, std::function<void()> alsoUndo = {});
  /// Of a picture made by that request, whose models are where they were then: at once, also during a run.
  void restoreMadeBy(const LoadedPicture& picture, const GenerationRequest& made);
  /// Only those settings of a picture of ours, which need no model: at once.
  void restoreParts(const LoadedPicture& picture, const QList<RestoredSetting>& parts);
  /// Asks the user first: in a notice, and in the dialog where it may open by itself.
  enum class Offer { InANotice, InADialog };
  void offer(const LoadedPicture& picture, Offer how = Offer::InANotice);

  /// A pair is being chosen for a picture, whose own values count and not the pair's defaults.
  [[nodiscard]] bool isChoosingPair() const { return choosingPair_; }
  /// How the picture of just this request was made, where it was restored from one.
  [[nodiscard]] std::optional<Made> madeOf(const GenerationRequest& request) const;

 private:
  /// How the controls stood.
  struct Standing {
    std::optional<PairEntry> pair;
    GenerationRequest request;
    bool randomSeed = false;
  };

  /// A text of another program, and the LoRAs that it names while the engine is asked for them.
  struct NamedLoras {
    PictureParameters parameters;
    Standing before;
    QString rest;                   ///< what else could not be restored
    std::size_t open = 0;           ///< questions without an answer
    std::vector<LoraChoice> found;  ///< in the order of the text; empty names are not here
  };

  void tellWithoutSettings(const LoadedPicture& picture);
  void restoreText(const PictureParameters& parameters);
  void takeInspection(const std::shared_ptr<NamedLoras>& named, std::size_t lora, const Inspection& inspection);
  void addFoundLoras(const NamedLoras& named);
  void takeLocated(const GenerationRequest& located);
  /// The models of the picture are not here.
  void takeWithoutModels(const GenerationRequest& picture, const QString& problem);
  [[nodiscard]] Standing standing() const;
  void undo(const Standing& before);
  void tell(const QString& sentence, const Standing& before, const GenerationRequest& picture);
  void ask(const LoadedPicture& picture);
  void chooseParts(const Standing& before, const GenerationRequest& picture);
  void choosePair(const GenerationRequest& request);
  QString apply(const GenerationRequest& request);

  EngineClient& engine_;
  CreatePanel& panel_;
  PairBox& pairs_;
  NoticeBar& notice_;
  std::optional<PictureRequest> restored_;
  std::function<void()> alsoUndo_;
  QPointer<RestoreDialog> asking_;
  std::shared_ptr<NamedLoras> wanted_;  ///< the newest
  QString source_;                      ///< the picture that was restored last
  bool choosingPair_ = false;
};

}  // namespace tstitch::ui
