#include "core/local_engine/run_texts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/local_engine/prompt_additions.h"
#include "core/prompt/prompt_schedule.h"

namespace tstitch {

namespace {

/// The steps of a prompt are those that the request asks for: a sampler's further ones, which come first, belong to the
/// first of them. A run that starts from a picture counts from its own first step, as the field does.
int prompt_step(const ResolvedRun& run, EvaluationIndex evaluation) {
  const SigmaSchedule& schedule = run.trajectory.schedule;
  const int further = schedule.whole_steps() - run.request.steps;
  const int step = schedule.evaluations[static_cast<std::size_t>(evaluation.value)].step.value;
  return std::clamp(step + 1 - further, 1, run.request.steps);
}

/// A text of the request along the run.
class TextAlongRun {
 public:
  TextAlongRun(const ResolvedRun& run, std::string_view text) {
    if (run.request.prompt_syntax == PromptSyntax::Plain) {
      texts_ = {{run.request.steps, std::string(text)}};
    } else {
      texts_ = scheduled_texts(with_plain_words(text, run.words), run.request.steps);
    }
  }
  [[nodiscard]] const std::string& at(int step) const { return text_at(texts_, step); }

 private:
  std::vector<ScheduledText> texts_;
};

}  // namespace

RunTexts run_texts(const ResolvedRun& run, bool guided) {
  std::map<std::string, TextAlongRun> prompts;
  std::optional<TextAlongRun> negative;
  if (run.request.negative_prompt) negative.emplace(run, *run.request.negative_prompt);
  RunTexts texts;
  for (int i = 0; i < run.trajectory.evaluations(); ++i) {
    const int step = prompt_step(run, EvaluationIndex{i});
    const std::string prompt = run.trajectory.segment_at(EvaluationIndex{i}).prompt.value_or(run.request.prompt);
    TextPrompts now = text_prompts(run.request, guided);
    now.prompt = prompts.try_emplace(prompt, run, prompt).first->second.at(step);
    if (negative) now.negative = negative->at(step);
    auto found = std::find(texts.prompts.begin(), texts.prompts.end(), now);
    if (found == texts.prompts.end()) found = texts.prompts.insert(found, std::move(now));
    texts.at.push_back(static_cast<std::size_t>(found - texts.prompts.begin()));
  }
  return texts;
}

}  // namespace tstitch
