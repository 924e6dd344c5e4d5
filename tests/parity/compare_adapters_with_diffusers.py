"""Runs with T2I-Adapters, by diffusers' adapter pipelines and by tstitch, on small random pairs: final latents compared.

The pipelines are StableDiffusionAdapterPipeline and StableDiffusionXLAdapterPipeline as they are; for a stitched run the
first evaluations of their U-Net are answered by the small one. The bound is that of compare_with_diffusers.py.
"""

import argparse
import copy
import pathlib
import sys

import numpy as np
import torch
from diffusers import StableDiffusionAdapterPipeline, StableDiffusionXLAdapterPipeline, T2IAdapter
from PIL import Image
from safetensors.torch import save_file

from compare_with_diffusers import PAIRS, Reference, build_pair, relative, run_tstitch, scale_weights

PROMPT, NEGATIVE, GUIDANCE, SCALE, SIZE = "3d fox on a blue background", "blurry", 5.0, 0.8, (128, 96)
FULL = dict(channels=[32, 64, 96, 96])
ADAPTERS = {
    "full": FULL,
    "grey": dict(FULL, in_channels=1),
    "light": dict(channels=[32, 64, 96], num_res_blocks=3, adapter_type="light_adapter"),
    "xl": dict(FULL, downscale_factor=16, adapter_type="full_adapter_xl"),
    "xl-grey": dict(FULL, in_channels=1, downscale_factor=16, adapter_type="full_adapter_xl"),
}
CASES = [("sd15+bk-base", "full"), ("sd15+bk-base", "grey"), ("sd15+bk-small", "light"), ("sd15+bk-tiny", "full"),
         ("sdxl+ssd-1b", "xl"), ("sdxl+koala-700m", "xl-grey"), ("sdxl+koala-1b", "xl")]


def control_picture(file):
    """A map in grey, of no run's size."""
    levels = np.random.default_rng(7).integers(0, 256, (10, 14), dtype=np.uint8).repeat(9, 0).repeat(9, 1)
    Image.fromarray(np.stack([levels] * 3, -1)).save(file)
    return Image.open(file)


def pipeline(reference, adapter, scheduler):
    parts = dict(vae=reference.vae, text_encoder=reference.text, tokenizer=reference.tokenizer, unet=reference.large,
                 adapter=adapter, scheduler=scheduler)
    if reference.text_2 is not None:
        return StableDiffusionXLAdapterPipeline(text_encoder_2=reference.text_2, tokenizer_2=reference.tokenizer_2, **parts)
    return StableDiffusionAdapterPipeline(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **parts)


class stitched:
    """The large network's first `count` calls are the small one's."""

    def __init__(self, reference, count):
        self.large, self.small, self.left = reference.large, reference.small, count
        self.forward = self.large.forward

    def __enter__(self):
        self.large.forward = self.call

    def call(self, *arguments, **named):
        self.left -= 1
        return (self.small.forward if self.left >= 0 else self.forward)(*arguments, **named)

    def __exit__(self, *_):
        self.large.forward = self.forward


def by_diffusers(reference, adapter, sampler, picture, latents, steps, ratio, end):
    pipe = pipeline(reference, adapter, reference.scheduler(sampler, "default"))
    latents = latents.to(reference.dtype)
    pipe.set_progress_bar_config(disable=True)
    extra = {"adapter_conditioning_factor": end} if reference.text_2 is not None else {}
    seen = picture.convert("L") if adapter.config.in_channels == 1 else picture
    with stitched(reference, steps * ratio // 100):
        return pipe(PROMPT, image=seen, negative_prompt=NEGATIVE, width=SIZE[0], height=SIZE[1], latents=latents,
                    num_inference_steps=steps, guidance_scale=GUIDANCE, adapter_conditioning_scale=SCALE,
                    output_type="latent", **extra).images


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--samplers", nargs="*", default=["ddim", "euler"])
    parser.add_argument("--ratios", nargs="*", type=int, default=[0, 40, 100])
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    picture = control_picture(options.work / "map.png")
    failures = 0
    for pair, kind in CASES:
        folder = options.work / pair
        build_pair(folder, *PAIRS[pair], "epsilon")
        adapter = scale_weights(T2IAdapter(**ADAPTERS[kind]), 6)
        adapter.save_pretrained(options.work / kind)
        single, double = (Reference(folder), adapter), (Reference(folder, torch.float64), copy.deepcopy(adapter).double())
        unit = torch.randn(1, 4, SIZE[1] // 8, SIZE[0] // 8)
        save_file({"latents": unit}, folder / "init.safetensors")
        save_file({"noise": torch.zeros(options.steps, *unit.shape)}, folder / "noise.safetensors")
        for sampler in options.samplers:
            for ratio in options.ratios:
                for end in (1.0, 0.5) if single[0].text_2 is not None else (1.0,):  # SD's pipeline has no such option
                    case = (sampler, picture, unit, options.steps, ratio, end)
                    expected = by_diffusers(*single, *case)
                    bound = max(1e-4, 40 * relative(expected.double(), by_diffusers(*double, *case)))
                    control = f"other={options.work / 'map.png'},model={options.work / kind},scale={SCALE},end={end}"
                    found, _ = run_tstitch(options.tstitch, folder, folder / "out", PROMPT, NEGATIVE, sampler, "default",
                                           options.steps, ratio, GUIDANCE, SIZE, ["--control", control])
                    off = relative(found, expected)
                    failures += off > bound
                    print(f"{'ok  ' if off <= bound else 'FAIL'} {pair} {kind} {sampler} r={ratio} end={end}: "
                          f"latents {off:.1e} (bound {bound:.0e})")
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
