#include <iostream>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/progress.h"

namespace tstitch::cli {

namespace {

struct GridArguments {
  RunArguments run;
  std::optional<std::string> ratios, seeds;
  std::vector<std::string> axes;
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

ExitCode report_cells(const GridReport& report, bool json) {
  int failed = 0;
  for (const CellEnded& cell : report.cells) {
    if (!cell.error.empty()) {
      std::cerr << "tstitch: cell " << cell.cell + 1 << ": " << cell.error << '\n';
      ++failed;
    }
  }
  if (!json && !report.composite.empty()) std::cout << report.composite.string() << '\n';
  if (report.cancelled) return ExitCode::Cancelled;
  return failed == 0 ? ExitCode::Done : report.first_failure;
}

ExitCode grid(const GridArguments& arguments) {
  const SignalStop stop;
  const std::unique_ptr<Engine> engine = engine_for(arguments.run);
  if (!arguments.run.prompt && !arguments.run.from) throw UsageError("no PROMPT was given.", "grid");
  GridJob job;
  job.axes = axes_of(arguments);
  job.base = job_of(arguments.run, *engine);
  Progress progress;
  const GridReport report = engine->grid(job, stop.token(), [&](const Event& event) {
    const std::string line = arguments.run.json ? event_json(event) : std::string();
    if (!line.empty()) std::cout << line << std::endl;
    if (!arguments.run.json) progress.show(event);
  });
  progress.finish();
  return report_cells(report, arguments.run.json);
}

}  // namespace

Command add_grid(CLI::App& program) {
  auto arguments = std::make_shared<GridArguments>();
  CLI::App* app = program.add_subcommand("grid", "compare ratios x seeds (or other axes); shared steps run once");
  add_picture_options(*app, arguments->run);
  add_model_options(*app, arguments->run);
  add_sampling_options(*app, arguments->run);
  add_device_options(*app, arguments->run);
  app->option_defaults()->group("Grid");
  app->add_option_function<std::string>(
         "--ratios", [arguments](const std::string& text) { arguments->ratios = text; },
         "0,20%,40% (bare numbers are fractions)")
      ->type_name("LIST");
  app->add_option_function<std::string>(
         "--seeds", [arguments](const std::string& text) { arguments->seeds = text; }, "3,4,7-9")
      ->type_name("LIST");
  app->add_option("--axis", arguments->axes, "steps, sampler, spacing, guidance or prompt (repeatable)")
      ->type_name("NAME=VALUES");
  return [arguments] { return grid(*arguments); };
}

}  // namespace tstitch::cli
