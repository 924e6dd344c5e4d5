#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/local_engine/resolved_run.h"

namespace tstitch {

/// Settles what the texts of a run ask for besides words. In weighted texts `<lora:NAME:W>` leaves the words and
/// becomes a LoRA of the run, and textual inversions known to the folders of models whose word or `embedding:NAME`
/// stands there join those of the request; what means something elsewhere and is words here is noted. Fills in
/// run.words: those of the request, then those that LoRAs bring. Throws BadInput naming what is not found or not
/// supported, UsageError for a weight that is none, IncompatibleModels for vectors of another width than the text
/// encoders'.
void settle_prompts(ResolvedRun& run, const std::vector<KnownFile>& known);

/// A weighted text with `embedding:NAME` as NAME, where that is a word of the run.
std::string with_plain_words(std::string_view text, const std::vector<RunWord>& words);

}  // namespace tstitch
