"""Trains the large U-Net together with the text encoder, or the small U-Net on the frozen text encoder.

    python train_unet.py --role large --steps 3000
    python train_unet.py --role small --steps 3000 --text work/large/text_encoder

A caption names one drawing exactly, so the drawing itself is the exact target. An empty caption may mean any of them: there
the mean over all drawings that the noisy latent can have come from, by their likelihood, takes its place.

Resumes from OUT/state.pt; OUT/unet and OUT/text_encoder always hold the newest averaged weights.
"""
import argparse
import copy
import json
import pathlib
import random
import time

import numpy as np
import torch
from diffusers import AutoencoderKL
from transformers import CLIPTextModel, CLIPTokenizer

from muon import Muon
from nets import NETS, build_text_encoder, build_unet, load_matching, signal_levels, use_fp32_attention
from prepare_data import BACKGROUNDS
from running import rate, save_atomically, wait_while_paused
from train_vae import composite, latents_of, named_colours

Tensor = torch.Tensor


@torch.no_grad()
def cache_latents(vae_folder: pathlib.Path, art: np.ndarray, path: pathlib.Path) -> Tensor:
    """Encodes every drawing on every named background once; (N,K,C,h,w) half floats."""
    newest = max(f.stat().st_mtime for f in vae_folder.iterdir())
    if path.exists() and path.stat().st_mtime > newest:
        return torch.load(path, weights_only=True)
    vae = AutoencoderKL.from_pretrained(vae_folder).eval()
    slices = torch.from_numpy(art).split(64)
    parts = [torch.cat([latents_of(vae, composite(a, colour.expand(len(a), 3))).half() for a in slices])
             for colour in named_colours()]
    latents = torch.stack(parts, 1) * vae.config.scaling_factor
    torch.save(latents, path)
    return latents


def caption(item: dict, colour: str, default_style: str) -> str:
    """Composes a caption; a missing background means white, a missing style the default style."""
    name = item["name"]
    if item["style"] != default_style or random.random() < 0.6:
        name = f"{item['style']} {name}"
    if random.random() < 0.2:
        name = ("an " if name[0] in "aeiou" else "a ") + name
    if colour != "white" or random.random() < 0.15:
        name += f" on a {colour} background"
    return name


class Samples:
    """Batches of latents with freshly composed captions, every drawing of the default style twice per round, others once."""

    COLOURS = list(BACKGROUNDS)
    CHANCES = [0.55] + [0.05] * (len(COLOURS) - 1)
    EMPTY_CAPTIONS = 0.1  # what guidance compares with

    def __init__(self, args: argparse.Namespace, cache: pathlib.Path) -> None:
        self.styles = args.styles.split(",")
        self.batch = args.batch
        items = json.loads((args.data / "items.json").read_text())
        keep = [i for i, item in enumerate(items) if item["style"] in self.styles]
        self.latents = cache_latents(args.vae, np.load(args.data / "art.npy")[keep], cache)
        self.items = [items[i] for i in keep]
        wanted = set(args.concepts.read_text().splitlines()) if args.concepts else {i["name"] for i in self.items}
        self.train = [i for i, item in enumerate(self.items) if not item["held_out"] and item["name"] in wanted]
        self.repeats = [2 if item["style"] == self.styles[0] else 1 for item in self.items]  # in each round
        self.order: list[int] = []

    def draw(self) -> tuple[Tensor, list[str]]:
        """Latents (B,C,h,w) and their captions."""
        if len(self.order) < self.batch:
            round_ = [i for i in self.train for _ in range(self.repeats[i])]
            self.order += random.sample(round_, len(round_))
        pick, self.order = self.order[:self.batch], self.order[self.batch:]
        colours = random.choices(range(len(self.COLOURS)), self.CHANCES, k=self.batch)
        words = ["" if random.random() < self.EMPTY_CAPTIONS else
                 caption(self.items[i], self.COLOURS[c], self.styles[0]) for i, c in zip(pick, colours)]
        return self.latents[pick, colours].float(), words

    def likely_mean(self, noisy: Tensor, level: Tensor) -> Tensor:
        """The mean of all latents, each by its chance to have become the noisy one; noisy (B,C,h,w), level (B,1,1,1)."""
        chances = torch.tensor([self.repeats[i] for i in self.train]).float()[:, None] * torch.tensor(self.CHANCES)
        every = self.latents[self.train].float().flatten(0, 1).flatten(1)
        level = level.flatten(1)
        distance = (noisy.flatten(1).pow(2).sum(1, keepdim=True) - 2 * level.sqrt() * (noisy.flatten(1) @ every.T)
                    + level * every.pow(2).sum(1))
        share = (chances.flatten().log() - distance / (2 * (1 - level))).softmax(1)
        return (share @ every).view_as(noisy)


def optimisers(models: list[torch.nn.Module], kind: str, lr: float) -> list[torch.optim.Optimizer]:
    """Muon for the inner matrices where asked for, AdamW for all others, without decay for biases and norms."""
    params = [p for m in models for p in m.parameters()]
    inner = {id(p) for m in models for name, p in m.named_parameters() if kind == "muon" and p.ndim > 1
             and not any(part in name for part in ("embed", "conv_in", "conv_out"))}
    rest = [p for p in params if id(p) not in inner]
    found = [torch.optim.AdamW([dict(params=[p for p in rest if p.ndim > 1], weight_decay=0.01),
                                dict(params=[p for p in rest if p.ndim <= 1], weight_decay=0)],
                               lr=lr, betas=(0.9, 0.99), fused=True)]
    if inner:
        found.append(Muon([p for p in params if id(p) in inner], lr=lr))
    return found


class UnetTrainer:
    """The nets in training, their averages, their optimisers, and how far they have come."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.out = args.out or pathlib.Path("work") / args.role
        self.out.mkdir(parents=True, exist_ok=True)
        self.samples = Samples(args, self.out.parent / "latents.pt")
        self.tokenizer = CLIPTokenizer.from_pretrained(args.data / "tokenizer")
        self._build()
        self.params = [p for m in self.models for p in m.parameters()]
        self.averages = [copy.deepcopy(m).eval() for m in self.models]
        self.optimisers = optimisers(self.models, args.optimizer, args.lr)
        self.signal = signal_levels(args.device)
        self.step, self.spent = 0, 0.0  # spent: processor seconds
        if (self.out / "state.pt").exists():
            self._restore()

    def _build(self) -> None:
        a, latents = self.args, self.samples.latents
        text = CLIPTextModel.from_pretrained(a.text) if a.text else build_text_encoder(self.tokenizer)
        self.text = text.to(a.device).requires_grad_(a.role == "large")
        self.unet = build_unet(a.net or a.role, text.config.hidden_size, latents.shape[2], latents.shape[-1]).to(a.device)
        self.models = [self.unet, self.text] if a.role == "large" else [self.unet]
        if a.init:
            for model, part in zip(self.models, ("unet", "text_encoder")):
                print(part, "tensors not taken over:", load_matching(model, a.init / part), flush=True)

    def _restore(self) -> None:
        state = torch.load(self.out / "state.pt", map_location=self.args.device, weights_only=True)
        for model, saved in zip(self.models + self.averages, state["models"]):
            model.load_state_dict(saved)
        for optimiser, saved in zip(self.optimisers, state["optimizers"]):
            optimiser.load_state_dict(saved)
        self.step, self.spent = state["step"], state["spent"]

    def save(self) -> None:
        """Writes the resumable state and the averaged weights."""
        state = dict(models=[m.state_dict() for m in self.models + self.averages],
                     optimizers=[o.state_dict() for o in self.optimisers], step=self.step, spent=self.spent)
        save_atomically(state, self.out / "state.pt")
        for average, part in zip(self.averages, ("unet", "text_encoder")):
            average.save_pretrained(self.out / part)

    def _timesteps(self) -> Tensor:
        """Uniform, with an extra share from the noisier half, where layout is decided."""
        a = self.args
        t = torch.randint(0, 1000, (a.batch,), device=a.device)
        return torch.where(torch.rand(a.batch, device=a.device) < a.noisy, 500 + t // 2, t)

    def _target_and_weight(self, x: Tensor, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor | float]:
        if self.args.prediction == "v":  # well-conditioned at every noise level: colours and layout come early
            return level.sqrt() * noise - (1 - level).sqrt() * x, 1.0
        snr = (level / (1 - level)).flatten()
        return noise, snr.clamp(max=5) / snr * (1 + 0.01 / snr).clamp(max=3)  # min-SNR-5, some weight on layout

    def _errors(self) -> tuple[Tensor, Tensor, Tensor]:
        """One batch: the loss, the squared error of each sample, and their timesteps."""
        a = self.args
        x, words = self.samples.draw()
        x = x.to(a.device)
        ids = self.tokenizer(words, padding="max_length", truncation=True, return_tensors="pt").input_ids.to(a.device)
        t = self._timesteps()
        level = self.signal[t][:, None, None, None]
        noise = torch.randn_like(x)
        with torch.autocast(a.device.split(":")[0], dtype=torch.bfloat16):
            with torch.set_grad_enabled(a.role == "large"):
                hidden = self.text(ids).last_hidden_state
            noisy = level.sqrt() * x + (1 - level).sqrt() * noise
            predicted = self.unet(noisy, t, hidden, return_dict=False)[0]
        free = [i for i, w in enumerate(words) if not w]
        if free:
            x[free] = self.samples.likely_mean(noisy[free].cpu(), level[free].cpu()).to(a.device)
            noise[free] = (noisy[free] - level[free].sqrt() * x[free]) / (1 - level[free]).sqrt()
        target, weight = self._target_and_weight(x, noise, level)
        error = (predicted.float() - target).pow(2).mean((1, 2, 3))
        return (weight * error).mean(), error.detach(), t

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.args.ema, (1 + self.step) / (10 + self.step))
        for model, average in zip(self.models, self.averages):
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)

    def train_step(self) -> np.ndarray:
        """One update; returns loss, 1, and the mean error in each quarter of the timesteps."""
        share = rate(self.step, self.args.steps, 150, self.args.decay_from)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.args.lr * share
            optimiser.zero_grad(set_to_none=True)
        loss, error, t = self._errors()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.params, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.step += 1
        self._average()
        quarters = [float(error[t // 250 == q].mean().nan_to_num()) for q in range(4)]
        return np.array([loss.item(), 1, *quarters])

    def train(self) -> None:
        """Trains to the last step."""
        a, before = self.args, self.spent
        start, logged, saved, sums = time.process_time(), time.time(), time.time(), np.zeros(6)
        while self.step < a.steps:
            wait_while_paused(a.pause)
            sums += self.train_step()
            self.spent = before + time.process_time() - start
            if time.time() - logged > 60:
                mean = sums / sums[1]
                print(f"{self.spent / 60:.1f} cpu min step {self.step} loss {mean[0]:.4f} error by quarter of t "
                      + " ".join(f"{v:.4f}" for v in mean[2:])
                      + f" {sums[1] * a.batch / (time.time() - logged):.1f} img/s", flush=True)
                logged, sums = time.time(), np.zeros(6)
            if time.time() - saved > 60 * a.save_every:
                self.save()
                saved = time.time()
        self.save()


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--role", choices=["large", "small"], required=True)
    ap.add_argument("--net", choices=NETS, help="default: the role")
    ap.add_argument("--data", type=pathlib.Path, default="work/data")
    ap.add_argument("--vae", type=pathlib.Path, default="work/vae/vae")
    ap.add_argument("--text", type=pathlib.Path, help="frozen text encoder for the small net")
    ap.add_argument("--out", type=pathlib.Path)
    ap.add_argument("--init", type=pathlib.Path, help="folder whose unet/ and text_encoder/ start the training")
    ap.add_argument("--styles", default="3d,flat", help="styles to train on; the first is the default style")
    ap.add_argument("--concepts", type=pathlib.Path, help="train on the drawings with these names only, one a line")
    ap.add_argument("--steps", type=int, default=3000, help="length of the whole learning-rate schedule")
    ap.add_argument("--decay-from", type=float, default=0.6, help="share of the steps before the rate falls")
    ap.add_argument("--pause", type=pathlib.Path, help="training sleeps while this file exists")
    ap.add_argument("--batch", type=int, default=48)
    ap.add_argument("--prediction", choices=["v", "epsilon"], default="v", help="what the nets predict")
    ap.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    ap.add_argument("--noisy", type=float, default=0.3, help="extra share of samples from the noisier half")
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--ema", type=float, default=0.998)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--save-every", type=float, default=3, help="minutes between checkpoints")
    return ap.parse_args()


def main() -> None:
    args = arguments()
    if args.device == "cpu":
        use_fp32_attention()
    trainer = UnetTrainer(args)
    print(f"{args.role}: {sum(p.numel() for p in trainer.unet.parameters()) / 1e6:.2f} M parameters, "
          f"{len(trainer.samples.train)} drawings", flush=True)
    trainer.train()
    print("finished at step", trainer.step, flush=True)


if __name__ == "__main__":
    main()
