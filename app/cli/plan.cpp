#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/requested_job.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/request/option_text.h"
#include "core/trajectory/planner.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

struct PlanArguments {
  RunArguments run;
  std::optional<std::string> budget;
};

/// Evaluations in a row by one denoiser, and how long they take where that was measured.
struct PlannedSegment {
  DenoiserName denoiser;
  int evaluations = 0;
  std::optional<double> seconds;
};

std::vector<PlannedSegment> timed(const std::vector<Segment>& segments, const MeasuredSeconds& measured) {
  std::vector<PlannedSegment> planned;
  planned.reserve(segments.size());
  for (const Segment& segment : segments) {
    const auto found = measured.evaluation.find(segment.denoiser);
    const bool known = found != measured.evaluation.end();
    planned.push_back({segment.denoiser, segment.evaluations,
                       known ? std::optional(found->second * segment.evaluations) : std::nullopt});
  }
  return planned;
}

/// Of both passes, as the outcome will list them: neighbours of one denoiser are one.
std::vector<PlannedSegment> whole_run(const RunPlan& plan) {
  std::vector<PlannedSegment> all = timed(plan.segments, plan.measured);
  if (!plan.second) return all;
  for (PlannedSegment& next : timed(plan.second->segments, plan.second->measured)) {
    if (all.empty() || all.back().denoiser != next.denoiser) {
      all.push_back(std::move(next));
      continue;
    }
    PlannedSegment& last = all.back();
    last.evaluations += next.evaluations;
    last.seconds = last.seconds && next.seconds ? std::optional(*last.seconds + *next.seconds) : std::nullopt;
  }
  return all;
}

std::size_t evaluations_of(const RunPlan& plan) {
  return plan.evaluations.size() + (plan.second ? plan.second->evaluations.size() : 0);
}

/// The picture of a first pass is only made where the second goes on from it.
CostModel cost_model(const RunPlan& plan) {
  const bool decodes = !plan.second || plan.request.second_pass->upscale == Upscale::Lanczos;
  return {plan.measured.evaluation,
          plan.measured.text.value_or(0) + (decodes ? plan.measured.decode.value_or(0) : 0.0)};
}

std::optional<SpeedUp> speed_of(const RunPlan& plan) {
  const std::vector<DenoiserName> names = names_by_cost(plan.request.denoisers);
  std::vector<CostedPass> passes{{plan.segments, cost_model(plan)}};
  if (plan.second) {
    const MeasuredSeconds& measured = plan.second->measured;
    passes.push_back({plan.second->segments, {measured.evaluation, measured.decode.value_or(0)}});
  }
  return speed_up(passes, names.front(), names.back());
}

ordered_json seam_json(const RunPlan& plan) {
  if (plan.segments.size() < 2) return nullptr;
  const int evaluation = plan.segments.front().evaluations;
  const NoiseLevel& level = plan.evaluations[static_cast<std::size_t>(evaluation)].level;
  const double sigma = level.sigma().value;
  return {{"evaluation", evaluation},
          {"timestep", level.timestep.value},
          {"sigma", sigma},
          {"log_snr", -2.0 * std::log(sigma)}};
}

ordered_json memory_json(const ResidencyPlan& residency) {
  ordered_json stages = ordered_json::array();
  for (const ResidencyStage& stage : residency.stages) {
    stages.push_back({{"stage", stage.name},
                      {"parts", stage.parts},
                      {"weight_bytes", stage.weight_bytes},
                      {"working_bytes", stage.working_bytes}});
  }
  return {{"one_at_a_time", residency.one_at_a_time},
          {"peak_bytes", residency.peak_bytes()},
          {"available_bytes", residency.available_bytes},
          {"stages", stages}};
}

ordered_json segments_json(const std::vector<PlannedSegment>& planned) {
  ordered_json segments = ordered_json::array();
  for (const PlannedSegment& segment : planned) {
    segments.push_back(
        {{"model", segment.denoiser}, {"steps", segment.evaluations}, {"seconds", number_or_null(segment.seconds)}});
  }
  return segments;
}

void print_json(const RunPlan& plan) {
  const std::optional<SpeedUp> speed = speed_of(plan);
  ordered_json line = {{"evaluations", evaluations_of(plan)},
                       {"segments", segments_json(whole_run(plan))},
                       {"seam", seam_json(plan)},
                       {"speedup", speed ? ordered_json(speed->value) : ordered_json(nullptr)},
                       {"ceiling", speed ? ordered_json(speed->ceiling) : ordered_json(nullptr)},
                       {"memory", memory_json(plan.residency)},
                       {"notes", plan.notes}};
  if (plan.second) {
    line["second_pass"] = {{"width", plan.second->extent.width},
                           {"height", plan.second->extent.height},
                           {"evaluations", plan.second->evaluations.size()},
                           {"segments", segments_json(timed(plan.second->segments, plan.second->measured))}};
  }
  print_line(line);
}

std::string gigabytes(std::int64_t bytes) {
  constexpr double kGigabyte = 1 << 30;
  return fixed_text(static_cast<double>(bytes) / kGigabyte, 2) + " GiB";
}

void print_memory(const ResidencyPlan& residency) {
  std::cout << "  memory: about " << gigabytes(residency.peak_bytes()) << " of " << gigabytes(residency.available_bytes)
            << ", " << (residency.one_at_a_time ? "one part at a time" : "the denoisers side by side") << '\n';
  for (const ResidencyStage& stage : residency.stages) {
    std::cout << "    " << stage.name << ": " << gigabytes(stage.bytes()) << " (" << join(stage.parts, ", ") << ")\n";
  }
}

std::string seconds_text(const std::optional<double>& seconds) {
  return seconds ? fixed_text(*seconds, 3) + " s" : std::string("not measured");
}

void print_segments(const std::vector<PlannedSegment>& segments) {
  for (const PlannedSegment& segment : segments) {
    std::cout << "  " << segment.denoiser << ": " << segment.evaluations << ", " << seconds_text(segment.seconds)
              << '\n';
  }
}

void print_passes(const RunPlan& plan) {
  std::cout << evaluations_of(plan) << " evaluations";
  if (plan.second) std::cout << ", " << plan.evaluations.size() << " in the first pass";
  std::cout << '\n';
  print_segments(timed(plan.segments, plan.measured));
  if (!plan.second) return;
  std::cout << concat("then ", plan.second->evaluations.size(), " at ", text_of(plan.second->extent), '\n');
  print_segments(timed(plan.second->segments, plan.second->measured));
}

void print_text(const RunPlan& plan) {
  print_passes(plan);
  const ordered_json seam = seam_json(plan);
  if (!seam.is_null()) {
    std::cout << concat("  seam before evaluation ", seam["evaluation"].get<int>() + 1, ": timestep ",
                        seam["timestep"].get<double>(), ", sigma ", seam["sigma"].get<double>(), ", log-SNR ",
                        seam["log_snr"].get<double>(), '\n');
  }
  if (const std::optional<SpeedUp> speed = speed_of(plan)) {
    std::cout << "  speed-up " << fixed_text(speed->value, 2) << ", this pair's ceiling "
              << fixed_text(speed->ceiling, 2) << '\n';
  }
  print_memory(plan.residency);
  for (const std::string& note : plan.notes) std::cout << "  note: " << note << '\n';
}

/// What the second pass of a run adds whose first pass ends with that denoiser: what is measured of it, or nothing.
double seconds_of_second(const RunPlan& plan, const DenoiserName& last) {
  if (!plan.second) return 0;
  std::vector<Segment> segments = plan.second->segments;
  if (!plan.request.second_pass->share) segments = {{last, static_cast<int>(plan.second->evaluations.size())}};
  const MeasuredSeconds& measured = plan.second->measured;
  const auto seconds = predicted_seconds(segments, {measured.evaluation, measured.decode.value_or(0)});
  if (seconds) return *seconds;
  throw UsageError(concat("the second pass was not measured at ", text_of(plan.second->extent), " yet."), "--budget",
                   "Run tstitch generate with the same options first.");
}

/// A second pass without a ratio of its own is made by whoever ends the first: by the largest, or, where that does not
/// fit, by the only one.
BudgetPlan best_for(const RunPlan& plan, const std::vector<DenoiserName>& names, const std::vector<double>& seconds,
                    double budget) {
  const double fixed = cost_model(plan).fixed;
  BudgetPlan best = plan_for_budget(plan.seam_places, seconds, fixed + seconds_of_second(plan, names.back()), budget);
  const auto only = std::find_if(best.counts.begin(), best.counts.end(), [](int count) { return count > 0; });
  if (best.fits || !plan.second || only == best.counts.end()) return best;
  const auto fastest = static_cast<std::size_t>(only - best.counts.begin());
  best.seconds = fixed + *only * seconds[fastest] + seconds_of_second(plan, names[fastest]);
  best.fits = best.seconds <= budget;
  return best;
}

/// The same request with the segments that fit the budget best.
GenerationRequest within_budget(const RunPlan& plan, double budget) {
  std::vector<double> seconds;
  const std::vector<DenoiserName> names = names_by_cost(plan.request.denoisers);
  for (const DenoiserName& name : names) {
    const auto found = plan.measured.evaluation.find(name);
    if (found == plan.measured.evaluation.end()) {
      throw UsageError(concat(name, " was not measured at this size yet."), "--budget",
                       "Run tstitch bench or generate with the same options first.");
    }
    seconds.push_back(found->second);
  }
  const BudgetPlan best = best_for(plan, names, seconds, budget);
  if (!best.fits) std::cerr << "note: " << shortfall_sentence(best, names, budget) << '\n';
  SegmentSplit split;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (best.counts[i] > 0) split.segments.push_back({names[i], best.counts[i], std::nullopt});
  }
  GenerationRequest request = plan.request;
  request.split = split;
  return request;
}

ExitCode plan(const PlanArguments& arguments) {
  const EngineHost host = host_for(arguments.run);
  const RunSettings settings = settings_of(arguments.run, host);
  GenerationRequest request;
  read_request(arguments.run, host, request);
  RunPlan planned = host.engine->plan(request, settings);
  if (arguments.budget) {
    constexpr double kMostSeconds = 1e9;
    const double budget = parse_number(*arguments.budget, "--budget", 0, kMostSeconds);
    planned = host.engine->plan(within_budget(planned, budget), settings);
  }
  if (arguments.run.json) {
    print_json(planned);
  } else {
    print_text(planned);
  }
  return ExitCode::Done;
}

}  // namespace

Command add_plan(CLI::App& program) {
  auto arguments = std::make_shared<PlanArguments>();
  CLI::App* app = program.add_subcommand("plan", "who makes which steps, and how long it takes");
  add_model_options(*app, arguments->run);
  add_sampling_options(*app, arguments->run);
  add_device_options(*app, arguments->run);
  add_engine_options(*app, arguments->run);
  app->add_option_function<std::string>(
         "--budget", [arguments](const std::string& text) { arguments->budget = text; }, "choose the ratio that fits")
      ->type_name("SECONDS")
      ->group("Models");
  return [arguments] { return plan(*arguments); };
}

}  // namespace tstitch::cli
