#include "ui/engine/engine_rack.h"

#include <algorithm>
#include <utility>

namespace tstitch::ui {

EngineRack::EngineRack(Maker maker, const QString& first, QObject* parent) : QObject(parent), maker_(std::move(maker)) {
  make(first);
}

EngineRack::~EngineRack() {
  for (const auto& engine : engines_) engine->close();
  for (const auto* all : {&engines_, &closed_}) {
    for (const auto& engine : *all) engine->end();
  }
}

EngineClient& EngineRack::make(const QString& command) {
  engines_.push_back(std::make_unique<EngineClient>(maker_(command), command));
  connect(engines_.back().get(), &EngineClient::standingChanged, this, &EngineRack::changed);
  return *engines_.back();
}

QStringList EngineRack::addedCommands() const {
  QStringList commands;
  for (std::size_t i = 1; i < engines_.size(); ++i) commands << engines_[i]->command();
  return commands;
}

void EngineRack::start() {
  started_ = true;
  for (const auto& engine : engines_) engine->start();
}

void EngineRack::add(const QString& command) {
  const bool known =
      std::any_of(engines_.begin(), engines_.end(), [&](const auto& engine) { return engine->command() == command; });
  if (command.isEmpty() || known) return;
  EngineClient& engine = make(command);
  if (started_) engine.start();
  Q_EMIT added(&engine);
  Q_EMIT changed();
}

void EngineRack::remove(const QString& command) {
  const auto found = std::find_if(engines_.begin() + 1, engines_.end(),
                                  [&](const auto& engine) { return engine->command() == command; });
  if (found == engines_.end()) return;
  closed_.push_back(std::move(*found));
  engines_.erase(found);
  EngineClient* engine = closed_.back().get();
  engine->close();
  Q_EMIT removed(engine);
  Q_EMIT changed();
}

}  // namespace tstitch::ui
