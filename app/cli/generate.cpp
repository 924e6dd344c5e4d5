#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/ending.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/progress.h"
#include "app/cli/requested_job.h"
#include "core/jobs/picture_job.h"

namespace tstitch::cli {

namespace {

Outcome generate(const RunArguments& arguments, SignalStop& stop) {
  Job job;
  try {
    const EngineHost host = host_for(arguments, stop.token());
    read_job(arguments, host, job);
    EventTeller teller(arguments.json, stop);
    if (draws_seed(arguments)) teller.tell_seed(job.request.seed);
    Outcome outcome = make_pictures(*host.engine, job, stop.token(), [&](const Event& event) { teller.tell(event); });
    teller.finish();
    return outcome;
  } catch (...) {
    RunReport report;
    report.request = job.request;
    return outcome_of(std::current_exception(), std::move(report));
  }
}

ExitCode report_ending(const Outcome& outcome, bool json) {
  if (json) {
    print_line(outcome_json(outcome));
  } else {
    for (const SavedImage& image : report_of(outcome).images) std::cout << image.file.string() << '\n';
  }
  return tell_ending(outcome);
}

}  // namespace

Command add_generate(CLI::App& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* app = program.add_subcommand("generate", "make a picture (or --count pictures)");
  add_picture_options(*app, *arguments);
  add_model_options(*app, *arguments);
  add_sampling_options(*app, *arguments);
  add_device_options(*app, *arguments);
  add_engine_options(*app, *arguments);
  app->add_option_function<std::string>(
         "--count", [arguments](const std::string& text) { arguments->count = text; },
         "pictures; picture k has seed S+k")
      ->type_name("K")
      ->group("Picture");
  return [arguments] {
    SignalStop stop;
    return report_ending(generate(*arguments, stop), arguments->json);
  };
}

}  // namespace tstitch::cli
