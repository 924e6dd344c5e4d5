"""Turns a trained auto-encoder of factor 4 into one of factor 8, in seconds where a new one takes an hour.

    python grow_vae.py --data work/data --old work/vae4/vae --out work/vae

The outer levels (fine detail) are taken over; one level is inserted in the middle and learns to carry the old net's
features from encoder to decoder. train_vae.py then trains the whole on pictures.
"""
import argparse
import pathlib
import time

import numpy as np
import torch
from diffusers import AutoencoderKL

from muon import Muon
from running import rate, save_atomically, wait_while_paused
from train_vae import build_vae, composite, named_colours

Tensor = torch.Tensor


def take_over(old: AutoencoderKL, new: AutoencoderKL) -> None:
    """Copies the outer levels: encoder blocks by their number, decoder blocks counted from the end."""
    n = len(old.encoder.down_blocks)
    for i in range(n):
        new.encoder.down_blocks[i].load_state_dict(old.encoder.down_blocks[i].state_dict(), strict=False)
        new.decoder.up_blocks[i + 1].load_state_dict(old.decoder.up_blocks[i].state_dict(), strict=True)
    new.encoder.conv_in.load_state_dict(old.encoder.conv_in.state_dict())
    new.decoder.conv_norm_out.load_state_dict(old.decoder.conv_norm_out.state_dict())
    new.decoder.conv_out.load_state_dict(old.decoder.conv_out.state_dict())


def inner_parameters(vae: AutoencoderKL) -> list[torch.nn.Parameter]:
    """Everything that take_over leaves new."""
    e, d = vae.encoder, vae.decoder
    parts = [e.down_blocks[-2].downsamplers, e.down_blocks[-1], e.mid_block, e.conv_norm_out, e.conv_out, vae.quant_conv,
             vae.post_quant_conv, d.conv_in, d.mid_block, d.up_blocks[0]]
    return [p for part in parts for p in part.parameters()]


@torch.no_grad()
def outer_features(old: AutoencoderKL, x: Tensor) -> tuple[Tensor, Tensor]:
    """The last features before the old encoder's middle and after the old decoder's middle."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        h = old.encoder.conv_in(x)
        for block in old.encoder.down_blocks:
            h = block(h)
        e = old.encoder
        z = old.quant_conv(e.conv_out(e.conv_act(e.conv_norm_out(e.mid_block(h))))).chunk(2, 1)[0]
        t = old.decoder.mid_block(old.decoder.conv_in(old.post_quant_conv(z)))
    return h.bfloat16(), t.bfloat16()


def cache_features(args: argparse.Namespace) -> dict[str, Tensor]:
    """Features of every drawing on white and on some of the named colours, in turn."""
    path = args.out / "features.pt"
    if path.exists():
        return torch.load(path, weights_only=True, mmap=True)
    old = AutoencoderKL.from_pretrained(args.old).eval()
    art, colours = torch.from_numpy(np.load(args.data / "art.npy")), named_colours()
    parts = []
    for k in range(args.backgrounds):
        for i in range(0, len(art), 16):
            wait_while_paused(args.pause)
            index = torch.arange(i, min(i + 16, len(art)))
            choice = (k > 0) * (1 + (index + k * 2) % (len(colours) - 1))
            parts.append(outer_features(old, composite(art[index], colours[choice])))
    features = dict(source=torch.cat([p[0] for p in parts]), target=torch.cat([p[1] for p in parts]))
    save_atomically(features, path)
    return features


def carry(vae: AutoencoderKL, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Encoder features through the inserted level; returns decoder features, mean and log variance."""
    e, d = vae.encoder, vae.decoder
    h = e.mid_block(e.down_blocks[-1](e.down_blocks[-2].downsamplers[0](h)))
    mean, logvar = vae.quant_conv(e.conv_out(e.conv_act(e.conv_norm_out(h)))).float().chunk(2, 1)
    logvar = logvar.clamp(-30, 20)
    z = mean + (0.5 * logvar).exp() * torch.randn_like(mean)
    return d.up_blocks[0](d.mid_block(d.conv_in(vae.post_quant_conv(z)))), mean, logvar


def train(args: argparse.Namespace) -> None:
    """Fits the inserted level; resumes from OUT/inner.pt."""
    features = cache_features(args)
    source, target = features["source"], features["target"]
    scale = target[::7].float().std((0, 2, 3))[:, None, None].clamp(min=1e-3)
    vae = build_vae([int(c) for c in args.channels.split(",")], args.latent)
    take_over(AutoencoderKL.from_pretrained(args.old), vae)
    params = inner_parameters(vae)
    opts = [Muon([p for p in params if p.ndim > 1], lr=args.lr, weight_decay=0),
            torch.optim.AdamW([p for p in params if p.ndim == 1], lr=args.lr, betas=(0.9, 0.99), weight_decay=0)]
    step = 0
    if (args.out / "inner.pt").exists():
        state = torch.load(args.out / "inner.pt", weights_only=True)
        vae.load_state_dict(state["model"])
        for o, s in zip(opts, state["optimizers"]):
            o.load_state_dict(s)
        step = state["step"]

    def save() -> None:
        save_atomically(dict(model=vae.state_dict(), optimizers=[o.state_dict() for o in opts], step=step),
                        args.out / "inner.pt")

    saved, logged, sums = time.time(), time.time(), np.zeros(3)
    while step < args.steps:
        wait_while_paused(args.pause)
        for o in opts:
            for group in o.param_groups:
                group["lr"] = args.lr * rate(step, args.steps)
            o.zero_grad(set_to_none=True)
        pick = torch.randint(len(source), (args.batch,))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y, mean, logvar = carry(vae, source[pick])
        error = ((y.float() - target[pick].float()) / scale).pow(2).mean()
        divergence = 0.5 * (mean.pow(2) + logvar.exp() - 1 - logvar).mean()
        (error + args.kl * divergence).backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for o in opts:
            o.step()
        step += 1
        sums += (error.item(), divergence.item(), 1)
        if time.time() - logged > 30:
            print(f"inner step {step} error {sums[0] / sums[2]:.4f} kl {sums[1] / sums[2]:.3f} cpu {time.process_time():.0f} s",
                  flush=True)
            logged, sums = time.time(), np.zeros(3)
        if time.time() - saved > 120:
            save()
            saved = time.time()
    save()
    save_atomically(dict(model=vae.state_dict(), optimizer=None, step=0), args.out / "state.pt")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=pathlib.Path, default="work/data")
    ap.add_argument("--old", type=pathlib.Path, required=True, help="an auto-encoder of factor 4")
    ap.add_argument("--out", type=pathlib.Path, default="work/vae")
    ap.add_argument("--channels", default="24,64,128,128")
    ap.add_argument("--latent", type=int, default=6)
    ap.add_argument("--backgrounds", type=int, default=5)
    ap.add_argument("--steps", type=int, default=450)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=2e-3)
    ap.add_argument("--kl", type=float, default=1e-3)
    ap.add_argument("--pause", type=pathlib.Path)
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    train(args)


if __name__ == "__main__":
    main()
