#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/requested_job.h"
#include "core/base/number_text.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

void print_json(const BenchReport& report) {
  ordered_json denoisers = ordered_json::object();
  for (const auto& [name, figures] : report.denoisers) {
    denoisers[name] = {{"seconds_per_step", figures.seconds_per_step}, {"load_seconds", figures.load_seconds}};
  }
  const ordered_json line = {{"denoisers", denoisers},
                             {"text_seconds", report.text_seconds},
                             {"decode_seconds", report.decode_seconds},
                             {"start_to_first_step_seconds", report.start_to_first_step_seconds},
                             {"peak_bytes", report.peak_bytes},
                             {"roof_gflops", report.roof_gflops}};
  print_line(line);
}

void print_text(const BenchReport& report) {
  const auto ms = [](double seconds) { return fixed_text(seconds * 1000, 1) + " ms"; };
  for (const auto& [name, figures] : report.denoisers) {
    std::cout << name << ": " << ms(figures.seconds_per_step) << " per step, loaded in " << ms(figures.load_seconds)
              << '\n';
  }
  std::cout << "text: " << ms(report.text_seconds) << "\ndecode: " << ms(report.decode_seconds)
            << "\nstart to end of first step: " << ms(report.start_to_first_step_seconds)
            << "\npeak memory: " << fixed_text(static_cast<double>(report.peak_bytes) / (1 << 20), 1)
            << " MiB\nmatrix product of this machine: " << fixed_text(report.roof_gflops, 1) << " GFLOP/s\n";
}

ExitCode bench(const RunArguments& arguments) {
  const SignalStop stop;
  const EngineHost host = host_for(arguments, stop.token());
  const RunSettings settings = settings_of(arguments, host);
  GenerationRequest request;
  read_request(arguments, host, request);
  const BenchReport report = host.engine->bench(request, settings, stop.token(), [](const Event&) {});
  if (arguments.json) {
    print_json(report);
  } else {
    print_text(report);
  }
  return ExitCode::Done;
}

}  // namespace

Command add_bench(CLI::App& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* app = program.add_subcommand("bench", "time each denoiser, the text encoder, the decoder and loading");
  add_model_options(*app, *arguments);
  add_sampling_options(*app, *arguments);
  add_device_options(*app, *arguments);
  add_engine_options(*app, *arguments);
  return [arguments] { return bench(*arguments); };
}

}  // namespace tstitch::cli
