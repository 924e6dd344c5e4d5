#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/requested_job.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/system/host.h"
#include "core/system/processor.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

/// One thing that was looked at: what it is, and where something is missing what to do.
struct Finding {
  std::string name;
  std::string fact;
  std::string advice{};
  bool is_missing = false;  ///< nothing can be drawn without it
};

std::string gibibytes(std::uint64_t bytes) {
  return fixed_text(static_cast<double>(bytes) / (1U << 30U), 1) + " GiB";
}

Finding processor() {
  const ProcessorFacts facts = processor_facts();
  const int cores = usable_cores();
  const std::string fact =
      concat(facts.name.empty() ? "unknown" : facts.name, ", ", cores, cores == 1 ? " core" : " cores",
             facts.features.empty() ? "" : ", ", join(facts.features, " "));
  const bool has_avx2 = std::find(facts.features.begin(), facts.features.end(), "avx2") != facts.features.end();
  return {"processor", fact, has_avx2 ? "" : "Without AVX2 networks are computed slower; another machine is faster."};
}

Finding memory() {
  const MemoryFigures figures = host_memory();
  constexpr std::uint64_t kBundledPair = std::uint64_t{1} << 30U;
  return {"memory", concat(gibibytes(figures.available), " of ", gibibytes(figures.total), " free"),
          figures.available < kBundledPair ? "Close other programs: the bundled pair wants a gibibyte." : ""};
}

/// "auto takes bf16: fp32 0.25 s, bf16 0.12 s with an error of 0.9 %".
std::string test_of(const std::vector<MeasuredPrecision>& measured) {
  std::vector<std::string> figures;
  figures.reserve(measured.size());
  for (const MeasuredPrecision& each : measured) {
    const std::string error =
        each.precision == Precision::Fp32 ? "" : concat(" with an error of ", fixed_text(100 * each.error, 1), " %");
    figures.push_back(concat(name_of(each.precision), ' ', fixed_text(each.seconds, 2), " s", error));
  }
  return concat("auto takes ", name_of(fastest_within_bound(measured)), ": ", join(figures, ", "));
}

Finding precision(Library& library) {
  std::vector<std::string> names;
  for (const Precision each : library.fast_precisions({})) names.emplace_back(name_of(each));
  RunSettings settings;
  settings.precision = Precision::Auto;
  const std::vector<MeasuredPrecision> measured = library.measured_precisions(settings);
  return {"precision", concat(join(names, " "), measured.empty() ? "" : concat("; ", test_of(measured)))};
}

Finding models(Library& library) {
  const std::vector<PairEntry> pairs = library.pairs();
  if (!pairs.empty() && pairs.front().not_here.empty()) return {"models", "the bundled pair is here"};
  return {"models", "the bundled pair is not here", "Install the program again.", true};
}

std::string speed_of(const BenchReport& report) {
  std::string fact;
  for (const auto& [name, figures] : report.denoisers) {
    fact += concat(fact.empty() ? "" : ", ", name, " ", fixed_text(figures.seconds_per_step * 1000, 1), " ms per step");
  }
  return concat(fact, ", matrix products ", fixed_text(report.roof_gflops, 0), " GFLOP/s");
}

/// Draws with CUDA first: the sentence that says why that is not to be had is the device's own.
std::vector<Finding> device_and_speed(const RunArguments& arguments, const EngineHost& host,
                                      const std::stop_token& stop) {
  GenerationRequest request;
  RunSettings settings = settings_of(arguments, host);
  read_request(arguments, host, request);
  const auto measured = [&](DeviceKind device) {
    settings.device = device;
    return speed_of(host.engine->bench(request, settings, BenchDetail::Times, stop, [](const Event&) {}));
  };
  try {
    const std::string speed = measured(DeviceKind::Cuda);
    return {{"device", "cuda"}, {"speed", speed}};
  } catch (const UsageError& missing) {
    const std::string advice = concat(missing.what(), " Without it the processor draws everything.");
    return {{"device", "cpu", advice}, {"speed", measured(DeviceKind::Cpu)}};
  }
}

void print(const std::vector<Finding>& findings, bool json) {
  if (json) {
    ordered_json checks = ordered_json::array();
    for (const Finding& each : findings) {
      checks.push_back(
          {{"name", each.name}, {"fact", each.fact}, {"advice", each.advice}, {"missing", each.is_missing}});
    }
    return print_line({{"version", program_version()}, {"checks", checks}});
  }
  constexpr std::size_t kColumn = 11;
  for (const Finding& each : findings) {
    std::cout << each.name << std::string(kColumn - each.name.size(), ' ') << each.fact << '\n';
    if (!each.advice.empty()) std::cout << std::string(kColumn, ' ') << each.advice << '\n';
  }
}

ExitCode check(const RunArguments& arguments) {
  const SignalStop stop;
  const EngineHost host = host_for(arguments, stop.token());
  std::vector<Finding> findings{processor(), memory(), precision(*host.engine), models(*host.engine)};
  const bool can_draw = !findings.back().is_missing;
  if (can_draw) {
    for (Finding& each : device_and_speed(arguments, host, stop.token())) findings.push_back(std::move(each));
  }
  print(findings, arguments.json);
  return can_draw ? ExitCode::Done : ExitCode::BadInput;
}

}  // namespace

Command add_check(CLI::App& program) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* app =
      program.add_subcommand("check", "what this machine can do, and what to do where something is missing");
  app->add_option_function<std::string>(
         "--profile", [arguments](const std::string& text) { arguments->profile = text; },
         "settings, caches and models of one's own live in DIR")
      ->type_name("DIR");
  app->add_flag("--json", arguments->json, "one JSON object");
  return [arguments] { return check(*arguments); };
}

}  // namespace tstitch::cli
