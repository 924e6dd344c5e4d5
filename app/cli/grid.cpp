#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/ending.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/progress.h"
#include "app/cli/requested_job.h"
#include "core/base/text.h"
#include "core/jobs/grid_export.h"
#include "core/jobs/grid_job.h"

namespace tstitch::cli {

namespace {

struct GridArguments {
  RunArguments run;
  std::vector<std::string> engines;
  std::optional<std::string> ratios, seeds;
  std::vector<std::string> axes;
  std::vector<GridFormat> formats;
};

/// Ratios and seeds are axes like others; where none is named, the reference's six ratios.
std::vector<GridAxis> axes_of(const GridArguments& arguments) {
  std::vector<GridAxis> axes;
  for (const std::string& axis : arguments.axes) axes.push_back(parse_axis(axis));
  if (arguments.seeds) axes.push_back(parse_axis("seed", *arguments.seeds));
  if (arguments.ratios) axes.push_back(parse_axis("ratio", *arguments.ratios));
  if (axes.empty()) axes.push_back(parse_axis("ratio", "0%,20%,40%,60%,80%,100%"));
  return axes;
}

/// Several classes are an axis of the grid.
void make_axis_of_classes(GridJob& job) {
  if (job.base.classes.empty()) return;
  std::vector<std::string> labels;
  for (const int label : job.base.classes) labels.push_back(concat(label));
  job.axes.insert(job.axes.begin(), {"class", std::move(labels)});
  job.base.classes.clear();
  job.base.count = 1;
}

bool has_seed_axis(const GridJob& job) {
  return std::any_of(job.axes.begin(), job.axes.end(), [](const GridAxis& axis) { return axis.name == "seed"; });
}

/// What keeps the grid as a whole from being made is said once.
void print_failures(const GridReport& report) {
  if (const std::string whole = common_failure(report); !whole.empty()) {
    std::cerr << "tstitch: " << whole << '\n';
    return;
  }
  for (const CellEnded& cell : report.cells) {
    if (!cell.error.empty()) std::cerr << "tstitch: cell " << cell.cell + 1 << ": " << cell.error << '\n';
  }
}

ExitCode report_grid(const GridReport& report, bool json) {
  print_failures(report);
  if (json) {
    print_line(grid_json(report));
  } else if (!report.composite.empty()) {
    std::cout << report.composite.string() << '\n';
  }
  return report.cancelled ? tell_ending(Cancelled{}) : report.first_failure;
}

/// The engines that were named, one at least. The first one answers what is asked of models.
std::vector<EngineHost> hosts_for(const GridArguments& arguments, const std::stop_token& stop) {
  std::vector<EngineHost> hosts;
  RunArguments one = arguments.run;
  for (const std::string& engine : arguments.engines) {
    one.engine = engine;
    hosts.push_back(host_for(one, stop));
  }
  if (hosts.empty()) hosts.push_back(host_for(one, stop));
  return hosts;
}

/// Beside the pictures, in every format that was asked for.
void export_formats(const GridArguments& arguments, const GridJob& job) {
  for (const GridFormat format : arguments.formats) {
    std::cerr << "tstitch: " << export_grid(job.base.output.path, format).string() << '\n';
  }
}

GridFormat parse_format(const std::string& text) {
  const std::map<std::string, GridFormat> formats{{"png", GridFormat::Png},
                                                  {"svg", GridFormat::Svg},
                                                  {"csv", GridFormat::Csv},
                                                  {"json", GridFormat::Json},
                                                  {"webp", GridFormat::WebP}};
  const auto found = formats.find(text);
  if (found == formats.end()) throw UsageError(concat("\"", text, "\" is not one of png, svg, csv, json, webp."));
  return found->second;
}

ExitCode grid(const GridArguments& arguments) {
  SignalStop stop;
  const std::vector<EngineHost> hosts = hosts_for(arguments, stop.token());
  std::vector<Engine*> lanes;
  lanes.reserve(hosts.size());
  for (const EngineHost& host : hosts) lanes.push_back(host.engine.get());
  GridJob job;
  job.axes = axes_of(arguments);
  read_job(arguments.run, hosts.front(), job.base);
  make_axis_of_classes(job);
  const GridReport report = [&] {
    EventTeller teller(arguments.run.json, stop);
    if (draws_seed(arguments.run) && !has_seed_axis(job)) teller.tell_seed(job.base.request.seed);
    GridReport made = make_grid(lanes, job, stop.token(), [&](const Event& event) { teller.tell(event); });
    teller.finish();
    return made;
  }();
  if (!report.cancelled && !report.composite.empty()) export_formats(arguments, job);
  return report_grid(report, arguments.run.json);
}

}  // namespace

Command add_grid(CLI::App& program) {
  auto arguments = std::make_shared<GridArguments>();
  CLI::App* app = program.add_subcommand("grid", "compare ratios x seeds (or other axes); shared steps run once");
  add_picture_options(*app, arguments->run);
  add_model_options(*app, arguments->run);
  add_sampling_options(*app, arguments->run);
  add_device_options(*app, arguments->run);
  add_engine_options(*app, arguments->run);
  app->remove_option(app->get_option("--engine"));  // a grid takes several
  app->add_option(
         "--engine", arguments->engines,
         "an engine that this command line starts (repeatable: cells are spread over all of them); here: inside "
         "this program (default)")
      ->type_name("CMD")
      ->allow_extra_args(false);
  app->option_defaults()->group("Grid");
  app->add_option_function<std::string>(
         "--ratios", [arguments](const std::string& text) { arguments->ratios = text; },
         "0,20%,40% (bare numbers are fractions)")
      ->type_name("LIST");
  app->add_option_function<std::string>(
         "--seeds", [arguments](const std::string& text) { arguments->seeds = text; }, "3,4,7-9")
      ->type_name("LIST");
  app->add_option("--axis", arguments->axes,
                  "steps, sampler, spacing, guidance, prompt, class, pair, lora or control; a list, "
                  "ranges as 0..10 (+2.5) (repeatable)")
      ->type_name("NAME=VALUES");
  app->add_option_function<std::vector<std::string>>(
         "--export",
         [arguments](const std::vector<std::string>& names) {
           for (const std::string& name : names) arguments->formats.push_back(parse_format(name));
         },
         "also the figure as png or svg, its numbers as csv or json, a flip-book as webp (repeatable)")
      ->type_name("FORMAT");
  return [arguments] { return grid(*arguments); };
}

}  // namespace tstitch::cli
