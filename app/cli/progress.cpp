#include "app/cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/cli/event_json.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch::cli {

namespace {

std::string bar(int done, int of) {
  constexpr int kWidth = 24;
  const int filled = of > 0 ? done * kWidth / of : 0;
  return std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kWidth - filled), '.');
}

}  // namespace

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(const Event& event) {
  if (const auto* step = std::get_if<StepDone>(&event)) return show_step(*step);
  if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    line(concat("saved ", saved->image.file.string(), " (seed ", saved->image.seed, ")"));
  } else if (const auto* warning = std::get_if<Warning>(&event)) {
    line("note: " + warning->text);
  } else if (const auto* plan = std::get_if<EvaluationCounts>(&event)) {
    planned_ = plan->evaluations;
  }
}

void Progress::show_step(const StepDone& step) {
  Rate& rate = rates_[step.denoiser];
  rate.done += 1;
  rate.seconds += step.took.value;
  if (!terminal_) return;
  std::cerr << "\r\033[K[" << bar(step.evaluation.value + 1, step.of) << "] " << step.evaluation.value + 1 << '/'
            << step.of << "  " << rates();
  if (!planned_.empty()) std::cerr << "  ETA " << fixed_text(remaining_seconds(), 1) << " s";
  std::cerr << std::flush;
  bar_open_ = true;
}

std::string Progress::rates() const {
  std::vector<std::string> parts;
  for (const auto& [name, rate] : rates_) {
    if (rate.seconds > 0) parts.push_back(concat(name, ' ', fixed_text(rate.done / rate.seconds, 2), " it/s"));
  }
  return join(parts, "  ");
}

double Progress::remaining_seconds() const {
  double seconds = 0;
  double slowest = 0;
  for (const auto& [name, rate] : rates_) slowest = std::max(slowest, rate.seconds / rate.done);
  for (const auto& [name, count] : planned_) {
    const auto rate = rates_.find(name);
    const bool measured = rate != rates_.end();
    const double each = measured ? rate->second.seconds / rate->second.done : slowest;
    seconds += each * (count - (measured ? rate->second.done : 0));
  }
  return std::max(0.0, seconds);
}

void Progress::line(const std::string& text) {
  finish();
  std::cerr << text << '\n';
}

void Progress::finish() {
  if (bar_open_) std::cerr << '\n';
  bar_open_ = false;
}

void EventTeller::print(const nlohmann::ordered_json& line) {
  if (problem_) return;
  try {
    print_line(line);
  } catch (const Error&) {
    problem_ = std::current_exception();
    stop_.ask();
  }
}

void EventTeller::finish() const {
  if (problem_) std::rethrow_exception(problem_);
}

void EventTeller::tell_seed(std::uint64_t seed) {
  if (json_) {
    print(seed_json(seed));
  } else {
    std::cerr << "seed " << seed << '\n';
  }
}

void EventTeller::tell(const Event& event) {
  if (!json_) return progress_.show(event);
  const nlohmann::ordered_json line = event_json(event);
  if (!line.is_null()) print(line);
}

}  // namespace tstitch::cli
