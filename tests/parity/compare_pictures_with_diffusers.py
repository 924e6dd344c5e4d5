"""Runs that start from a picture, and runs in pieces, by diffusers and by tstitch, on small random pairs: latents compared.

`img2img`, `inpaint` and `inpaint9` (networks of nine channels) are diffusers' own pipelines for SD and SDXL with the mode
of the encoder's distribution (sample_mode="argmax") and the given noise; for a stitched run the first evaluations of
their U-Net are answered by the small one. `mixed` (one network of nine channels, one of four) and `pieces` (a guidance
and a prompt for each segment) no pipeline has: the loop is theirs, evaluation by evaluation, as it is for `loop` and
`loop-inpaint`, the image-to-image and inpainting of pairs whose networks are guided in different ways (LCM's). The bound
is that of compare_with_diffusers.py.
"""

import argparse
import contextlib
import json
import pathlib
import shutil
import sys

import numpy as np
import torch
from diffusers import (StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline, StableDiffusionXLImg2ImgPipeline,
                       StableDiffusionXLInpaintPipeline, UNet2DConditionModel)
from diffusers.image_processor import VaeImageProcessor
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_img2img, pipeline_stable_diffusion_inpaint
from diffusers.pipelines.stable_diffusion_xl import (pipeline_stable_diffusion_xl_img2img,
                                                     pipeline_stable_diffusion_xl_inpaint)
from diffusers.utils import logging
from PIL import Image
from safetensors.torch import save_file

from compare_with_diffusers import (PAIRS, PROMPT, SAMPLERS, Reference, build_pair, fed_noise,
                                    relative, run_tstitch, scale_weights, whole_steps)

NEGATIVE, GUIDANCE, SIZE = "blurry", 5.0, (128, 96)
WITH_MASK = ("inpaint", "inpaint9", "mixed", "mixed-back", "loop-inpaint")
CHANNELS = {"img2img": (4, 4), "inpaint": (4, 4), "inpaint9": (9, 9), "mixed": (9, 4), "mixed-back": (4, 9),
            "pieces": (4, 4), "loop": (4, 4), "loop-inpaint": (4, 4)}  # of small and large
MODULES = (pipeline_stable_diffusion_img2img, pipeline_stable_diffusion_inpaint, pipeline_stable_diffusion_xl_img2img,
           pipeline_stable_diffusion_xl_inpaint)
PIECES = [("small", 3.0, None), ("large", 6.5, "a red house"), ("large", 1.0, None), ("small", 2.0, "")]


def test_picture(seed, channels, size, times=2):
    """Blocks of 8 pixels' side at that size, times larger."""
    levels = np.random.default_rng(seed).integers(0, 256, (size[1] // 8, size[0] // 8, channels), dtype=np.uint8)
    return Image.fromarray(levels.repeat(8 * times, 0).repeat(8 * times, 1).squeeze())


def size_of(reference, unit):
    factor = 2 ** (len(reference.vae.config.block_out_channels) - 1)
    return factor * unit.shape[-1], factor * unit.shape[-2]


def widen(folder, kinds, channels):
    """Gives the pair networks of so many channels."""
    for kind, count, place, seed in zip(kinds, channels, ("small", "large"), (2, 1)):
        unet = UNet2DConditionModel.from_pretrained(folder / place / "unet")
        wide = UNet2DConditionModel(**{**unet.config, "in_channels": count})
        scale_weights(wide, seed)
        wide.conv_out.weight.mul_(0.8)
        wide.save_pretrained(folder / place / "unet")


@contextlib.contextmanager
def as_told(unit):
    """The pipelines take the mode of what they encode, and this noise."""
    kept = [(module.randn_tensor, module.retrieve_latents) for module in MODULES]
    for module in MODULES:
        module.randn_tensor = lambda *_, **__: unit
        module.retrieve_latents = lambda output, **_: output.latent_dist.mode()
    try:
        yield
    finally:
        for module, (randn, retrieve) in zip(MODULES, kept):
            module.randn_tensor, module.retrieve_latents = randn, retrieve


@contextlib.contextmanager
def stitched(reference, count, noise):
    """The large network's first `count` calls are the small one's; each call's step takes its entry of the noise."""
    large, calls = reference.large.forward, iter(range(1000))

    def call(*arguments, **named):
        i = next(calls)
        fed_noise.given = noise[i].to(reference.dtype)
        return (reference.small.forward if i < count else large)(*arguments, **named)

    reference.large.forward = call
    try:
        with fed_noise(noise[0].to(reference.dtype)):
            yield
    finally:
        reference.large.forward = large


def running(scheduler, steps, strength):
    """How many evaluations run, and how many come before them."""
    scheduler.set_timesteps(steps)
    skipped = (steps - min(int(steps * strength), steps)) * scheduler.order
    return len(scheduler.timesteps) - skipped, skipped


def pipeline(reference, scheduler, masked):
    parts = dict(vae=reference.vae, text_encoder=reference.text, tokenizer=reference.tokenizer, unet=reference.large,
                 scheduler=scheduler)
    if reference.text_2 is not None:
        kind = StableDiffusionXLInpaintPipeline if masked else StableDiffusionXLImg2ImgPipeline
        return kind(text_encoder_2=reference.text_2, tokenizer_2=reference.tokenizer_2, **parts)
    kind = StableDiffusionInpaintPipeline if masked else StableDiffusionImg2ImgPipeline
    return kind(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **parts)


def by_pipeline(reference, sampler, spacing, steps, strength, ratio, unit, noise, picture, mask):
    size = size_of(reference, unit)
    scheduler = reference.scheduler(sampler, spacing)
    count, skipped = running(scheduler, steps, strength)
    small = whole_steps(scheduler, count * ratio // 100, count)
    pipe = pipeline(reference, scheduler, mask is not None)
    pipe.set_progress_bar_config(disable=True)
    sized = dict(mask_image=mask, width=size[0], height=size[1]) if mask is not None else {}
    sized |= {"eta": 0.3} if sampler == "tcd" else {}  # its class's own, and ours
    with as_told(unit.to(reference.dtype)), stitched(reference, small, noise[skipped:]):
        return pipe(prompt=PROMPT, image=picture if mask is not None else picture.resize(size, Image.Resampling.LANCZOS),
                    negative_prompt=NEGATIVE, strength=strength, num_inference_steps=steps, guidance_scale=GUIDANCE,
                    output_type="latent", **sized).images


class Loop:
    """The pipelines' loop, with whatever answers at each evaluation."""

    def __init__(self, reference, picture, mask, size):
        self.reference, dtype = reference, reference.dtype
        scale = reference.vae.config.scaling_factor
        image = VaeImageProcessor().preprocess(picture, height=size[1], width=size[0])
        self.latents = scale * reference.vae.encode(image.to(dtype)).latent_dist.mode()
        self.mask = None
        if mask is None:
            return
        masks = VaeImageProcessor(do_normalize=False, do_binarize=True, do_convert_grayscale=True)
        whole = masks.preprocess(mask, height=size[1], width=size[0])
        kept = scale * reference.vae.encode((image * (whole < 0.5)).to(dtype)).latent_dist.mode()
        self.mask = torch.nn.functional.interpolate(whole, size=self.latents.shape[-2:]).to(dtype)
        self.told = torch.cat([self.mask, kept], 1)

    def run(self, scheduler, steps, strength, who, unit, noise):
        """`who`: (network, conditions, guidance) of each evaluation that runs."""
        reference = self.reference
        unit = unit.to(reference.dtype)
        count, skipped = running(scheduler, steps, strength)
        timesteps = scheduler.timesteps[skipped:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(skipped)
        x = scheduler.add_noise(self.latents, unit, timesteps[:1])
        if self.mask is not None and strength == 1.0:
            x = unit * scheduler.init_noise_sigma
        for i, t in enumerate(timesteps):
            net, conditions, guidance = who(i, count)
            inputs = scheduler.scale_model_input(x, t)
            wide = net.config.in_channels == 9
            inputs = torch.cat([inputs, self.told], 1) if wide else inputs
            output = reference.predict(net, inputs, t, conditions, guidance)
            with fed_noise(noise[skipped + i].to(reference.dtype)):
                x = scheduler.step(output, t, x).prev_sample
            if self.mask is not None and not wide:
                last = i + 1 == len(timesteps)
                kept = self.latents if last else scheduler.add_noise(self.latents, unit, timesteps[i + 1:i + 2])
                x = (1 - self.mask) * kept + self.mask * x
        return x


def by_loop(reference, sampler, spacing, steps, strength, ratio, unit, noise, picture, mask):
    scheduler = reference.scheduler(sampler, spacing)
    size = size_of(reference, unit)
    conditions = reference.conditions(PROMPT, NEGATIVE, size)

    def who(i, count):
        small = whole_steps(scheduler, count * ratio // 100, count)
        return (reference.small if i < small else reference.large), conditions, GUIDANCE

    return Loop(reference, picture, mask, size).run(scheduler, steps, strength, who, unit, noise)


def piece_lengths(scheduler, count):
    """Four segments of whole steps."""
    places = [whole_steps(scheduler, count * part // 4, count) for part in range(1, 4)]
    ends = [0, *places, count]
    return [end - begin for begin, end in zip(ends, ends[1:])]


def in_pieces(reference, sampler, spacing, steps, strength, _, unit, noise, picture, mask):
    scheduler = reference.scheduler(sampler, spacing)
    size = size_of(reference, unit)
    told = [reference.conditions(PROMPT if prompt is None else prompt, NEGATIVE, size) for _, _, prompt in PIECES]

    def who(i, count):
        for (name, guidance, _), conditions, length in zip(PIECES, told, piece_lengths(scheduler, count)):
            if i < length:
                return getattr(reference, name), conditions, guidance
            i -= length

    return Loop(reference, picture, mask, size).run(scheduler, steps, strength, who, unit, noise)


def piece_words(scheduler, steps, strength):
    """The options of the pieces that are not empty, at least three."""
    count, _ = running(scheduler, steps, strength)
    left = [(piece, length) for piece, length in zip(PIECES, piece_lengths(scheduler, count)) if length]
    words = ["--segments", ",".join(f"{name}:{length}@{guidance}" for (name, guidance, _), length in left)]
    for number, ((_, _, prompt), _) in enumerate(left, 1):
        words += [] if prompt is None else ["--segment-prompt", f"{number}={prompt}"]
    return words


WAYS = {"img2img": by_pipeline, "inpaint": by_pipeline, "inpaint9": by_pipeline, "mixed": by_loop, "mixed-back": by_loop,
        "pieces": in_pieces, "loop": by_loop, "loop-inpaint": by_loop}


def begin(folder, parts, prediction="epsilon", settings={}):
    """A pair of its own in `folder`. The pipelines switch clipping off, whatever the class's default is."""
    torch.manual_seed(0)
    shutil.rmtree(folder, ignore_errors=True)
    build_pair(folder, *parts, prediction)
    config = {**json.loads((folder / "scheduler.json").read_text()), "clip_sample": False, **settings}
    (folder / "large" / "scheduler" / "scheduler_config.json").write_text(json.dumps(config))


def save_source(folder, with_mask):
    """Picture and mask (or None), and the words that name them."""
    picture = test_picture(3, 3, SIZE)
    mask = test_picture(4, 1, SIZE) if with_mask else None
    picture.save(folder / "picture.png")
    words = ["--image", folder / "picture.png"]
    if mask is not None:
        mask.save(folder / "mask.png")
        words += ["--mask", folder / "mask.png"]
    return picture, mask, words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", nargs="*", default=["sd15+bk-small", "sdxl+ssd-1b"])
    parser.add_argument("--kinds", nargs="*", default=list(WAYS))
    parser.add_argument("--samplers", nargs="*", default=list(SAMPLERS))
    parser.add_argument("--spacings", nargs="*", default=["default"])
    parser.add_argument("--ratios", nargs="*", type=int, default=[0, 40, 100])
    parser.add_argument("--strengths", nargs="*", type=float, default=[0.35, 0.7, 1.0])
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON, added to the scheduler's config")
    options = parser.parse_args()
    logging.set_verbosity_error()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    failures, largest = 0, {}
    for pair in options.pairs:
        for kind in options.kinds:
            folder = options.work / f"{pair}-{kind}"
            begin(folder, PAIRS[pair], "v_prediction" if "21v" in pair else "epsilon", options.settings)
            widen(folder, PAIRS[pair], CHANNELS[kind])
            picture, mask, words = save_source(folder, kind in WITH_MASK)
            single, double = Reference(folder), Reference(folder, torch.float64)
            unit = torch.randn(1, 4, SIZE[1] // 8, SIZE[0] // 8)
            save_file({"latents": unit}, folder / "init.safetensors")
            for sampler in options.samplers:
                for spacing in options.spacings:
                    probe = single.scheduler(sampler, spacing)
                    probe.set_timesteps(options.steps)
                    noise = torch.randn(len(probe.timesteps), *unit.shape)
                    save_file({"noise": noise}, folder / "noise.safetensors")
                    for strength in options.strengths:
                        for ratio in options.ratios if kind != "pieces" else [50]:
                            case = (sampler, spacing, options.steps, strength, ratio, unit, noise, picture, mask)
                            expected = WAYS[kind](single, *case)
                            exact = WAYS[kind](double, *case)
                            bound = max(1e-4, 40 * relative(expected.double(), exact))
                            extra = [*words, "--strength", strength]
                            extra += piece_words(probe, options.steps, strength) if kind == "pieces" else []
                            label = f"{pair} {kind} {sampler} {spacing} s={strength} r={ratio}"
                            try:
                                found, _ = run_tstitch(options.tstitch, folder, folder / "out", PROMPT, NEGATIVE, sampler,
                                                       spacing, options.steps, ratio, GUIDANCE, SIZE, extra)
                            except RuntimeError as problem:
                                print(f"FAIL {label}: {problem}", flush=True)
                                failures += 1
                                continue
                            off = relative(found, expected)
                            failures += not off <= bound
                            largest[pair, kind] = max(largest.get((pair, kind), 0.0), off)
                            print(f"{'ok  ' if off <= bound else 'FAIL'} {label}: latents {off:.1e} (bound {bound:.0e})",
                                  flush=True)
    for (pair, kind), off in largest.items():
        print(f"{pair} {kind}: at most {off:.1e}")
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
