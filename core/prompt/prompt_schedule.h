#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// A prompt's words during some steps of a run.
struct ScheduledText {
  int until = 0;  ///< the last step with these words, counted from 1
  std::string text;
  friend bool operator==(const ScheduledText&, const ScheduledText&) = default;
};

/// Prompt editing of the AUTOMATIC1111 web UI: `[a:b:n]` is a until step n and b after it, `[b:n]` nothing until then,
/// `[a::n]` nothing after it; n with a decimal point is a share of the steps, without one a step. `[a|b|c]` goes on to
/// the next words with every step. They nest; inside brackets and round brackets there is one colon at most.
///
/// As there: a bracket that is none of these is text and stays for parse_weighted_prompt(), but a `|` outside of such
/// brackets, and a backslash before a line end or the end of the text, leave the whole prompt as it stands.
///
/// The words of steps 1..`steps` in order; the last entry's `until` is `steps`; neighbours differ.
/// Throws UsageError where the texts of all steps together would be longer than 64 MiB.
std::vector<ScheduledText> scheduled_texts(std::string_view prompt, int steps);

/// The words of one step of such a list.
const std::string& text_at(const std::vector<ScheduledText>& texts, int step);

}  // namespace tstitch
