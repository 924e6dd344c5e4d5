#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/library.h"

namespace tstitch::ui {

/// Whether a control's model can act on the denoisers of a pair.
struct ModelFit {
  struct On {
    DenoiserName denoiser;
    std::string problem;  ///< why it cannot, one sentence; empty: it can
    friend bool operator==(const On&, const On&) = default;
  };
  std::vector<On> denoisers;

  [[nodiscard]] bool isOn(const DenoiserName& denoiser) const;
  friend bool operator==(const ModelFit&, const ModelFit&) = default;
};

/// Asks the library by planning a run of `request` with that model alone on each denoiser; `picture`, any file of
/// pixels, stands for the control's own. Nothing where the run would fail without it, too.
std::optional<ModelFit> modelFitOf(Library& library, GenerationRequest request, const ModelReference& model,
                                   const std::filesystem::path& picture, const RunSettings& settings);

}  // namespace tstitch::ui
