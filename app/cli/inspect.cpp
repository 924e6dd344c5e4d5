#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/schedule/schedule_names.h"
#include "core/schedule/sigma_schedule.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

struct InspectArguments {
  RunArguments run;
  std::vector<std::string> places;
};

ordered_json latent_json(const ModelFacts& facts) {
  if (!facts.latent) return {{"channels", facts.latent_channels}, {"inherited", true}};
  ordered_json json{{"channels", facts.latent->channels},
                    {"factor", facts.latent->factor},
                    {"scale", facts.latent->scale},
                    {"shift", facts.latent->shift},
                    {"encoder", facts.latent->encoder_fingerprint}};
  if (facts.latent->presumed) json["autoencoder"] = "missing";
  return json;
}

ordered_json schedule_json(const ModelFacts& facts) {
  if (!facts.scheduler) return {{"inherited", true}};
  const SchedulerConfig& config = *facts.scheduler;
  const NoiseSchedule schedule(config);
  const std::string nearest(name_of(nearest_sampler(config)));
  return {{"class", config.class_name},
          {"sampler", has_default_sampler(config) ? ordered_json(nearest) : ordered_json(nullptr)},
          {"nearest_sampler", nearest},
          {"betas", std::string(name_of(config.beta_schedule))},
          {"beta_start", config.beta_start},
          {"beta_end", config.beta_end},
          {"timesteps", config.train_timesteps},
          {"sigma_min", schedule.sigma_min().value},
          {"sigma_max", schedule.sigma_max().value}};
}

/// A part that is no denoiser has no latents, schedule or text to tell of.
ordered_json part_json(const ModelFacts& facts, const ordered_json& files) {
  return {{"path", facts.path.string()},    {"family", facts.family}, {"purpose", facts.purpose},
          {"parameters", facts.parameters}, {"dtype", facts.dtype},   {"files", files}};
}

ordered_json facts_json(const ModelFacts& facts) {
  ordered_json files = ordered_json::array();
  for (const auto& file : facts.files) files.push_back(file.string());
  if (!facts.purpose.empty()) return part_json(facts, files);
  return {{"path", facts.path.string()},
          {"family", facts.family},
          {"network", facts.network_class},
          {"latent", latent_json(facts)},
          {"schedule", schedule_json(facts)},
          {"prediction", facts.scheduler ? ordered_json(std::string(name_of(facts.scheduler->prediction)))
                                         : ordered_json("inherited")},
          {"text",
           {{"width", facts.text_width ? ordered_json(*facts.text_width) : ordered_json(nullptr)},
            {"context", facts.context_width}}},
          {"classes", facts.class_count},
          {"parameters", facts.parameters},
          {"dtype", facts.dtype},
          {"weights", facts.has_both_weights ? ordered_json{"raw", "ema"} : ordered_json::array()},
          {"files", files}};
}

std::string sampler_text(const SchedulerConfig& config) {
  const std::string_view nearest = name_of(nearest_sampler(config));
  if (has_default_sampler(config)) return std::string(nearest);
  return concat("none here equals the model's own, ", config.class_name, "; the nearest is ", nearest);
}

void print_facts(const ModelFacts& facts) {
  if (!facts.purpose.empty()) {
    std::cout << facts.path.string() << "\n  family      " << facts.family << " (" << facts.purpose << ")\n"
              << "  parameters  " << facts.parameters << ", " << facts.dtype << '\n';
    return;
  }
  std::cout << facts.path.string() << "\n  family      " << facts.family << " (" << facts.network_class << ")\n"
            << "  parameters  " << facts.parameters << ", " << facts.dtype
            << (facts.has_both_weights ? ", raw and averaged (--weights raw|ema)" : "") << "\n  latent      ";
  if (facts.latent) {
    std::cout << facts.latent->channels << " channels, factor " << facts.latent->factor << ", scale "
              << facts.latent->scale << (facts.latent->presumed ? "; the autoencoder is missing, give --vae\n" : "\n");
  } else {
    std::cout << facts.latent_channels << " channels, the rest is inherited from the pair\n";
  }
  std::cout << "  schedule    ";
  if (facts.scheduler) {
    const NoiseSchedule schedule(*facts.scheduler);
    std::cout << name_of(facts.scheduler->beta_schedule) << " betas, sigma " << schedule.sigma_min().value << " to "
              << schedule.sigma_max().value << ", predicts " << name_of(facts.scheduler->prediction) << '\n'
              << "  sampler     " << sampler_text(*facts.scheduler) << '\n';
  } else {
    std::cout << "inherited from the large model (a bare network folder)\n";
  }
  if (facts.class_count > 0) {
    std::cout << "  condition   one of " << facts.class_count << " classes\n";
    return;
  }
  std::cout << "  text        context of width " << facts.context_width
            << (facts.text_width ? "" : ", no text encoder of its own") << "\n";
}

ordered_json verdict_json(const StitchVerdict& verdict) {
  return {{"stitch", verdict.stitch},
          {"reasons", verdict.reasons},
          {"warnings", verdict.warnings},
          {"notes", verdict.notes}};
}

ExitCode inspect(const InspectArguments& arguments) {
  const EngineHost host = host_for(arguments.run);
  std::vector<ModelFacts> facts;
  for (const std::string& place : arguments.places) {
    facts.push_back(host.engine->inspect(place));
    if (arguments.run.json) {
      print_line(facts_json(facts.back()));
    } else {
      print_facts(facts.back());
    }
  }
  if (facts.size() != 2) return ExitCode::Done;
  const StitchVerdict verdict = check_stitch(facts[0], facts[1]);
  if (arguments.run.json) {
    print_line(verdict_json(verdict));
  } else {
    std::cout << (verdict.stitch ? "They stitch.\n" : "They do not stitch:\n");
    for (const std::string& reason : verdict.reasons) std::cout << "  " << reason << '\n';
    for (const std::string& warning : verdict.warnings) std::cout << "  warning: " << warning << '\n';
    for (const std::string& note : verdict.notes) std::cout << "  note: " << note << '\n';
  }
  return ExitCode::Done;
}

}  // namespace

Command add_inspect(CLI::App& program) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* app = program.add_subcommand("inspect", "what a model is; with two, whether they stitch");
  app->add_option("PATH", arguments->places,
                  "diffusers folder, network folder, file of weights, or a name from models/")
      ->required();
  app->add_option_function<std::string>(
         "--profile", [arguments](const std::string& text) { arguments->run.profile = text; },
         "settings, caches and models of one's own live in DIR")
      ->type_name("DIR");
  app->add_flag("--json", arguments->run.json, "one JSON object a path");
  add_engine_options(*app, arguments->run);
  return [arguments] { return inspect(*arguments); };
}

}  // namespace tstitch::cli
