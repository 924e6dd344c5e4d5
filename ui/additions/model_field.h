#pragma once

#include <QTimer>
#include <QWidget>
#include <vector>

#include "core/models/model_identity.h"
#include "ui/engine/inspection.h"
#include "ui/widgets/place_field.h"

class QLabel;

namespace tstitch::ui {

/// Why nothing was found there, as one sentence: the engine would list all the names that it knows.
QString notFoundText(const QString& place, const Inspection& inspection);

/// Where a model lies, and below it what was found there: its facts, or why it is not what it should be.
class ModelField : public QWidget {
  Q_OBJECT

 public:
  /// `roles`: what the model may be.
  ModelField(std::vector<ModelRole> roles, PlaceKind kind, QWidget* parent = nullptr);

  void setName(const QString& name) { place_->setName(name); }
  void setPlaceholder(const QString& text) { place_->setPlaceholder(text); }
  [[nodiscard]] QString place() const { return place_->place(); }
  void setPlace(const QString& place) { place_->setPlace(place); }
  void setSuggestions(const QStringList& places) { place_->setSuggestions(places); }
  void showInspection(const Inspection& inspection);
  /// Why what lies there cannot be used, as a sentence; empty while nothing is known against it.
  [[nodiscard]] const QString& problem() const { return problem_; }
  void repaintIcon() { place_->repaintIcon(); }

 Q_SIGNALS:
  /// The place, or what is known against it.
  void changed();
  void placeEdited();
  /// The place is worth a look: typing has paused.
  void inspectionWanted();

 private:
  void placeChanged();
  void judge(const Inspection& inspection);

  std::vector<ModelRole> roles_;
  PlaceField* place_;
  QLabel* found_;
  QString problem_;
  QTimer typing_;
};

}  // namespace tstitch::ui
