#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace tstitch::cli {

/// What was typed, unparsed: every option of the commands that name models and a run. Absent is not empty.
struct RunArguments {
  using Text = std::optional<std::string>;
  Text prompt, negative, prompt_syntax, classes, clip_skip;
  Text large, small, pair, vae, variant, from;
  std::vector<std::string> models;  ///< NAME=PATH
  std::vector<std::string> controls, loras, embeddings;
  std::vector<std::string> segment_prompts;  ///< I=TEXT
  Text ratio, segments, rule, seam;
  Text steps, sampler, spacing, eta, guidance, guidance_small, size, seed, count;
  Text text, decoder, guidance_embedding, guided_channels, null_class, weights;
  Text original_size, crop, target_size;
  Text image, strength, mask, mask_feather, second_pass;
  Text device, precision, threads, memory, profile;
  Text engine, engine_wait;
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
/// Which engine computes or is asked.
void add_engine_options(CLI::App& app, RunArguments& arguments);
/// Prompt, negative prompt, seed, outputs and tensor files: what only `generate` and `grid` take.
void add_picture_options(CLI::App& app, RunArguments& arguments);

}  // namespace tstitch::cli
