#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <set>
#include <stop_token>

#include "core/request/generation_request.h"
#include "ui/run/generation_controller.h"

namespace tstitch::ui {

class AdditionsSection;
class ControlCard;
class LoraRow;
class ModelField;

/// Asks the engine what the additions want to know, and brings them the answers: the map of each control, and what
/// lies where a model was named. While a run goes on the answers wait for its end.
class AdditionQuestions : public QObject {
  Q_OBJECT

 public:
  AdditionQuestions(GenerationController& controller, AdditionsSection& additions);

  /// The size of the next run, for which maps are made.
  void setExtent(Extent extent);

 private:
  struct MapQuestion {
    QPointer<ControlCard> card;
    std::stop_source stop;
  };

  void watchControl(ControlCard* card);
  void watchLora(LoraRow* row);
  void watchModel(ModelField* field);
  void outdate(ControlCard* card);
  void inspect(ModelField* field);
  void askAll();
  void askMaps();
  void askMap(ControlCard* card);
  void withdraw(ControlCard* card);
  void takeMap(quint64 question, const ControlMapAnswer& answer);
  void takeInspection(quint64 question, const Inspection& inspection);

  GenerationController& controller_;
  AdditionsSection& additions_;
  Extent extent_;
  bool engineIsThere_ = false;
  QTimer mapsSoon_;
  std::set<ControlCard*> outdated_;
  QHash<quint64, MapQuestion> maps_;  ///< asked and not answered yet, at most one for each card
  QHash<quint64, QPointer<ModelField>> inspections_;
};

}  // namespace tstitch::ui
