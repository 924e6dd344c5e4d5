#pragma once

#include <QObject>
#include <QTimer>
#include <map>
#include <set>
#include <stop_token>

#include "core/request/generation_request.h"

namespace tstitch::ui {

class AdditionsSection;
class ControlCard;
class LoraRow;
class ModelField;
class Session;

/// Asks the engine what the additions want to know, and brings them the answers: the map of each control, and what
/// lies where a model was named. Maps are computed, so that those wait for the end of a run.
class AdditionQuestions : public QObject {
  Q_OBJECT

 public:
  AdditionQuestions(Session& session, AdditionsSection& additions);

  /// The size of the next run, for which maps are made.
  void setExtent(Extent extent);

 private:
  void watchControl(ControlCard* card);
  void watchLora(LoraRow* row);
  void watchModel(ModelField* field);
  void outdate(ControlCard* card);
  void inspect(ModelField* field);
  void askMaps();
  void askMap(ControlCard* card);
  void withdraw(ControlCard* card);

  Session& session_;
  AdditionsSection& additions_;
  Extent extent_;
  QTimer mapsSoon_;
  std::set<ControlCard*> outdated_;
  std::map<ControlCard*, std::stop_source> maps_;  ///< asked, to be withdrawn when they are out of date
};

}  // namespace tstitch::ui
