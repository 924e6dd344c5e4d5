#include <iostream>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/progress.h"

namespace tstitch::cli {

namespace {

ExitCode report_ending(const Outcome& outcome, bool json) {
  if (json) std::cout << outcome_json(outcome) << std::endl;
  if (std::holds_alternative<Finished>(outcome)) {
    if (!json) {
      for (const SavedImage& image : report_of(outcome).images) std::cout << image.file.string() << '\n';
    }
    return ExitCode::Done;
  }
  if (std::holds_alternative<Cancelled>(outcome)) {
    std::cerr << "tstitch: cancelled\n";
    return ExitCode::Cancelled;
  }
  const auto& failed = std::get<Failed>(outcome);
  std::cerr << "tstitch: " << Error(failed.code, failed.what, failed.where, failed.hint).sentence() << '\n';
  return failed.code;
}

/// What went wrong before a run could begin has the same form as a run that failed.
Outcome failed_before_the_run(const Error& error) {
  return Failed{error.what(), error.where(), error.hint(), error.code(), {}};
}

void plan_progress(Progress& progress, Engine& engine, const Job& job) {
  std::map<DenoiserName, int> evaluations;
  for (const Segment& segment : engine.plan(job.request, job.settings).segments) {
    evaluations[segment.denoiser] += segment.evaluations;
  }
  progress.plan(std::move(evaluations));
}

Outcome generate(const RunArguments& arguments, const SignalStop& stop) {
  const std::unique_ptr<Engine> engine = engine_for(arguments);
  Progress progress;
  try {
    if (!arguments.prompt && !arguments.from) throw UsageError("no PROMPT was given.", "generate");
    const Job job = job_of(arguments, *engine);
    if (!arguments.json) plan_progress(progress, *engine, job);  // a second look at the models, for the ETA only
    Outcome outcome = engine->generate(job, stop.token(), [&](const Event& event) {
      const std::string line = arguments.json ? event_json(event) : std::string();
      if (!line.empty()) std::cout << line << std::endl;
      if (!arguments.json) progress.show(event);
    });
    progress.finish();
    return outcome;
  } catch (const Error& error) {
    return failed_before_the_run(error);
  }
}

}  // namespace

Command add_generate(CLI::App& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* app = program.add_subcommand("generate", "make a picture (or --count pictures)");
  add_picture_options(*app, *arguments);
  add_model_options(*app, *arguments);
  add_sampling_options(*app, *arguments);
  add_device_options(*app, *arguments);
  app->add_option_function<std::string>(
         "--count", [arguments](const std::string& text) { arguments->count = text; },
         "pictures; picture k has seed S+k")
      ->type_name("K")
      ->group("Picture");
  return [arguments] {
    const SignalStop stop;
    return report_ending(generate(*arguments, stop), arguments->json);
  };
}

}  // namespace tstitch::cli
