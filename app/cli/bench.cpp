#include <algorithm>
#include <array>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/bench_figures.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "app/cli/requested_job.h"
#include "core/base/bounded_json.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

struct BenchArguments {
  RunArguments run;
  std::optional<std::string> against;
  bool operators = false;
};

/// Operators of one kind beside the step and the machine.
struct ProfileRow {
  std::string name;
  std::optional<std::int64_t> calls;
  double seconds = 0;
  double share = 0;  ///< of the step
  std::optional<double> gflop = {}, gflops = {}, roof_share = {};
};

/// Of the whole step: the operators, then what lies between them.
std::vector<ProfileRow> profile_rows(const StepProfile& profile) {
  constexpr double kGiga = 1e9;
  std::vector<ProfileRow> rows;
  rows.reserve(profile.operators.size() + 1);
  double rest = profile.seconds;
  for (const OperatorTime& each : profile.operators) {
    ProfileRow& row =
        rows.emplace_back(ProfileRow{each.name, each.calls, each.seconds, each.seconds / profile.seconds});
    rest -= each.seconds;
    if (each.flop == 0) continue;
    row.gflop = each.flop / kGiga;
    row.gflops = *row.gflop / each.seconds;
    row.roof_share = *row.gflops / profile.roof_gflops;
  }
  rows.push_back({"rest", std::nullopt, rest, rest / profile.seconds});
  return rows;
}

ordered_json profile_json(const StepProfile& profile) {
  ordered_json operators = ordered_json::array();
  for (const ProfileRow& row : profile_rows(profile)) {
    operators.push_back({{"name", row.name},
                         {"calls", row.calls ? ordered_json(*row.calls) : ordered_json()},
                         {"seconds", row.seconds},
                         {"share", row.share},
                         {"gflop", number_or_null(row.gflop)},
                         {"gflops", number_or_null(row.gflops)},
                         {"roof_share", number_or_null(row.roof_share)}});
  }
  return {{"seconds", profile.seconds},
          {"threads", profile.threads},
          {"roof_gflops", profile.roof_gflops},
          {"operators", operators}};
}

/// Of each figure that both have.
ordered_json against_json(const std::vector<BenchFigure>& figures, const std::vector<Peer>& peers) {
  ordered_json all = ordered_json::array();
  for (const Peer& peer : peers) {
    ordered_json theirs = ordered_json::object();
    ordered_json ratios = ordered_json::object();
    for (const BenchFigure& ours : figures) {
      const auto found = peer.figures.find(ours.path);
      if (found == peer.figures.end()) continue;
      set_number(theirs, ours.path, figure_json(ours.path, found->second));
      set_number(ratios, ours.path, ours.value / found->second);
    }
    all.push_back({{"peer", peer.name}, {"figures", theirs}, {"ratios", ratios}});
  }
  return all;
}

void print_json(const BenchReport& report, const std::vector<Peer>& peers) {
  const std::vector<BenchFigure> figures = bench_figures(report);
  ordered_json line = ordered_json::object();
  for (const BenchFigure& each : figures) set_number(line, each.path, figure_json(each.path, each.value));
  for (const auto& [name, denoiser] : report.denoisers) {
    if (denoiser.profile) line["denoisers"][name]["profile"] = profile_json(*denoiser.profile);
  }
  if (!peers.empty()) line["against"] = against_json(figures, peers);
  print_line(line);
}

void print_figures(const BenchReport& report) {
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

/// The first column to the left, numbers to the right; each column as wide as its widest text.
template <std::size_t columns>
void print_table(const std::vector<std::array<std::string, columns>>& rows) {
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string blanks(widths[i] - row[i].size(), ' ');
      std::cout << "  " << (i == 0 ? row[i] + blanks : blanks + row[i]);
    }
    std::cout << '\n';
  }
}

void print_profile(const DenoiserName& name, const StepProfile& profile) {
  const auto or_nothing = [](const std::optional<double>& value, int decimals) {
    return value ? fixed_text(*value, decimals) : std::string();
  };
  const auto percent = [](const std::optional<double>& share) {
    return share ? fixed_text(*share * 100, 1) + " %" : std::string();
  };
  std::vector<std::array<std::string, 7>> rows{{"operator", "calls", "ms", "share", "GFLOP", "GFLOP/s", "of the roof"}};
  for (const ProfileRow& row : profile_rows(profile)) {
    rows.push_back({row.name, row.calls ? concat(*row.calls) : "", fixed_text(row.seconds * 1000, 3),
                    percent(row.share), or_nothing(row.gflop, 3), or_nothing(row.gflops, 1), percent(row.roof_share)});
  }
  std::cout << '\n'
            << name << ", a step of " << fixed_text(profile.seconds * 1000, 3) << " ms, looked at; roof on "
            << profile.threads << (profile.threads == 1 ? " thread: " : " threads: ")
            << fixed_text(profile.roof_gflops, 1) << " GFLOP/s\n";
  print_table(rows);
}

void print_against(const std::vector<BenchFigure>& figures, const Peer& peer) {
  std::vector<std::array<std::string, 4>> rows{{"", "ours", "theirs", "ours / theirs"}};
  for (const BenchFigure& ours : figures) {
    const auto found = peer.figures.find(ours.path);
    if (found == peer.figures.end()) continue;
    rows.push_back({ours.name, figure_text(ours.path, ours.value), figure_text(ours.path, found->second),
                    fixed_text(ours.value / found->second, 3)});
  }
  std::cout << "\nagainst " << in_quotes(peer.name) << (rows.size() == 1 ? ": no figure in common" : ":") << '\n';
  if (rows.size() > 1) print_table(rows);
}

void print_text(const BenchReport& report, const std::vector<Peer>& peers) {
  print_figures(report);
  for (const auto& [name, denoiser] : report.denoisers) {
    if (denoiser.profile) print_profile(name, *denoiser.profile);
  }
  const std::vector<BenchFigure> figures = bench_figures(report);
  for (const Peer& peer : peers) print_against(figures, peer);
}

ExitCode bench(const BenchArguments& arguments) {
  const SignalStop stop;
  const std::vector<Peer> peers = arguments.against ? read_peers(*arguments.against) : std::vector<Peer>();
  const EngineHost host = host_for(arguments.run, stop.token());
  const RunSettings settings = settings_of(arguments.run, host);
  GenerationRequest request;
  read_request(arguments.run, host, request);
  const BenchDetail detail = arguments.operators ? BenchDetail::Operators : BenchDetail::Times;
  const BenchReport report = host.engine->bench(request, settings, detail, stop.token(), [](const Event&) {});
  if (arguments.run.json) {
    print_json(report, peers);
  } else {
    print_text(report, peers);
  }
  return ExitCode::Done;
}

/// In place of the one that names a folder: without one, `--profile` asks for what `--operators` asks for.
void add_profile_option(CLI::App& app, BenchArguments& arguments) {
  app.remove_option(app.get_option("--profile"));
  app.option_defaults()->group("Machine");
  app.add_option_function<std::vector<std::string>>(
         "--profile",
         [&arguments](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) {
             if (text.empty()) {
               arguments.operators = true;
             } else {
               arguments.run.profile = text;
             }
           }
         },
         "settings, caches and measured times live in DIR; without DIR: --operators")
      ->type_name("DIR")
      ->expected(0, 1)
      ->take_all();
}

}  // namespace

Command add_bench(CLI::App& program) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* app = program.add_subcommand("bench", "time each denoiser, the text encoder, the decoder and loading");
  add_model_options(*app, arguments->run);
  add_sampling_options(*app, arguments->run);
  add_device_options(*app, arguments->run);
  add_profile_option(*app, *arguments);
  add_engine_options(*app, arguments->run);
  app->option_defaults()->group("Bench");
  app->add_flag(
      "--operators", arguments->operators,
      "also name the operators of a step of each denoiser: how often they are called, how long they take, how "
      "much of this machine's matrix product they reach");
  app->add_option_function<std::string>(
         "--against", [arguments](const std::string& text) { arguments->against = text; },
         "print the figures beside those of another program, version or machine: what bench --json printed there, or "
         "{\"peers\":[{\"peer\":NAME, the same fields, some or all}, ...]}")
      ->type_name("FILE")
      ->take_last();
  return [arguments] { return bench(*arguments); };
}

}  // namespace tstitch::cli
