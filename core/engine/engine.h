#pragma once

#include "core/engine/library.h"
#include "core/engine/runner.h"

namespace tstitch {

/// What makes pictures: in this process (local_engine/) or in another, here or on another machine (engine/wire/). Its
/// library answers any thread, its runner computes for one.
class Engine : public Library, public Runner {
 public:
  /// As `made.engine` names it: the command that started it; empty for the engine of this process.
  [[nodiscard]] virtual std::string name() const { return {}; }
};

}  // namespace tstitch
