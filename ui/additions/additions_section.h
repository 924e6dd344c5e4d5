#pragma once

#include <QImage>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/request/generation_request.h"
#include "ui/additions/reach_bar.h"

namespace tstitch::ui {

class AdditionList;
class ControlCard;
class FoldingSection;
class LoraRow;
class ModelField;

/// What a run may be given besides models, text and numbers: controls, LoRAs and another autoencoder, each in a section
/// that folds away.
class AdditionsSection : public QWidget {
  Q_OBJECT

 public:
  explicit AdditionsSection(QWidget* parent = nullptr);

  [[nodiscard]] std::vector<ControlChoice> controls() const;
  [[nodiscard]] std::vector<LoraChoice> loras() const;
  /// Those that act on no denoiser included.
  [[nodiscard]] std::vector<ControlChoice> unfinishedControls() const;
  void set(const std::vector<ControlChoice>& controls, const std::vector<LoraChoice>& loras);
  /// Sections with something in them unfold.
  void unfold();
  /// The LoRAs that belong to a pair give way to those of the next; the user's own stay.
  void exchangeLoras(const std::vector<LoraChoice>& before, const std::vector<LoraChoice>& now);
  /// Nothing: the large model's own.
  [[nodiscard]] std::optional<ModelReference> vae() const;
  void setVae(const std::optional<ModelReference>& vae);
  void recallVae(const QString& path);
  /// As the user would do it; the section opens.
  void chooseVae(const QString& path);
  [[nodiscard]] ModelField* vaeField() const { return vae_; }
  [[nodiscard]] QStringList problems() const;
  /// The evaluations over which the controls show their reach.
  void showRun(const ReachRun& run);

  /// Into the first control that has no picture, or a new one; the section opens.
  void addControlPicture(const QString& path);
  /// Likewise for a ControlNet or a T2I-Adapter.
  void addControlModel(const QString& path);
  void addLora(const QString& path);

  [[nodiscard]] std::vector<ControlCard*> controlCards() const;
  [[nodiscard]] std::vector<LoraRow*> loraRows() const;
  void repaintIcons();

 Q_SIGNALS:
  void changed();
  /// The user took another autoencoder; empty: none.
  void vaeChosen(const QString& place);
  /// The map that is to lie over the big picture; null: none.
  void overlayChanged(const QImage& map);
  void controlAdded(tstitch::ui::ControlCard* card);
  void loraAdded(tstitch::ui::LoraRow* row);

 private:
  void summarise();
  void showOverlay();
  void vaeEdited();
  template <class Item, class Accepts>
  Item* freeItem(AdditionList* list, Accepts accepts);

  ReachRun run_;
  QImage overlay_;
  AdditionList* controls_;
  AdditionList* loras_;
  FoldingSection* controlFold_;
  FoldingSection* loraFold_;
  ModelField* vae_;
  FoldingSection* vaeFold_;
  std::optional<ModelReference> knownVae_;  ///< what was set, with its hashes
  bool isSettingVae_ = false;
};

}  // namespace tstitch::ui
