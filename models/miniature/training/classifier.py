"""A small classifier of the names, trained on augmented drawings only, that judges what the pair draws.

    python classifier.py --data work/data --out work/classifier.pt

It always answers with one of the names. How far it can be trusted stands under "drawings" after training: its share of
right answers on drawings that are moved, turned, recoloured and blurred in ways it has not seen.
"""
import argparse
import json
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

from running import rate, save_atomically, wait_while_paused
from train_vae import composite, random_colours

Tensor = torch.Tensor
SIZE = 64


def build(names: int, channels: tuple[int, ...] = (24, 48, 96, 144)) -> torch.nn.Sequential:
    """Convolutions with batch norm, a maximum at the end of every level, the mean over the picture, one linear layer."""
    layers: list[torch.nn.Module] = []
    before = 3
    for level, c in enumerate(channels):
        for i in range(1 if level == 0 else 2):
            layers += [torch.nn.Conv2d(before, c, 3, 2 if level == 0 else 1, 1, bias=False), torch.nn.BatchNorm2d(c),
                       torch.nn.ReLU(inplace=True)]
            before = c
        if level:
            layers.append(torch.nn.MaxPool2d(2))
    return torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Dropout(0.1),
                               torch.nn.Linear(before, names))


def shrink(art: Tensor) -> Tensor:
    """(N,S,S,4) drawings to SIZE, colours weighted by alpha."""
    x = art.permute(0, 3, 1, 2).float()
    alpha = F.interpolate(x[:, 3:], size=SIZE, mode="area")
    colour = F.interpolate(x[:, :3] * x[:, 3:], size=SIZE, mode="area") / alpha.clamp(min=1e-3)
    return torch.cat([colour, alpha], 1).clamp(0, 255).round().byte().permute(0, 2, 3, 1)


def augment(rgba: Tensor) -> Tensor:
    """Random background, place, size, angle, mirror, colours, sharpness and noise; (B,3,SIZE,SIZE) in -1..1."""
    n = len(rgba)
    colour = random_colours(n)
    x = composite(rgba, colour) - (colour[:, :, None, None] * 2 - 1)
    scale = torch.empty(n).uniform_(0.8, 1.15)
    angle = torch.empty(n).uniform_(-0.25, 0.25)
    mirror = torch.where(torch.rand(n) < 0.3, -1.0, 1.0)
    theta = torch.stack([torch.stack([angle.cos() * mirror, -angle.sin(), torch.empty(n).uniform_(-0.15, 0.15)], 1),
                         torch.stack([angle.sin() * mirror, angle.cos(), torch.empty(n).uniform_(-0.15, 0.15)], 1)], 1)
    theta[:, :, :2] /= scale[:, None, None]
    x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
    x = x + (colour[:, :, None, None] * 2 - 1)
    x = x * torch.empty(n, 1, 1, 1).uniform_(0.75, 1.2) + torch.empty(n, 3, 1, 1).uniform_(-0.15, 0.15)
    gray = x.mean(1, keepdim=True)
    x = gray + (x - gray) * torch.empty(n, 1, 1, 1).uniform_(0.6, 1.25)
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear", align_corners=False)
    x = torch.lerp(x, soft, (torch.rand(n, 1, 1, 1) * 1.5 - 0.3).clamp(0, 1))
    return (x + torch.rand(n, 1, 1, 1) ** 2 * 0.3 * torch.randn_like(x)).clamp(-1, 1)


def load_drawings(data: pathlib.Path) -> tuple[Tensor, Tensor, list[str]]:
    """Small drawings, their labels and the names."""
    items = json.loads((data / "items.json").read_text())
    names = sorted({i["name"] for i in items})
    return shrink(torch.from_numpy(np.load(data / "art.npy"))), torch.tensor([names.index(i["name"]) for i in items]), names


def train(args: argparse.Namespace) -> None:
    """Fits the classifier and reports its share of right answers on freshly augmented and on plain drawings."""
    torch.manual_seed(args.seed)
    art, labels, names = load_drawings(args.data)
    net = build(len(names))
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=0.02)
    net.train()
    start, right, seen = time.time(), 0.0, 0
    for step in range(args.steps):
        wait_while_paused(args.pause)
        for group in optimiser.param_groups:
            group["lr"] = args.lr * rate(step, args.steps, 60, 0.3)
        pick = torch.randint(len(art), (args.batch,))
        x = augment(art[pick])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = net(x)
        loss = F.cross_entropy(y.float(), labels[pick], label_smoothing=0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        right, seen = right + float((y.argmax(1) == labels[pick]).sum()), seen + args.batch
        if time.time() - start > 60 or step + 1 == args.steps:
            print(f"classifier step {step + 1} loss {loss.item():.3f} right {right / seen:.3f} "
                  f"cpu {time.process_time():.0f} s", flush=True)
            start, right, seen = time.time(), 0.0, 0
            save_atomically(dict(net=net.state_dict(), names=names), args.out)
    net.eval()
    with torch.no_grad():
        many = float((torch.cat([net(augment(art)).argmax(1) == labels for _ in range(4)])).float().mean())
        plain = float((net(composite(art, torch.ones(len(art), 3))).argmax(1) == labels).float().mean())
    print(f"drawings: {many:.3f} of augmented and {plain:.3f} of plain ones right", flush=True)
    save_atomically(dict(net=net.state_dict(), names=names), args.out)


def load(path: pathlib.Path) -> tuple[torch.nn.Module, list[str]]:
    """The trained net and its names."""
    saved = torch.load(path, weights_only=True)
    net = build(len(saved["names"]))
    net.load_state_dict(saved["net"])
    return net.eval(), saved["names"]


@torch.no_grad()
def recognise(net: torch.nn.Module, pictures: Tensor) -> Tensor:
    """Probabilities for (B,3,H,W) pictures in -1..1."""
    return net(F.interpolate(pictures, size=SIZE, mode="area")).softmax(1)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=pathlib.Path, default="work/data")
    ap.add_argument("--out", type=pathlib.Path, default="work/classifier.pt")
    ap.add_argument("--steps", type=int, default=1200)
    ap.add_argument("--batch", type=int, default=48)
    ap.add_argument("--lr", type=float, default=3e-3)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--pause", type=pathlib.Path)
    args = ap.parse_args()
    train(args)


if __name__ == "__main__":
    main()
