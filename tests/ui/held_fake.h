#pragma once

#include <atomic>
#include <memory>

#include "tests/ui/fake_engine.h"
#include "ui/engine/engine_rack.h"

namespace tstitch::test {

/// A window's engine that does what the script says, in a process of its own as far as the window can tell.
inline ui::EngineClient::Factory factoryOf(const std::shared_ptr<FakeScript>& script) {
  return [script](const ui::StandingSink& tell) {
    const auto isAlive = std::make_shared<std::atomic<bool>>(false);
    script->onLost = [isAlive, tell](const std::string& sentence) {
      *isAlive = false;
      tell(ui::EngineStanding::Lost, sentence);
    };
    script->onAlive = [isAlive, tell] {
      if (!isAlive->exchange(true)) tell(ui::EngineStanding::Ready, {});
    };
    const auto start = [script, alive = script->onAlive, tell] {
      const std::string why = script->unusableBecause();
      why.empty() ? alive() : tell(ui::EngineStanding::Lost, why);
    };
    const auto restart = [script, start] {
      script->lostSoFar = 0;
      start();
    };
    return ui::HeldEngine{std::make_unique<FakeEngine>(script), start, restart, {}};
  };
}

/// For a rack that is never started.
inline ui::EngineRack::Maker noEngines() {
  return [](const QString&) { return ui::EngineClient::Factory(); };
}

}  // namespace tstitch::test
