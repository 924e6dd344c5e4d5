#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <vector>

#include "ui/engine/engine_client.h"

namespace tstitch::ui {

/// The engines of this window: the first, which answers what the window asks, and those that the user added.
class EngineRack : public QObject {
  Q_OBJECT

 public:
  /// How an engine of that command is made; empty = the one of this process or its own worker.
  using Maker = std::function<EngineClient::Factory(const QString& command)>;

  explicit EngineRack(Maker maker, const QString& first = {}, QObject* parent = nullptr);
  /// Engines may work on what others asked for: all of them end before the first of them goes.
  ~EngineRack() override;

  [[nodiscard]] EngineClient& first() { return *engines_.front(); }
  [[nodiscard]] const std::vector<std::unique_ptr<EngineClient>>& engines() const { return engines_; }
  /// Of those that were added.
  [[nodiscard]] QStringList addedCommands() const;

  /// Starts all of them, and from now on what is added.
  void start();
  /// Does nothing for an empty command or one that is there.
  void add(const QString& command);
  /// Not the first.
  void remove(const QString& command);

 Q_SIGNALS:
  void added(tstitch::ui::EngineClient* engine);
  /// It is closed and gets no further work.
  void removed(tstitch::ui::EngineClient* engine);
  /// The list, or how one of them stands.
  void changed();

 private:
  EngineClient& make(const QString& command);

  Maker maker_;
  std::vector<std::unique_ptr<EngineClient>> engines_;
  std::vector<std::unique_ptr<EngineClient>> closed_;  ///< a run that goes on may still know them
  bool started_ = false;
};

}  // namespace tstitch::ui
