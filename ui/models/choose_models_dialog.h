#pragma once

#include <QDialog>
#include <QTimer>

#include "ui/run/engine_worker.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace tstitch::ui {

class GenerationController;

/// "unet, UNet2DConditionModel, 123 M parameters, fp16, ..." : what `inspect` found, for people.
QString factsText(const ModelFacts& facts);
/// Whether the two stitch, why not, and their memory need against what is free.
QString verdictText(const ModelFacts& large, const ModelFacts& small);

/// Two folders, what they hold, and whether they stitch. Not modal: the window goes on working.
class ChooseModelsDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ChooseModelsDialog(GenerationController& controller, QWidget* parent = nullptr);
  void setPlaces(const QString& large, const QString& small);

 Q_SIGNALS:
  void pairChosen(const QString& large, const QString& small);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* buildField(QLineEdit* field, QLabel* facts, const QString& caption);
  void browse(QLineEdit* field);
  void inspectNow();
  void showInspection(quint64 question, const Inspection& inspection);
  void growToTexts();

  GenerationController& controller_;
  QLineEdit* large_;
  QLineEdit* small_;
  QLabel* largeFacts_;
  QLabel* smallFacts_;
  QLabel* verdict_;
  QPushButton* use_;
  QTimer typing_;
  quint64 largeQuestion_ = 0;
  quint64 smallQuestion_ = 0;
  std::optional<ModelFacts> largeModel_;
  std::optional<ModelFacts> smallModel_;
};

}  // namespace tstitch::ui
