"""Draws the names at several ratios without the program, shows them as sheets and counts what the classifier recognises.

    python judge.py --large weights/large --small weights/small/unet --net work/classifier.pt --ratios 0,40,100 --out work/judged
"""
import argparse
import json
import pathlib

import numpy as np
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

from classifier import load, recognise
from nets import BETAS
from running import wait_while_paused

Tensor = torch.Tensor


class Pair:
    """The pair as trained or as exported."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.tokenizer = CLIPTokenizer.from_pretrained(args.tokenizer)
        self.text = CLIPTextModel.from_pretrained(args.text, torch_dtype=torch.float32).eval()
        self.vae = AutoencoderKL.from_pretrained(args.vae, torch_dtype=torch.float32).eval()
        self.large = UNet2DConditionModel.from_pretrained(args.large, torch_dtype=torch.float32).eval()
        self.small = self.large
        if args.small:
            self.small = UNet2DConditionModel.from_pretrained(args.small, torch_dtype=torch.float32).eval()
        self.scheduler = DDIMScheduler(
            num_train_timesteps=1000, beta_schedule="linear", beta_start=BETAS[0], beta_end=BETAS[1],
            prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False, steps_offset=1)

    def encode(self, words: list[str]) -> Tensor:
        ids = self.tokenizer(words, padding="max_length", truncation=True, return_tensors="pt").input_ids
        return self.text(ids).last_hidden_state

    @torch.no_grad()
    def draw(self, prompts: list[str], ratio: int) -> Tensor:
        """(B,3,H,W) in -1..1; one noise for each prompt, the same at every ratio."""
        a = self.args
        self.scheduler.set_timesteps(a.steps)
        size, channels = self.large.config.sample_size, self.large.config.in_channels
        z = torch.randn(len(prompts), channels, size, size, generator=torch.Generator().manual_seed(a.seed))
        hidden = torch.cat([self.encode([""]).expand(len(prompts), -1, -1), self.encode(prompts)])
        for i, t in enumerate(self.scheduler.timesteps):
            wait_while_paused(a.pause)
            net = self.small if i < a.steps * ratio // 100 else self.large
            with torch.autocast("cpu", dtype=torch.bfloat16):
                free, bound = net(torch.cat([z, z]), t, hidden, return_dict=False)[0].float().chunk(2)
            z = self.scheduler.step(free + a.guidance * (bound - free), t, z).prev_sample
        return self.vae.decode(z / self.vae.config.scaling_factor).sample.clamp(-1, 1)


def write_sheet(pictures: Tensor, right: list[bool], path: pathlib.Path, columns: int = 16) -> None:
    """All pictures in rows, what is not recognised with a red edge."""
    x = ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy().copy()
    for i, ok in enumerate(right):
        if not ok:
            x[i, :3] = x[i, -3:] = x[i, :, :3] = x[i, :, -3:] = (255, 0, 0)
    x = np.concatenate([x, np.full((-len(x) % columns, *x.shape[1:]), 255, np.uint8)])
    Image.fromarray(np.concatenate([np.concatenate(list(row), 1) for row in np.split(x, len(x) // columns)])).save(path)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--large", type=pathlib.Path, required=True)
    ap.add_argument("--small", type=pathlib.Path)
    ap.add_argument("--vae", type=pathlib.Path, required=True)
    ap.add_argument("--text", type=pathlib.Path, required=True)
    ap.add_argument("--tokenizer", type=pathlib.Path, required=True)
    ap.add_argument("--net", type=pathlib.Path, help="the classifier")
    ap.add_argument("--concepts", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "concepts.txt")
    ap.add_argument("--every", type=int, default=1, help="only every n-th name")
    ap.add_argument("--style", default="3d")
    ap.add_argument("--ratios", default="0,20,40,60,80,100")
    ap.add_argument("--steps", type=int, default=25)
    ap.add_argument("--guidance", type=float, default=1.5)
    ap.add_argument("--seed", type=int, default=2)
    ap.add_argument("--batch", type=int, default=31)
    ap.add_argument("--out", type=pathlib.Path, default="work/judged")
    ap.add_argument("--pause", type=pathlib.Path)
    args = ap.parse_args()
    pair = Pair(args)
    net, known = load(args.net) if args.net and args.net.exists() else (None, [])
    names = args.concepts.read_text().split("\n")
    names = [n for n in names if n][::args.every]
    args.out.mkdir(parents=True, exist_ok=True)
    found = {}
    for ratio in (int(r) for r in args.ratios.split(",")):
        pictures = torch.cat([pair.draw([f"{args.style} {n}" for n in names[i:i + args.batch]], ratio)
                              for i in range(0, len(names), args.batch)])
        right, said = [True] * len(names), names
        if net is not None:
            said = [known[k] for k in recognise(net, pictures).argmax(1)]
            right = [s == n for s, n in zip(said, names)]
        found[ratio] = sum(right)
        write_sheet(pictures, right, args.out / f"{args.style}_{ratio}.png")
        print(f"{args.style} ratio {ratio}: {sum(right)} of {len(names)} recognised;",
              ", ".join(f"{n} as {s}" for n, s, ok in zip(names, said, right) if not ok), flush=True)
    (args.out / f"{args.style}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
