#pragma once

#include <QStringList>

namespace tstitch::ui {

/// Parts that were found on the engine's machine, by their places.
struct FoundParts {
  QStringList loras;
  QStringList controls;  ///< ControlNets and T2I-Adapters
  QStringList vaes;
  QStringList embeddings;
  friend bool operator==(const FoundParts&, const FoundParts&) = default;
};

}  // namespace tstitch::ui
