"""Stitched runs of diffusers and of tstitch on small random pairs, compared: final latents and pictures.

The bound on latents is that of tests/README.md: max|a-b| / max|b| <= 1e-4, or 40 times the distance between the reference's
own fp32 and fp64 runs where that is larger. Pictures: 99.9 % of the values within 1 level, none off by more than 2.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import torch
from diffusers import (AutoencoderKL, DDIMScheduler, DDPMScheduler, DEISMultistepScheduler, DPMSolverMultistepScheduler,
                       DPMSolverSDEScheduler, DPMSolverSinglestepScheduler, EulerAncestralDiscreteScheduler,
                       EulerDiscreteScheduler, HeunDiscreteScheduler, KDPM2AncestralDiscreteScheduler,
                       KDPM2DiscreteScheduler, LCMScheduler, LMSDiscreteScheduler, PNDMScheduler,
                       StableDiffusionXLPipeline, TCDScheduler, UNet2DConditionModel, UniPCMultistepScheduler)
from diffusers.schedulers import (scheduling_ddim, scheduling_ddpm, scheduling_dpmsolver_multistep,
                                  scheduling_dpmsolver_sde, scheduling_dpmsolver_singlestep,
                                  scheduling_euler_ancestral_discrete, scheduling_k_dpm_2_ancestral_discrete,
                                  scheduling_lcm, scheduling_tcd)
from diffusers.utils import logging
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOKENIZER = ROOT / "models" / "miniature" / "large" / "tokenizer"
PROMPT = "3d fox on a blue background"
WIDTH = 32  # of the first text encoder
SECOND_WIDTH = 48  # of SDXL's second one
POOLED = 40
TIME_ID_WIDTH = 8

SD1_SCHEDULER = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True,
                     set_alpha_to_one=False, steps_offset=1)
BLOCKS = {
    "sd15": dict(block_out_channels=(32, 64, 96, 96), layers_per_block=2, attention_head_dim=8),
    "sd21v": dict(block_out_channels=(32, 64, 96, 96), layers_per_block=2, attention_head_dim=(1, 2, 3, 3),
                  use_linear_projection=True, upcast_attention=True),
    "bk-base": dict(block_out_channels=(32, 64, 96, 96), layers_per_block=1, attention_head_dim=8),
    "bk-small": dict(block_out_channels=(32, 64, 96, 96), layers_per_block=1, attention_head_dim=8, mid_block_type=None),
    "bk-tiny": dict(block_out_channels=(32, 64, 96), layers_per_block=1, attention_head_dim=8, mid_block_type=None,
                    down_block_types=("CrossAttnDownBlock2D",) * 3, up_block_types=("CrossAttnUpBlock2D",) * 3),
}
XL = dict(block_out_channels=(32, 64, 96), down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * 2,
          up_block_types=("CrossAttnUpBlock2D",) * 2 + ("UpBlock2D",), attention_head_dim=(1, 2, 3),
          use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=TIME_ID_WIDTH)
BLOCKS.update({
    "sdxl": dict(**XL, layers_per_block=2, transformer_layers_per_block=(1, 2, 3)),
    "ssd-1b": dict(**XL, layers_per_block=2, mid_block_type="UNetMidBlock2D",
                   transformer_layers_per_block=[1, [1, 1], [2, 2]],
                   reverse_transformer_layers_per_block=[[2, 2, 3], [2, 1, 1], 1]),
    "vega": dict(**XL, layers_per_block=2, mid_block_type="UNetMidBlock2D",
                 transformer_layers_per_block=[1, [1, 1], [2, 2]],
                 reverse_transformer_layers_per_block=[[2, 2, 2], [1, 1, 1], 1]),
    "koala-700m": dict(**XL, layers_per_block=1, mid_block_type=None, transformer_layers_per_block=(0, 2, 3)),
    "koala-1b": dict(**XL, layers_per_block=1, transformer_layers_per_block=(0, 2, 3)),
    "lcm-sdxl": dict(**XL, layers_per_block=2, transformer_layers_per_block=(1, 2, 3), time_cond_proj_dim=16),
})
XL_BLOCKS = {"sdxl", "ssd-1b", "vega", "koala-700m", "koala-1b", "lcm-sdxl"}
PAIRS = {"sd15+bk-tiny": ("bk-tiny", "sd15"), "sd15+bk-small": ("bk-small", "sd15"), "sd15+bk-base": ("bk-base", "sd15"),
         "sd21v+bk-base": ("bk-base", "sd21v"), "sdxl+ssd-1b": ("ssd-1b", "sdxl"), "ssd-1b+vega": ("vega", "ssd-1b"),
         "sdxl+koala-700m": ("koala-700m", "sdxl"), "sdxl+koala-1b": ("koala-1b", "sdxl"),
         "lcm-sdxl+ssd-1b": ("ssd-1b", "lcm-sdxl")}
SDXL_SCHEDULER = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1,
                      timestep_spacing="leading")
SAMPLERS = {
    "ddim": (DDIMScheduler, {}), "ddpm": (DDPMScheduler, {}), "euler": (EulerDiscreteScheduler, {}),
    "euler-a": (EulerAncestralDiscreteScheduler, {}), "heun": (HeunDiscreteScheduler, {}),
    "lms": (LMSDiscreteScheduler, {}), "pndm": (PNDMScheduler, {}), "dpmpp-2m": (DPMSolverMultistepScheduler, {}),
    "dpmpp-2m-sde": (DPMSolverMultistepScheduler, dict(algorithm_type="sde-dpmsolver++")),
    "unipc": (UniPCMultistepScheduler, {}), "lcm": (LCMScheduler, {}), "dpm2": (KDPM2DiscreteScheduler, {}),
    "dpm2-a": (KDPM2AncestralDiscreteScheduler, {}), "dpmpp-2s": (DPMSolverSinglestepScheduler, {}),
    "dpmpp-sde": (DPMSolverSDEScheduler, {}), "deis": (DEISMultistepScheduler, {}), "tcd": (TCDScheduler, {}),
}
TWO_CALLS = (HeunDiscreteScheduler, KDPM2DiscreteScheduler, KDPM2AncestralDiscreteScheduler, DPMSolverSDEScheduler)
SPACINGS = {"karras": dict(use_karras_sigmas=True), "exponential": dict(use_exponential_sigmas=True),
            "beta": dict(use_beta_sigmas=True),
            "leading": dict(timestep_spacing="leading"), "trailing": dict(timestep_spacing="trailing"),
            "linspace": dict(timestep_spacing="linspace"), "default": {}}


def scale_weights(module, seed):
    """Random weights that move every block's output (tests/README.md)."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            noise = torch.randn(tensor.shape, generator=generator)
            if tensor.dim() < 2:
                tensor.copy_(1 + 0.2 * noise if name.endswith("weight") else 0.2 * noise)
            else:
                tensor.copy_(noise / (tensor[0].numel() ** 0.5))
    return module.eval()


def build_unet(kind, seed):
    text = WIDTH + SECOND_WIDTH if kind in XL_BLOCKS else WIDTH
    extra = dict(projection_class_embeddings_input_dim=POOLED + 6 * TIME_ID_WIDTH) if kind in XL_BLOCKS else {}
    unet = UNet2DConditionModel(sample_size=16, cross_attention_dim=text, norm_num_groups=8, **BLOCKS[kind], **extra)
    scale_weights(unet, seed)
    with torch.no_grad():
        unet.conv_out.weight.mul_(0.8)
    return unet


def build_pair(folder, small, large, prediction):
    folder = pathlib.Path(folder)
    if (folder / "large" / "model_index.json").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    build_unet(large, 1).save_pretrained(folder / "large" / "unet")
    build_unet(small, 2).save_pretrained(folder / "small" / "unet")
    vae = AutoencoderKL(block_out_channels=(16, 32, 32, 32), layers_per_block=1, norm_num_groups=8, latent_channels=4,
                        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
                        sample_size=128)
    scale_weights(vae, 3).save_pretrained(folder / "large" / "vae")
    build_text(folder / "large", two=large in XL_BLOCKS)
    class_name, said = ("EulerDiscreteScheduler", SDXL_SCHEDULER) if large in XL_BLOCKS else ("PNDMScheduler", SD1_SCHEDULER)
    said = {"_class_name": class_name, "num_train_timesteps": 1000, **said, "prediction_type": prediction}
    (folder / "large" / "scheduler").mkdir()
    (folder / "scheduler.json").write_text(json.dumps(said))
    write_scheduler(folder, {})
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"],
             "tokenizer": ["transformers", "CLIPTokenizer"], "scheduler": ["diffusers", class_name]}
    if large in XL_BLOCKS:
        index.update({"_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True,
                      "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
                      "tokenizer_2": ["transformers", "CLIPTokenizer"]})
    (folder / "large" / "model_index.json").write_text(json.dumps(index))


def write_scheduler(folder, settings):
    """The pair's own scheduler config with these settings added."""
    said = {**json.loads((folder / "scheduler.json").read_text()), **settings}
    (folder / "large" / "scheduler" / "scheduler_config.json").write_text(json.dumps(said))


def build_text(folder, two):
    """One text encoder, or SDXL's two: the second one projects, and pads with `!`."""
    said = dict(vocab_size=3562, num_attention_heads=4, max_position_embeddings=32, eos_token_id=2)
    first = CLIPTextConfig(hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=3, **said)
    scale_weights(CLIPTextModel(first), 4).save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    if not two:
        return
    second = CLIPTextConfig(hidden_size=SECOND_WIDTH, intermediate_size=96, num_hidden_layers=4, hidden_act="gelu",
                            projection_dim=POOLED, **said)
    scale_weights(CLIPTextModelWithProjection(second), 5).save_pretrained(folder / "text_encoder_2")
    save_tokenizer(folder / "tokenizer_2", pad_token="!")


def save_tokenizer(folder, **said):
    CLIPTokenizer.from_pretrained(TOKENIZER, **said).save_pretrained(folder)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(TOKENIZER / name, folder / name)


class Reference:
    """diffusers' networks and schedulers, and the loop of a stitched pipeline."""

    def __init__(self, folder, dtype=torch.float32):
        folder = pathlib.Path(folder)
        self.folder, self.dtype = folder, dtype
        self.large = UNet2DConditionModel.from_pretrained(folder / "large" / "unet").to(dtype).eval()
        self.small = UNet2DConditionModel.from_pretrained(folder / "small" / "unet").to(dtype).eval()
        self.vae = AutoencoderKL.from_pretrained(folder / "large" / "vae").to(dtype).eval()
        self.text = CLIPTextModel.from_pretrained(folder / "large" / "text_encoder").to(dtype).eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "large" / "tokenizer")
        self.text_2 = self.tokenizer_2 = None
        if (folder / "large" / "text_encoder_2").exists():
            self.text_2 = CLIPTextModelWithProjection.from_pretrained(folder / "large" / "text_encoder_2").to(dtype).eval()
            self.tokenizer_2 = CLIPTokenizer.from_pretrained(folder / "large" / "tokenizer_2")

    def scheduler(self, sampler, spacing):
        kind, extra = SAMPLERS[sampler]
        config = json.loads((self.folder / "large" / "scheduler" / "scheduler_config.json").read_text())
        return kind.from_config({**config, **extra, **SPACINGS[spacing]})

    def encode(self, text):
        """The states and, for SDXL, the pooled vector."""
        if self.text_2 is None:
            return self.text(token_ids(self.tokenizer, text))[0].to(self.dtype), None
        first = self.text(token_ids(self.tokenizer, text), output_hidden_states=True)
        second = self.text_2(token_ids(self.tokenizer_2, text), output_hidden_states=True)
        states = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], -1)
        return states.to(self.dtype), second.text_embeds.to(self.dtype)

    def conditions(self, prompt, negative, size):
        """Negative first: states, pooled vectors, time ids."""
        states, pooled = self.encode(prompt)
        if self.text_2 is not None and negative is None:
            none = (torch.zeros_like(states), torch.zeros_like(pooled))
        else:
            none = self.encode(negative or "")
        ids = torch.tensor([[size[1], size[0], 0, 0, size[1], size[0]]], dtype=self.dtype)
        return [(none[0], none[1], ids), (states, pooled, ids)]

    def predict(self, net, inputs, t, conditions, guidance):
        """The raw output, guided: LCM's networks are told the guidance instead (diffusers' pipelines)."""
        told = getattr(net.config, "time_cond_proj_dim", None)
        twice = guidance > 1 and told is None
        halves = conditions if twice else conditions[1:]
        extra = {}
        if told:
            w = torch.tensor([guidance - 1.0])
            extra["timestep_cond"] = StableDiffusionXLPipeline.get_guidance_scale_embedding(None, w, told).to(self.dtype)
        if halves[0][1] is not None:
            extra["added_cond_kwargs"] = {"text_embeds": torch.cat([half[1] for half in halves]),
                                          "time_ids": torch.cat([half[2] for half in halves])}
        context = torch.cat([half[0] for half in halves])
        output = net(torch.cat([inputs] * len(halves)), t, encoder_hidden_states=context, **extra).sample
        if twice:
            plain, guided = output.chunk(2)
            output = plain + guidance * (guided - plain)
        return output

    def run(self, prompt, negative, sampler, spacing, steps, ratio, guidance, unit_noise, step_noise, eta=0.0):
        scheduler = self.scheduler(sampler, spacing)
        scheduler.set_timesteps(steps)
        evaluations = len(scheduler.timesteps)
        count = whole_steps(scheduler, evaluations * ratio // 100, evaluations)
        conditions = self.conditions(prompt, negative, (8 * unit_noise.shape[-1], 8 * unit_noise.shape[-2]))
        x = unit_noise.to(self.dtype) * scheduler.init_noise_sigma
        for i, t in enumerate(scheduler.timesteps):
            net = self.small if i < count else self.large
            output = self.predict(net, scheduler.scale_model_input(x, t), t, conditions, guidance)
            with fed_noise(step_noise[i].to(self.dtype)):
                extra = {"eta": eta} if sampler == "ddim" else {}
                x = scheduler.step(output, t, x, **extra).prev_sample
        return x, evaluations

    def picture(self, latents):
        pixels = self.vae.decode(latents / self.vae.config.scaling_factor).sample
        return ((pixels / 2 + 0.5).clamp(0, 1) * 255).round()[0].permute(1, 2, 0).numpy().astype(np.uint8)


def whole_steps(scheduler, count, evaluations):
    """A seam inside a step of several evaluations moves to that step's start (core/schedule/README.md)."""
    if count == evaluations:
        return count
    if isinstance(scheduler, TWO_CALLS):
        return count - count % 2
    runge_kutta = isinstance(scheduler, PNDMScheduler) and not scheduler.config.skip_prk_steps
    return count - count % 4 if runge_kutta and count < 12 else count


def token_ids(tokenizer, text):
    return tokenizer(text, padding="max_length", truncation=True, max_length=tokenizer.model_max_length,
                     return_tensors="pt").input_ids


class fed_noise:
    """Makes the schedulers draw the given noise; the Brownian path of DPMSolverSDE too, one entry per evaluation."""

    MODULES = (scheduling_ddim, scheduling_ddpm, scheduling_dpmsolver_multistep, scheduling_dpmsolver_singlestep,
               scheduling_euler_ancestral_discrete, scheduling_k_dpm_2_ancestral_discrete, scheduling_lcm, scheduling_tcd)
    given = None

    def __init__(self, noise):
        fed_noise.given = noise

    def __enter__(self):
        self.kept = [module.randn_tensor for module in self.MODULES]
        self.kept_path = scheduling_dpmsolver_sde.BrownianTreeNoiseSampler
        for module in self.MODULES:
            module.randn_tensor = lambda *_, **__: fed_noise.given
        # The scheduler keeps the first one it makes, so it looks the entry up when it is asked.
        scheduling_dpmsolver_sde.BrownianTreeNoiseSampler = lambda *_, **__: lambda *_: fed_noise.given

    def __exit__(self, *_):
        for module, kept in zip(self.MODULES, self.kept):
            module.randn_tensor = kept
        scheduling_dpmsolver_sde.BrownianTreeNoiseSampler = self.kept_path


def relative(a, b):
    return ((a - b).abs().max() / b.abs().max()).item()


def run_tstitch(binary, pair, out, prompt, negative, sampler, spacing, steps, ratio, guidance, size, extra):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    negative_words = [] if negative is None else ["--negative", negative]
    command = [binary, "generate", prompt, "--large", pair / "large", "--small", pair / "small" / "unet", *negative_words,
               "--sampler", sampler, "--spacing", spacing, "--steps", steps, "--ratio", f"{ratio}%", "--guidance",
               guidance, "--size", f"{size[0]}x{size[1]}", "--seed", "1", "--output", out / "picture.png",
               "--init-latents", out.parent / "init.safetensors", "--step-noise", out.parent / "noise.safetensors",
               "--save-latents", out / "latents.safetensors", "--profile", out.parent / "profile",
               *([] if "--precision" in extra else ["--precision", "fp32"]),
               "--device", "cpu", *extra]
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"exit {ran.returncode}: {ran.stderr.strip()[-400:]}")
    return load_file(out / "latents.safetensors")["latents"], np.array(Image.open(out / "picture.png"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", nargs="*", default=list(PAIRS))
    parser.add_argument("--samplers", nargs="*", default=list(SAMPLERS))
    parser.add_argument("--spacings", nargs="*", default=["default"])
    parser.add_argument("--ratios", nargs="*", type=int, default=[0, 30, 50, 100])
    parser.add_argument("--guidances", nargs="*", type=float, default=[1.0, 7.5])
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON, added to the scheduler's config")
    parser.add_argument("--no-negative", action="store_true", help="give no negative prompt")
    parser.add_argument("--size", nargs=2, type=int, default=[128, 96])
    options = parser.parse_args()
    torch.manual_seed(0)
    logging.set_verbosity_error()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    failures = 0
    for name in options.pairs:
        folder = options.work / name
        small, large = PAIRS[name]
        build_pair(folder, small, large, "v_prediction" if "21v" in name else "epsilon")
        write_scheduler(folder, options.settings)
        single, double = Reference(folder), Reference(folder, torch.float64)
        w, h = options.size
        unit = torch.randn(1, 4, h // 8, w // 8)
        save_file({"latents": unit}, folder / "init.safetensors")
        for sampler in options.samplers:
            for spacing in options.spacings:
                probe = single.scheduler(sampler, spacing)
                probe.set_timesteps(options.steps)
                noise = torch.randn(len(probe.timesteps), 1, 4, h // 8, w // 8)
                save_file({"noise": noise}, folder / "noise.safetensors")
                for ratio in options.ratios:
                    for guidance in options.guidances:
                        case = (PROMPT, None if options.no_negative else "blurry", sampler, spacing, options.steps,
                                ratio, guidance)
                        expected, _ = single.run(*case, unit, noise)
                        exact, _ = double.run(*case, unit, noise)
                        bound = max(1e-4, 40 * relative(expected.double(), exact))
                        try:
                            found, picture = run_tstitch(options.tstitch, folder, folder / "out", *case, (w, h), [])
                        except RuntimeError as problem:
                            print(f"FAIL {name} {sampler} {spacing} r={ratio} g={guidance}: {problem}")
                            failures += 1
                            continue
                        off = relative(found, expected)
                        levels = np.abs(picture.astype(int) - single.picture(expected).astype(int))
                        good = off <= bound and levels.max() <= 2 and (levels > 1).mean() <= 1e-3
                        failures += not good
                        print(f"{'ok  ' if good else 'FAIL'} {name} {sampler} {spacing} r={ratio} g={guidance}: "
                              f"latents {off:.1e} (bound {bound:.0e}), levels max {levels.max()}")
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
