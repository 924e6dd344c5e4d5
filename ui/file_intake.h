#pragma once

#include <QObject>
#include <QString>
#include <functional>

namespace tstitch::ui {

class AdditionsSection;
class EngineClient;
class NoticeBar;
struct Inspection;

/// Takes files that are given to the window as a whole, and puts each where it belongs by what it holds: a picture's
/// settings are restored, a LoRA, a ControlNet, a T2I-Adapter, a textual inversion and an autoencoder become additions,
/// other models are offered for a pair.
class FileIntake : public QObject {
  Q_OBJECT

 public:
  FileIntake(EngineClient& engine, AdditionsSection& additions, NoticeBar& notice, QObject* parent);

  void take(const QString& path);

 Q_SIGNALS:
  void pictureGiven(const QString& path);
  void modelGiven(const QString& path);
  void embeddingGiven(const QString& path);

 private:
  void takeInspection(const QString& path, const Inspection& inspection);
  void addWithUndo(const QString& sentence, const std::function<void()>& add);

  EngineClient& engine_;
  AdditionsSection& additions_;
  NoticeBar& notice_;
};

}  // namespace tstitch::ui
