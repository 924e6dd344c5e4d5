#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <functional>

#include "ui/run/generation_controller.h"

namespace tstitch::ui {

class AdditionsSection;
class NoticeBar;

/// Takes files that are given to the window as a whole, and puts each where it belongs by what it holds: a picture's
/// settings are restored, a LoRA, a ControlNet, a T2I-Adapter and a textual inversion become additions, other models
/// are offered for a pair.
class FileIntake : public QObject {
  Q_OBJECT

 public:
  FileIntake(GenerationController& controller, AdditionsSection& additions, NoticeBar& notice, QObject* parent);

  void take(const QString& path);

 Q_SIGNALS:
  void pictureGiven(const QString& path);
  void modelGiven(const QString& path);
  void embeddingGiven(const QString& path);

 private:
  void takeInspection(quint64 question, const Inspection& inspection);
  void addWithUndo(const QString& sentence, const std::function<void()>& add);

  GenerationController& controller_;
  AdditionsSection& additions_;
  NoticeBar& notice_;
  QHash<quint64, QString> asked_;
};

}  // namespace tstitch::ui
