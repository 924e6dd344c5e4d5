#include "app/cli/progress.h"

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <utility>

#include <unistd.h>

#include "core/base/text.h"

namespace tstitch::cli {

namespace {

std::string fixed(double value, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << value;
  return out.str();
}

std::string bar(int done, int of) {
  constexpr int kWidth = 24;
  const int filled = of > 0 ? done * kWidth / of : 0;
  return std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kWidth - filled), '.');
}

}  // namespace

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::plan(std::map<DenoiserName, int> evaluations) {
  planned_ = std::move(evaluations);
}

void Progress::show(const Event& event) {
  if (const auto* step = std::get_if<StepDone>(&event)) return show_step(*step);
  if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    line(concat("saved ", saved->image.file.string(), " (seed ", saved->image.seed, ")"));
  } else if (const auto* warning = std::get_if<Warning>(&event)) {
    line("note: " + warning->text);
  } else if (const auto* stage = std::get_if<StageChanged>(&event); stage && stage->stage == Stage::Sampling) {
    done_.clear();
  }
}

void Progress::show_step(const StepDone& step) {
  Rate& rate = rates_[step.denoiser];
  rate.done += 1;
  rate.seconds += step.took.value;
  done_[step.denoiser] += 1;
  if (!terminal_) return;
  std::cerr << "\r\033[K[" << bar(step.evaluation.value + 1, step.of) << "] " << step.evaluation.value + 1 << '/'
            << step.of << "  " << rates() << "  ETA " << fixed(remaining_seconds(), 1) << " s" << std::flush;
  bar_open_ = true;
}

std::string Progress::rates() const {
  std::vector<std::string> parts;
  for (const auto& [name, rate] : rates_) {
    if (rate.seconds > 0) parts.push_back(concat(name, ' ', fixed(rate.done / rate.seconds, 2), " it/s"));
  }
  return join(parts, "  ");
}

double Progress::remaining_seconds() const {
  double seconds = 0;
  double slowest = 0;
  for (const auto& [name, rate] : rates_) slowest = std::max(slowest, rate.seconds / std::max(1, rate.done));
  for (const auto& [name, count] : planned_) {
    const auto done = done_.find(name);
    const auto rate = rates_.find(name);
    const double each = rate != rates_.end() ? rate->second.seconds / std::max(1, rate->second.done) : slowest;
    seconds += each * (count - (done != done_.end() ? done->second : 0));
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

}  // namespace tstitch::cli
