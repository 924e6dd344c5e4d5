"""Runs that start from a picture and see a control, by diffusers and by tstitch, on small random pairs: latents compared.

`control` and `control-inpaint` are diffusers' image-to-image and inpainting pipelines with a ControlNet for SD and SDXL; for a
stitched run the first evaluations of their U-Net are answered by the small one, which has the same structure, so that the
residuals are its, too. `adapter` and `adapter-inpaint` (a T2I-Adapter beside a source) no pipeline has: the loop is that
of compare_pictures_with_diffusers.py. `half` runs `control` in bf16 and compares with fp32: it may be off by twice what
diffusers' own networks are off in bf16. The other bounds are those of compare_with_diffusers.py.
"""

import argparse
import copy
import pathlib
import sys

import torch
from diffusers import (ControlNetModel, StableDiffusionControlNetImg2ImgPipeline, StableDiffusionControlNetInpaintPipeline,
                       StableDiffusionXLControlNetImg2ImgPipeline, StableDiffusionXLControlNetInpaintPipeline, T2IAdapter)
from diffusers.pipelines.controlnet import (pipeline_controlnet_img2img, pipeline_controlnet_inpaint,
                                            pipeline_controlnet_inpaint_sd_xl, pipeline_controlnet_sd_xl_img2img)
from diffusers.utils import logging
from PIL import Image
from safetensors.torch import save_file

import compare_pictures_with_diffusers as pictures
from compare_adapters_with_diffusers import ADAPTERS
from compare_pictures_with_diffusers import (GUIDANCE, NEGATIVE, SIZE, Loop, as_told, begin, running, save_source, size_of,
                                             stitched, test_picture)
from compare_with_diffusers import (PROMPT, Reference, relative, run_tstitch, scale_weights,
                                    whole_steps)

pictures.MODULES += (pipeline_controlnet_img2img, pipeline_controlnet_inpaint, pipeline_controlnet_inpaint_sd_xl,
                     pipeline_controlnet_sd_xl_img2img)
PAIRS = {"sd15+sd15": ("sd15", "sd15"), "sdxl+sdxl": ("sdxl", "sdxl")}
SCALE, START, END = 0.8, 0.2, 0.9


def pipeline(reference, control, scheduler, masked):
    parts = dict(vae=reference.vae, text_encoder=reference.text, tokenizer=reference.tokenizer, unet=reference.large,
                 controlnet=control, scheduler=scheduler)
    if reference.text_2 is not None:
        kind = StableDiffusionXLControlNetInpaintPipeline if masked else StableDiffusionXLControlNetImg2ImgPipeline
        return kind(text_encoder_2=reference.text_2, tokenizer_2=reference.tokenizer_2, **parts)
    kind = StableDiffusionControlNetInpaintPipeline if masked else StableDiffusionControlNetImg2ImgPipeline
    return kind(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **parts)


def with_control(reference, control, sampler, steps, strength, ratio, unit, noise, picture, mask, seen):
    size = size_of(reference, unit)
    scheduler = reference.scheduler(sampler, "default")
    count, skipped = running(scheduler, steps, strength)
    small = whole_steps(scheduler, count * ratio // 100, count)
    pipe = pipeline(reference, control, scheduler, mask is not None)
    pipe.set_progress_bar_config(disable=True)
    masked = dict(mask_image=mask) if mask is not None else {}
    masked |= {"eta": 0.3} if sampler == "tcd" else {}
    with as_told(unit.to(reference.dtype)), stitched(reference, small, noise[skipped:]):
        return pipe(prompt=PROMPT, image=picture if mask is not None else picture.resize(size, Image.Resampling.LANCZOS),
                    control_image=seen, negative_prompt=NEGATIVE, strength=strength, num_inference_steps=steps,
                    guidance_scale=GUIDANCE, width=size[0], height=size[1], controlnet_conditioning_scale=SCALE,
                    control_guidance_start=START, control_guidance_end=END, output_type="latent", **masked).images


def as_features(reference, adapter, seen):
    map_ = torch.frombuffer(bytearray(seen.tobytes()), dtype=torch.uint8).reshape(seen.height, seen.width, 3)
    return adapter(map_.permute(2, 0, 1)[None].to(reference.dtype) / 255)


def with_adapter(reference, adapter, sampler, steps, strength, ratio, unit, noise, picture, mask, seen):
    scheduler = reference.scheduler(sampler, "default")
    size = size_of(reference, unit)
    conditions = reference.conditions(PROMPT, NEGATIVE, size)
    features = as_features(reference, adapter, seen)
    kept = {net: net.forward for net in (reference.small, reference.large)}

    def seeing(forward):
        def call(inputs, *arguments, **named):
            added = [SCALE * feature.repeat(inputs.shape[0], 1, 1, 1) for feature in features]
            return forward(inputs, *arguments, down_intrablock_additional_residuals=added, **named)
        return call

    def who(i, count):
        small = whole_steps(scheduler, count * ratio // 100, count)
        return (reference.small if i < small else reference.large), conditions, GUIDANCE

    for net, forward in kept.items():
        net.forward = seeing(forward)
    try:
        return Loop(reference, picture, mask, size).run(scheduler, steps, strength, who, unit, noise)
    finally:
        for net, forward in kept.items():
            net.forward = forward


def made_control(folder, kind, reference):
    """The control's network in both precisions, its folder, and the option's words."""
    if kind.startswith("adapter"):
        network = T2IAdapter(**ADAPTERS["xl" if reference.text_2 is not None else "full"])
        said = f"scale={SCALE}"
    else:
        network = ControlNetModel.from_unet(reference.large)
        said = f"scale={SCALE},start={START},end={END}"
    scale_weights(network, 7).save_pretrained(folder / "control")
    words = ["--control", f"other={folder / 'map.png'},model={folder / 'control'},{said}"]
    return network, copy.deepcopy(network).double(), words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", nargs="*", default=list(PAIRS))
    parser.add_argument("--kinds", nargs="*", default=["control", "control-inpaint", "adapter", "adapter-inpaint", "half"])
    parser.add_argument("--samplers", nargs="*", default=["ddim", "euler", "heun", "dpmpp-2m", "unipc", "lcm"])
    parser.add_argument("--ratios", nargs="*", type=int, default=[0, 40, 100])
    parser.add_argument("--strengths", nargs="*", type=float, default=[0.7, 1.0])
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()
    logging.set_verbosity_error()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    failures = 0
    for pair in options.pairs:
        for kind in options.kinds:
            folder = options.work / f"{pair}-{kind}"
            begin(folder, PAIRS[pair])
            picture, mask, words = save_source(folder, kind.endswith("inpaint"))
            seen = test_picture(5, 3, SIZE, 1)
            seen.save(folder / "map.png")
            single, double = Reference(folder), Reference(folder, torch.float64)
            network, network_double, control = made_control(folder, kind, single)
            other, other_network = double, network_double
            if kind == "half":
                other, other_network = Reference(folder, torch.bfloat16), copy.deepcopy(network).to(torch.bfloat16)
                words += ["--precision", "bf16"]
            way = with_adapter if kind.startswith("adapter") else with_control
            unit = torch.randn(1, 4, SIZE[1] // 8, SIZE[0] // 8)
            save_file({"latents": unit}, folder / "init.safetensors")
            for sampler in options.samplers:
                probe = single.scheduler(sampler, "default")
                probe.set_timesteps(options.steps)
                noise = torch.randn(len(probe.timesteps), *unit.shape)
                save_file({"noise": noise}, folder / "noise.safetensors")
                for strength in options.strengths:
                    for ratio in options.ratios:
                        case = (sampler, options.steps, strength, ratio, unit, noise, picture, mask, seen)
                        expected = way(single, network, *case)
                        apart = relative(way(other, other_network, *case).double(), expected.double())
                        bound = 2 * apart if kind == "half" else max(1e-4, 40 * apart)
                        label = f"{pair} {kind} {sampler} s={strength} r={ratio}"
                        try:
                            found, _ = run_tstitch(options.tstitch, folder, folder / "out", PROMPT, NEGATIVE, sampler,
                                                   "default", options.steps, ratio, GUIDANCE, SIZE,
                                                   [*words, *control, "--strength", strength])
                        except RuntimeError as problem:
                            print(f"FAIL {label}: {problem}", flush=True)
                            failures += 1
                            continue
                        off = relative(found, expected)
                        failures += not off <= bound
                        print(f"{'ok  ' if off <= bound else 'FAIL'} {label}: latents {off:.1e} (bound {bound:.0e})",
                              flush=True)
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
