#include "app/cli/arguments.h"

#include "core/base/text.h"
#include "core/request/limits.h"
#include "core/request/names.h"

namespace tstitch::cli {

namespace {

template <class Choice>
std::string choices() {
  const auto names = all_names<Choice>();
  return join({names.begin(), names.end()}, "|");
}

void option(CLI::App& app, const std::string& name, RunArguments::Text& target, const std::string& value,
            const std::string& help) {
  app.add_option_function<std::string>(
         name, [&target](const std::string& text) { target = text; }, help)
      ->type_name(value)
      ->take_last();
}

}  // namespace

void add_model_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Models");
  option(app, "--large", arguments.large, "PATH", "diffusers folder, network folder, or a name from models/");
  option(app, "--small", arguments.small, "PATH", "the small denoiser, likewise");
  app.add_option("--model", arguments.models, "a further denoiser for --segments (repeatable)")->type_name("NAME=PATH");
  option(app, "--pair", arguments.pair, "NAME", "a pair from models/ (default: the bundled one)");
  option(app, "--vae", arguments.vae, "PATH", "another autoencoder");
  app.add_option(
         "--control", arguments.controls,
         concat("guide by a picture (repeatable): KIND=IMAGE,model=PATH[,scale=0.5][,start=0][,end=1]"
                "[,on=both|small|large][,map|,annotator=PATH][,low=100][,high=200][,fit=stretch|crop|pad]; the model "
                "is a ControlNet or a T2I-Adapter; fit: how a picture of another shape is brought to the run's size; "
                "KIND: ",
                choices<ControlKind>()))
      ->type_name("SPEC")
      ->allow_extra_args(false);
  app.add_option("--lora", arguments.loras, "add a LoRA (repeatable): FILE[:WEIGHT][@small|large]")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  app.add_option("--embedding", arguments.embeddings,
                 "let a word stand for a textual inversion (repeatable): FILE[=WORD] (default: the word that the file "
                 "says, or its name)")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  option(app, "--variant", arguments.variant, "NAME", "choose the weight files of that variant: fp16");
  option(app, "--weights", arguments.weights, "NAME",
         concat("where a file holds a network twice, as it is and averaged over its training: ",
                choices<WeightChoice>(), " (auto: ema of DiT, raw of latent diffusion)"));
  option(app, "--ratio", arguments.ratio, "R", "share of the evaluations of the small denoiser: 0.4 or 40%");
  option(app, "--segments", arguments.segments, "LIST",
         "explicit trajectory: small:20,large:31, or small:20@5,large:31@7.5 with a guidance for each");
  app.add_option("--segment-prompt", arguments.segment_prompts,
                 "another prompt for segment I of --segments, counted from 1 (repeatable)")
      ->type_name("I=TEXT")
      ->allow_extra_args(false);
  option(app, "--rule", arguments.rule, "NAME", concat("how the ratio becomes a count: ", choices<SplitRule>()));
  option(app, "--seam", arguments.seam, "NAME", concat("a sampler's history at the seam: ", choices<SeamHistory>()));
}

void add_sampling_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Sampling");
  option(app, "--steps", arguments.steps, "N", concat("denoising steps, 1..", kMostSteps, " (default 25)"));
  option(app, "--sampler", arguments.sampler, "NAME", choices<SamplerKind>());
  option(app, "--spacing", arguments.spacing, "NAME", choices<Spacing>());
  option(app, "--eta", arguments.eta, "E", "stochasticity of DDIM (default 0) and TCD (default 0.3), 0..1");
  option(app, "--guidance", arguments.guidance, "G", "classifier-free guidance (default 7.5; 1 = off)");
  option(app, "--guidance-small", arguments.guidance_small, "G", "another one for the small denoiser");
  option(app, "--guidance-embedding", arguments.guidance_embedding, "NAME",
         concat("what LCM U-Nets are told of the guidance: ", choices<GuidanceEmbedding>()));
  option(app, "--guided-channels", arguments.guided_channels, "N",
         concat("DiT: the latent channels that guidance acts on: ", choices<GuidedChannels>(),
                " (auto: 3 for original checkpoints)"));
  option(app, "--null-class", arguments.null_class, "NAME",
         concat("latent diffusion: what stands for no class: ", choices<NullClass>()));
  option(app, "--size", arguments.size, "WxH", "pixels, multiples of 8 (default: the model's)");
  option(app, "--image", arguments.image, "FILE",
         "the picture to start from, instead of noise alone; brought to --size (default: its own size)");
  option(app, "--strength", arguments.strength, "S",
         "how far it is changed, above 0 and at most 1 (default 0.8): of N steps the last int(N*S) run, and the ratio "
         "and --segments count their evaluations");
  option(app, "--mask", arguments.mask, "FILE",
         "what of it is drawn anew: white; black stays; stretched to the picture's size");
  option(app, "--mask-feather", arguments.mask_feather, "PX",
         concat("paste the old picture back beyond so many pixels around the mask, 0..", kMostFeather,
                " (default 0: it is not)"));
  option(app, "--second-pass", arguments.second_pass, "SPEC",
         "a second, larger run from what the first one made: "
         "scale=1.5,upscale=lanczos|latent,strength=S[,steps=N][,ratio=R]");
  option(app, "--original-size", arguments.original_size, "WxH", "SDXL: size before scaling (default: the picture's)");
  option(app, "--crop", arguments.crop, "X,Y", "SDXL: what is cut off at the left and the top (default 0,0)");
  option(app, "--target-size", arguments.target_size, "WxH", "SDXL: size it is made for (default: the picture's)");
}

void add_device_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Machine");
  option(app, "--device", arguments.device, "NAME", "auto|cpu|cuda[:INDEX]");
  option(app, "--precision", arguments.precision, "NAME",
         "auto|fp32|fp16|bf16 (default: fp32, on a GPU fp16); on a CPU those that it has arithmetic for; auto: what a "
         "test of a second, made once, found fastest on it with an error below 3 %");
  option(app, "--threads", arguments.threads, "N",
         "compute threads at the most (default: the cores this process may use); small networks take fewer");
  option(app, "--memory", arguments.memory, "SIZE",
         "the most that a run may take of the device's memory: 16G, 900M (default: what is free); where the denoisers "
         "do not fit side by side, each is let go at the seam");
  option(app, "--profile", arguments.profile, "DIR", "settings, caches and measured times live in DIR");
  app.add_flag("--json", arguments.json, "results as JSON objects, one a line");
}

void add_engine_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Engine");
  option(app, "--engine", arguments.engine, "CMD",
         "the engine that this command line starts (no shell runs): 'tstitch worker', 'ssh box tstitch worker'; here: "
         "inside this program (default)");
  option(app, "--engine-wait", arguments.engine_wait, "SECONDS",
         "for its first word (default 10; 0 = as long as it lives)");
}

void add_picture_options(CLI::App& app, RunArguments& arguments) {
  app.option_defaults()->group("Picture");
  option(app, "PROMPT", arguments.prompt, "TEXT", "what the picture shows; may be empty");
  option(app, "--class", arguments.classes, "I[,I...]",
         "class-conditional models: a picture of each class, by number or name");
  option(app, "--negative", arguments.negative, "TEXT", "what it does not show");
  option(app, "--prompt-syntax", arguments.prompt_syntax, "NAME", choices<PromptSyntax>());
  option(app, "--clip-skip", arguments.clip_skip, "N",
         "hidden layer that encodes the prompt, counted from the end (default: the model's own: SD 1: 1, SDXL: 2)");
  option(app, "--text", arguments.text, "NAME", concat("text encoder of the small denoiser: ", choices<TextSource>()));
  option(app, "--seed", arguments.seed, "S", "0..2^64-1 (default: a random one, printed)");
  option(app, "--decoder", arguments.decoder, "NAME", choices<DecoderKind>());
  option(app, "--from", arguments.from, "PICTURE",
         "the request stored in a picture or a .tstitch file; options beside it win");
  app.option_defaults()->group("Files");
  option(app, "--output", arguments.output, "PATH", "a folder, a pattern like out/[number]-[seed].png, or one file");
  app.add_flag("--no-metadata", arguments.no_metadata, "write the picture without its request");
  option(app, "--preview", arguments.preview, "DIR", "write the previews there");
  option(app, "--preview-every", arguments.preview_every, "N", "evaluations between previews (default 1)");
  option(app, "--init-latents", arguments.init_latents, "FILE", "unit noise to start from (key latents)");
  option(app, "--step-noise", arguments.step_noise, "FILE", "unit noise of each evaluation (key noise)");
  option(app, "--save-latents", arguments.save_latents, "FILE", "the final latents (key latents)");
  option(app, "--save-trajectory", arguments.save_trajectory, "FILE", "latents and estimates of every evaluation");
}

}  // namespace tstitch::cli
