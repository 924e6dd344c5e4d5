"""Runs with textual inversions and with other hidden layers, by diffusers' pipelines and by tstitch, on small random
models: final latents compared.

The pipelines are StableDiffusionPipeline and StableDiffusionXLPipeline as they are, with load_textual_inversion() and
`clip_skip`. A prompt that changes along the run is compared with a callback that changes the embeddings. The bound is
that of compare_with_diffusers.py.
"""

import argparse
import copy
import pathlib
import sys

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import save_file

from compare_with_diffusers import PAIRS, Reference, build_pair, relative, run_tstitch

NEGATIVE, GUIDANCE, SIZE = "blurry", 5.0, (128, 96)
PAIRS_HERE = ["sd15+bk-tiny", "sdxl+ssd-1b"]
PROMPTS = {"word": "3d zzmascot on a blue background", "plain": "3d fox on a blue background"}


def pipeline(reference, scheduler):
    parts = dict(vae=reference.vae, text_encoder=copy.deepcopy(reference.text),
                 tokenizer=copy.deepcopy(reference.tokenizer), unet=reference.large, scheduler=scheduler)
    if reference.text_2 is not None:
        return StableDiffusionXLPipeline(text_encoder_2=copy.deepcopy(reference.text_2),
                                         tokenizer_2=copy.deepcopy(reference.tokenizer_2), add_watermarker=False, **parts)
    return StableDiffusionPipeline(safety_checker=None, feature_extractor=None, requires_safety_checker=False, **parts)


def vectors_of(reference):
    """Two vectors a text encoder, in the layout that holds them."""
    encoders = [encoder for encoder in (reference.text, reference.text_2) if encoder is not None]
    torch.manual_seed(5)
    made = [torch.randn(2, encoder.config.hidden_size) for encoder in encoders]
    return {"emb_params": made[0]} if len(made) == 1 else {"clip_l": made[0], "clip_g": made[1]}


def load_words(pipe, vectors):
    for tensor, tokenizer, encoder in zip(vectors.values(), ("tokenizer", "tokenizer_2"),
                                          ("text_encoder", "text_encoder_2")):
        pipe.load_textual_inversion({"zzmascot": tensor}, token="zzmascot", tokenizer=getattr(pipe, tokenizer),
                                    text_encoder=getattr(pipe, encoder))


def by_diffusers(reference, vectors, prompt, skip, latents, steps):
    pipe = pipeline(reference, reference.scheduler("ddim", "default"))
    pipe.scheduler = reference.scheduler("ddim", "default")  # the pipeline changes the one that it is given
    if not hasattr(pipe.text_encoder, "text_model"):
        object.__setattr__(pipe.text_encoder, "text_model", pipe.text_encoder)  # newer transformers have no such level
    pipe.set_progress_bar_config(disable=True)
    load_words(pipe, vectors)
    return pipe(prompt, negative_prompt=NEGATIVE, width=SIZE[0], height=SIZE[1], latents=latents.to(reference.dtype),
                num_inference_steps=steps, guidance_scale=GUIDANCE, clip_skip=skip, output_type="latent").images


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tstitch", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", nargs="*", default=PAIRS_HERE)
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    failures = 0
    for pair in options.pairs:
        folder = options.work / pair
        torch.manual_seed(0)
        build_pair(folder, *PAIRS[pair], "epsilon")
        single, double = Reference(folder), Reference(folder, torch.float64)
        vectors = vectors_of(single)
        save_file(vectors, folder / "zzmascot.safetensors")
        unit = torch.randn(1, 4, SIZE[1] // 8, SIZE[0] // 8)
        save_file({"latents": unit}, folder / "init.safetensors")
        save_file({"noise": torch.zeros(options.steps, *unit.shape)}, folder / "noise.safetensors")
        own = 1 if single.text_2 is None else 2
        for kind, prompt in PROMPTS.items():
            for layer in (None, 1, 2, 3):
                # diffusers counts what is left out on top of its own layer; 1 of SDXL is -1 there.
                skip = None if layer is None else layer - own
                case = (vectors, prompt, skip, unit, options.steps)
                expected = by_diffusers(single, *case)
                bound = max(1e-4, 40 * relative(expected.double(), by_diffusers(double, *case)))
                more = [] if layer is None else ["--clip-skip", str(layer)]
                more += ["--embedding", f"{folder / 'zzmascot.safetensors'}=zzmascot"]
                found, _ = run_tstitch(options.tstitch, folder, folder / "out", prompt, NEGATIVE, "ddim", "default",
                                       options.steps, 0, GUIDANCE, SIZE, more)
                off = relative(found, expected)
                failures += off > bound
                print(f"{'ok  ' if off <= bound else 'FAIL'} {pair} {kind} layer={layer}: latents {off:.1e} "
                      f"(bound {bound:.0e})")
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
