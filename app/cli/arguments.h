#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/engine/engine.h"

namespace tstitch::cli {

/// What was typed, unparsed: every option of the commands that name models and a run. Absent is not empty.
struct RunArguments {
  using Text = std::optional<std::string>;
  Text prompt, negative, prompt_syntax;
  Text large, small, pair, vae, variant, from;
  std::vector<std::string> models;  ///< NAME=PATH
  Text ratio, segments, rule, seam;
  Text steps, sampler, spacing, eta, guidance, guidance_small, size, seed, count;
  Text text, decoder;
  Text device, precision, threads, profile;
  Text init_latents, step_noise, save_latents, save_trajectory;
  Text preview, preview_every, output;
  bool no_metadata = false;
  bool json = false;
};

/// Options that say which models run and how they are split.
void add_model_options(CLI::App& app, RunArguments& arguments);
/// Steps, sampler, size, guidance.
void add_sampling_options(CLI::App& app, RunArguments& arguments);
void add_device_options(CLI::App& app, RunArguments& arguments);
/// Prompt, negative prompt, seed, outputs and tensor files: what only `generate` and `grid` take.
void add_picture_options(CLI::App& app, RunArguments& arguments);

/// The request: explicit option > --from > the pair's manifest > left to the large model's files. Throws UsageError
/// that names the option, BadInput for what is not there.
GenerationRequest request_of(const RunArguments& arguments, Engine& engine);

RunSettings settings_of(const RunArguments& arguments);
Job job_of(const RunArguments& arguments, Engine& engine);

/// "--steps" in 1..1000 and the like; throws UsageError with the option, what it got and what it takes.
int whole_number(const std::string& option, const std::string& text, int low, int high);
double real_number(const std::string& option, const std::string& text, double low, double high);
std::uint64_t seed_number(const std::string& text);

}  // namespace tstitch::cli
