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

std::optional<double> segment_seconds(const MeasuredSeconds& measured, const Segment& segment) {
  const auto found = measured.evaluation.find(segment.denoiser);
  if (found == measured.evaluation.end()) return std::nullopt;
  return found->second * segment.evaluations;
}

CostModel cost_model(const RunPlan& plan) {
  return {plan.measured.evaluation, plan.measured.text.value_or(0) + plan.measured.decode.value_or(0)};
}

std::optional<SpeedUp> speed_of(const RunPlan& plan) {
  const std::vector<DenoiserName> names = names_by_cost(plan.request.denoisers);
  return speed_up(plan.segments, names.front(), names.back(), cost_model(plan));
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

ordered_json segments_json(const std::vector<Segment>& planned, const MeasuredSeconds& measured) {
  ordered_json segments = ordered_json::array();
  for (const Segment& segment : planned) {
    segments.push_back({{"model", segment.denoiser},
                        {"steps", segment.evaluations},
                        {"seconds", number_or_null(segment_seconds(measured, segment))}});
  }
  return segments;
}

void print_json(const RunPlan& plan) {
  const std::optional<SpeedUp> speed = speed_of(plan);
  ordered_json line = {{"evaluations", plan.evaluations.size()},
                       {"segments", segments_json(plan.segments, plan.measured)},
                       {"seam", seam_json(plan)},
                       {"speedup", speed ? ordered_json(speed->value) : ordered_json(nullptr)},
                       {"ceiling", speed ? ordered_json(speed->ceiling) : ordered_json(nullptr)},
                       {"memory", memory_json(plan.residency)},
                       {"notes", plan.notes}};
  if (plan.second) {
    line["second_pass"] = {{"width", plan.second->extent.width},
                           {"height", plan.second->extent.height},
                           {"evaluations", plan.second->evaluations.size()},
                           {"segments", segments_json(plan.second->segments, plan.second->measured)}};
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

void print_segments(const std::vector<Segment>& segments, const MeasuredSeconds& measured) {
  for (const Segment& segment : segments) {
    std::cout << "  " << segment.denoiser << ": " << segment.evaluations << ", "
              << seconds_text(segment_seconds(measured, segment)) << '\n';
  }
}

void print_text(const RunPlan& plan) {
  std::cout << plan.evaluations.size() << " evaluations\n";
  print_segments(plan.segments, plan.measured);
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
  if (plan.second) {
    std::cout << concat("then ", plan.second->evaluations.size(), " evaluations at ", text_of(plan.second->extent),
                        '\n');
    print_segments(plan.second->segments, plan.second->measured);
  }
  print_memory(plan.residency);
  for (const std::string& note : plan.notes) std::cout << "  note: " << note << '\n';
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
  const BudgetPlan best = plan_for_budget(plan.seam_places, seconds, cost_model(plan).fixed, budget);
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
