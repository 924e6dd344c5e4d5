#pragma once

#include <QObject>
#include <map>
#include <optional>
#include <vector>

#include "ui/convert/picture_loader.h"
#include "ui/run/generation_controller.h"

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PairBox;

/// Puts a picture's settings into the controls: its own request with its pair, or what another program's text says.
/// Whatever could not be restored is said in the notice.
class SettingsImport : public QObject {
  Q_OBJECT

 public:
  SettingsImport(GenerationController& controller, CreatePanel& panel, PairBox& pairs, NoticeBar& notice);

  /// Asks the engine where the models are; the controls follow with the answer.
  void restore(const LoadedPicture& picture);
  /// Of a picture made by that request, whose models are where they were then: at once, also during a run.
  void restoreMadeBy(const LoadedPicture& picture, const GenerationRequest& made);
  /// Asks the user first.
  void offer(const LoadedPicture& picture);

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
    QString rest;                         ///< what else could not be restored
    std::map<quint64, std::size_t> open;  ///< questions without an answer
    std::vector<LoraChoice> found;        ///< in the order of the text; empty names are not here
  };

  void restoreText(const PictureParameters& parameters);
  void takeInspection(quint64 question, const Inspection& inspection);
  void addFoundLoras(const NamedLoras& named);
  void takeLocated(const LocateAnswer& answer);
  [[nodiscard]] Standing standing() const;
  void undo(const Standing& before);
  void tell(const QString& sentence, const Standing& before, const GenerationRequest& picture);
  void chooseParts(const Standing& before, const GenerationRequest& picture);
  void choosePair(const GenerationRequest& request);
  QString apply(const GenerationRequest& request);

  GenerationController& controller_;
  CreatePanel& panel_;
  PairBox& pairs_;
  NoticeBar& notice_;
  std::optional<PictureRequest> restored_;
  std::optional<NamedLoras> wanted_;
  QString source_;  ///< the picture that was restored last
  bool choosingPair_ = false;
};

}  // namespace tstitch::ui
