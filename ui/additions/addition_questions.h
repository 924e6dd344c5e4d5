#pragma once

#include <QObject>
#include <QStringList>
#include <QTemporaryDir>
#include <QTimer>
#include <map>
#include <set>
#include <stop_token>
#include <vector>

#include "core/request/generation_request.h"
#include "ui/additions/found_parts.h"

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

  /// The next run: maps are made for its size, and models asked whether they fit its denoisers.
  void setRequest(const GenerationRequest& request);
  /// What was found on the engine's machine, offered where LoRAs, control networks and autoencoders are named.
  void setFound(const FoundParts& parts);

 private:
  void watchControl(ControlCard* card);
  void watchLora(LoraRow* row);
  void watchModel(ModelField* field);
  void outdate(ControlCard* card);
  void inspect(ModelField* field);
  void askFit(ControlCard* card);
  QString anyPicture();
  void askMaps();
  void askMap(ControlCard* card);
  void withdraw(ControlCard* card);

  Session& session_;
  AdditionsSection& additions_;
  Extent extent_;
  std::vector<DenoiserChoice> denoisers_;
  QTemporaryDir folder_;  ///< of a picture that stands for any other
  FoundParts found_;
  QTimer mapsSoon_;
  std::set<ControlCard*> outdated_;
  std::map<ControlCard*, std::stop_source> maps_;  ///< asked, to be withdrawn when they are out of date
};

}  // namespace tstitch::ui
