#pragma once

#include <cstddef>
#include <vector>

#include "core/local_engine/resolved_run.h"
#include "core/text/text_conditioner.h"

namespace tstitch {

/// The texts of a run: words may change from step to step (prompt_schedule.h).
struct RunTexts {
  std::vector<TextPrompts> prompts;  ///< all that occur, each once
  std::vector<std::size_t> at;       ///< which of them, by evaluation
};

/// `guided`: whether some network is asked twice, with and without the prompt.
RunTexts run_texts(const ResolvedRun& run, bool guided);

}  // namespace tstitch
