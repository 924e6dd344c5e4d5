#pragma once

#include <QObject>
#include <QString>

namespace tstitch::ui {

class EngineClient;
class NoticeBar;
class Preferences;

/// Says when the engine cannot be used and helps to get it back.
class EngineWatch : public QObject {
  Q_OBJECT

 public:
  EngineWatch(EngineClient& engine, Preferences& preferences, NoticeBar& notice, QObject* parent);

 Q_SIGNALS:
  /// Only a restart helps, and why; empty when it can be used again.
  void unusable(const QString& sentence);

 private:
  void look();

  EngineClient& engine_;
  Preferences& preferences_;
  NoticeBar& notice_;
  bool told_ = false;
};

}  // namespace tstitch::ui
