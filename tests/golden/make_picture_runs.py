"""Makes picture_runs.json and .safetensors: runs that start from a picture, and runs in pieces, by diffusers.

    python make_picture_runs.py

Pairs are those of make_stitched_runs.py and make_xl_runs.py with generated weights, so goldens hold noise, pictures and
final latents only; networks of nine channels are theirs with a wider first convolution. `img2img`, `inpaint` and
`inpaint9` are diffusers' own pipelines with the mode of the encoder's distribution, `mixed` and `pieces` their loop
(../parity/compare_pictures_with_diffusers.py). `bound`: 1e-4, or four times that between the reference's own fp32 and
fp64 where that is larger. Made with torch 2.12, diffusers 0.42.0 and transformers 5.23.0.
"""

import json
import pathlib
import sys
import tempfile

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.utils import logging
from safetensors.torch import save_file

from make_stitched_runs import EPSILON, HERE, LARGE_SEED, SMALL_SEED, filled, scheduler_config, write_pair
from make_xl_runs import SEEDS, write_parts

sys.path.insert(0, str(HERE.parent / "parity"))
import compare_pictures_with_diffusers as pictures  # noqa: E402
from compare_with_diffusers import Reference, relative  # noqa: E402

pictures.PROMPT, pictures.NEGATIVE, pictures.GUIDANCE = "a cat on blue", "bad", 2.0
pictures.PIECES = [("small", 3.0, None), ("large", 4.5, "a red cat"), ("large", 1.0, None), ("small", 2.0, "")]
STEPS, LATENT = 10, (4, 6, 8)
FACTORS = {"sd": 4, "xl": 8}
CASES = {  # pair, kind, sampler, strength, ratio
    "img2img-ddim": ("sd", "img2img", "ddim", 0.6, 40), "img2img-whole": ("sd", "img2img", "euler", 1.0, 40),
    "img2img-pndm": ("sd", "img2img", "pndm", 0.5, 50), "img2img-heun": ("sd", "img2img", "heun", 0.55, 50),
    "img2img-lms": ("sd", "img2img", "lms", 0.6, 30), "img2img-dpmpp-2s": ("sd", "img2img", "dpmpp-2s", 0.7, 40),
    "img2img-deis": ("sd", "img2img", "deis", 0.6, 0), "img2img-euler-a": ("sd", "img2img", "euler-a", 0.7, 100),
    "inpaint-ddim": ("sd", "inpaint", "ddim", 0.6, 40), "inpaint-whole": ("sd", "inpaint", "euler", 1.0, 40),
    "inpaint-heun": ("sd", "inpaint", "heun", 0.7, 50), "inpaint-dpm2": ("sd", "inpaint", "dpm2", 0.5, 40),
    "inpaint-unipc": ("sd", "inpaint", "unipc", 0.8, 40), "inpaint9-euler": ("sd", "inpaint9", "euler", 0.7, 40),
    "inpaint9-whole": ("sd", "inpaint9", "ddim", 1.0, 40), "mixed": ("sd", "mixed", "ddim", 0.8, 50),
    "mixed-back": ("sd", "mixed-back", "euler", 0.7, 50), "pieces": ("sd", "pieces", "ddim", 1.0, 50),
    "pieces-of-a-part": ("sd", "pieces", "dpmpp-2m", 0.8, 50), "xl-img2img": ("xl", "img2img", "euler", 0.6, 40),
    "xl-inpaint": ("xl", "inpaint", "dpmpp-2m", 0.7, 40), "xl-inpaint9": ("xl", "inpaint9", "euler", 0.8, 40)}


SCHEDULER = {**scheduler_config(EPSILON), "clip_sample": False}  # which the pipelines switch off themselves


def write(pair, folder, kind):
    if pair == "sd":
        write_pair(folder)
        (folder / "large" / "scheduler").mkdir()
        (folder / "large" / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    else:
        write_parts(folder)
    seeds = (SMALL_SEED, LARGE_SEED) if pair == "sd" else (SEEDS["ssd-1b"], SEEDS["sdxl"])
    for place, count, seed in zip(("small", "large"), pictures.CHANNELS[kind], seeds):
        unet = UNet2DConditionModel.from_pretrained(folder / place / "unet")
        filled(UNet2DConditionModel(**{**unet.config, "in_channels": count}), seed).save_pretrained(folder / place / "unet")


def blocks(picture):
    """One pixel of each block; a block has 16 pixels' side."""
    return torch.from_numpy(np.array(picture)[::16, ::16].copy())


def record(name, tensors):
    """What the json says of a case; its tensors go to `tensors`."""
    pair, kind, sampler, strength, ratio = CASES[name]
    size = (FACTORS[pair] * LATENT[2], FACTORS[pair] * LATENT[1])
    picture = pictures.test_picture(3, 3, size)
    mask = pictures.test_picture(4, 1, size) if kind in pictures.WITH_MASK else None
    tensors[pair + ".picture"] = blocks(picture)
    if mask is not None:
        tensors[pair + ".mask"] = blocks(mask.convert("RGB"))
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        write(pair, folder, kind)
        case = (sampler, "default", STEPS, strength, ratio, tensors["initial"], tensors["noise"], picture, mask)
        single = Reference(folder)
        latents = pictures.WAYS[kind](single, *case)
        exact = pictures.WAYS[kind](Reference(folder, torch.float64), *case)
        scheduler = single.scheduler(sampler, "default")
        scheduler.set_timesteps(STEPS)
        evaluations = len(scheduler.timesteps)
        words = []
        if kind == "pieces":
            words = [str(word) for word in pictures.piece_words(scheduler, STEPS, strength)]
    own_error = relative(latents.double(), exact)
    print(f"{name}: fp32 is {own_error:.1e} from fp64", flush=True)
    tensors[name] = latents.float().contiguous()
    small, large = pictures.CHANNELS[kind]
    return {"name": name, "pair": pair, "mask": mask is not None, "sampler": sampler, "strength": strength, "ratio": ratio,
            "channels": {"small": small, "large": large}, "words": words, "size": list(size), "evaluations": evaluations,
            "bound": max(1e-4, 4 * own_error)}


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    generator = torch.Generator().manual_seed(9)
    tensors = {"initial": torch.randn(1, *LATENT, generator=generator),
               "noise": torch.randn(2 * STEPS, 1, *LATENT, generator=generator)}
    said = {"prompt": pictures.PROMPT, "negative": pictures.NEGATIVE, "guidance": pictures.GUIDANCE, "steps": STEPS,
            "scheduler": SCHEDULER, "cases": [record(name, tensors) for name in CASES]}
    (HERE / "picture_runs.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
    save_file(tensors, HERE / "picture_runs.safetensors")


if __name__ == "__main__":
    main()
