#pragma once

#include <QDialog>
#include <QTimer>

#include "ui/engine/inspection.h"
#include "ui/generate/pair_box.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;

namespace tstitch::ui {

/// "unet, UNet2DConditionModel, 123 M parameters, fp16, ..." : what `inspect` found, for people.
QString factsText(const ModelFacts& facts);
/// Whether the two stitch, why not, and their memory need against what is free.
QString verdictText(const ModelFacts& large, const ModelFacts& small);

/// Whether it needs an autoencoder from elsewhere.
bool lacksAutoencoder(const ModelFacts& large);

/// Two models, what they are, and whether they stitch; an autoencoder where the large one has none. Not modal: the
/// window goes on working.
class ChooseModelsDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ChooseModelsDialog(EngineClient& engine, QWidget* parent = nullptr);
  void setPlaces(const ModelPlaces& places);

 Q_SIGNALS:
  void pairChosen(const tstitch::ui::ModelPlaces& places);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* buildField(QLineEdit* field, QLabel* facts, const QString& caption);
  void browse(QLineEdit* field, bool asFile);
  void inspectNow();
  void showVerdict();
  [[nodiscard]] ModelPlaces places() const;
  void inspect(QLineEdit* field);
  void showInspection(bool isLarge, const Inspection& inspection);
  void growToTexts();

  EngineClient& engine_;
  QLineEdit* large_;
  QLineEdit* small_;
  QLineEdit* vae_;
  QLabel* largeFacts_;
  QLabel* smallFacts_;
  QLabel* vaeFacts_;
  QWidget* vaeBox_;
  QLabel* verdict_;
  QScrollArea* scroll_;
  QPushButton* use_;
  QTimer typing_;
  std::optional<ModelFacts> largeModel_;
  std::optional<ModelFacts> smallModel_;
};

}  // namespace tstitch::ui
