#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/prompt/prompt_editing.h"
#include "core/prompt/prompt_grammar.h"
#include "core/prompt/prompt_marks.h"
#include "core/prompt/prompt_schedule.h"
#include "core/prompt/prompt_tags.h"

namespace {

using namespace tstitch;

/// The words of every step come from the prompt, in order up to the last step.
void schedule(std::string_view prompt, int steps) {
  int before = 0;
  for (const ScheduledText& text : scheduled_texts(prompt, steps)) {
    TSTITCH_CHECK(text.until > before && text.until <= steps, text.until);
    TSTITCH_CHECK(text.text.size() <= prompt.size());
    before = text.until;
    TSTITCH_CHECK(!parse_weighted_prompt(text.text).empty());
  }
  TSTITCH_CHECK(before == steps, before);
}

/// What an editor shows and does stays inside the prompt.
void edit(std::string_view prompt, std::size_t place) {
  for (const PromptMark& mark : prompt_marks(prompt)) {
    TSTITCH_CHECK(mark.begin < mark.end && mark.end <= prompt.size(), mark.begin);
  }
  TSTITCH_CHECK(words_in_place(prompt).size() == prompt.size());
  const PromptStretch selection{place % (prompt.size() + 1), prompt.size()};
  for (const int by : {-1, 1}) {
    for (const auto& change : {change_weight(prompt, {selection.begin, selection.begin}, by),
                               change_weight(prompt, selection, by), move_piece(prompt, selection, by)}) {
      if (!change) continue;
      const std::string after = changed(prompt, *change);
      TSTITCH_CHECK(change->selection.begin <= change->selection.end && change->selection.end <= after.size());
    }
  }
}

}  // namespace

/// Prompts come from pictures of other programs, too: any bytes are words, tags and weights.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int steps = 1 + data[0] % 50;
  edit({reinterpret_cast<const char*>(data) + 1, size - 1}, data[0]);
  const std::string words = without_comments({reinterpret_cast<const char*>(data) + 1, size - 1});
  TSTITCH_CHECK(words.size() <= size && words.find('#') == std::string::npos);
  const TaggedPrompt taken = take_tags(words);
  for (const PromptTag& tag : taken.tags) TSTITCH_CHECK(!tag.arguments.empty() && !text_of(tag).empty());
  static_cast<void>(foreign_syntax(taken.words));
  try {
    schedule(taken.words, steps);
  } catch (const UsageError& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
