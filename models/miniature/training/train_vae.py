"""Trains the convolutional auto-encoder (AutoencoderKL) and normalises its latents.

    python train_vae.py --data work/data --out work/vae --steps 3000
    python train_vae.py --data work/data --out work/vae --finish        # fold mean and scale, write reconstructions

Resumes from OUT/state.pt. Only the decoder is trained with --decoder-only, which keeps the latents as they are.
"""
import argparse
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from PIL import Image

from prepare_data import BACKGROUNDS
from running import rate, save_atomically, wait_while_paused

Tensor = torch.Tensor


def build_vae(channels: list[int], latent: int) -> AutoencoderKL:
    """Attention is left out because it is slow on a CPU."""
    n = len(channels)
    return AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=latent, block_out_channels=channels, layers_per_block=1,
        down_block_types=["DownEncoderBlock2D"] * n, up_block_types=["UpDecoderBlock2D"] * n, norm_num_groups=8,
        sample_size=128, scaling_factor=1.0, force_upcast=False, mid_block_add_attention=False)


def composite(rgba: Tensor, colour: Tensor) -> Tensor:
    """Blends (B,H,W,4) uint8 drawings over (B,3) colours in 0..1; returns (B,3,H,W) in -1..1."""
    rgba = rgba.permute(0, 3, 1, 2).float() / 255
    alpha = rgba[:, 3:]
    return (rgba[:, :3] * alpha + colour[:, :, None, None] * (1 - alpha)) * 2 - 1


def named_colours() -> Tensor:
    """The caption colours as (K,3) in 0..1, white first."""
    return torch.tensor(list(BACKGROUNDS.values())).float() / 255


def random_colours(batch: int) -> Tensor:
    """White, named or any background; (B,3)."""
    named = named_colours()
    colour = named[torch.randint(len(named), (batch,))]
    kind = torch.rand(batch)
    colour[kind < 0.45] = 1.0
    return torch.where((kind > 0.8)[:, None], torch.rand(batch, 3), colour)


def rescale_and_move(x: Tensor, colour: Tensor) -> Tensor:
    """One random scale for the batch and a random shift for each picture, padded with its background."""
    scale = float(torch.empty(()).uniform_(0.6, 1.2))
    theta = torch.tensor([[1 / scale, 0, 0], [0, 1 / scale, 0]], device=x.device).repeat(len(x), 1, 1)
    theta[:, :, 2] = torch.empty(len(x), 2, device=x.device).uniform_(-0.2, 0.2)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    background = colour[:, :, None, None] * 2 - 1
    return F.grid_sample(x - background, grid, align_corners=False) + background


def random_batch(art: Tensor, batch: int, crop: int, device: str, augment: float) -> Tensor:
    """Augmented composites; (B,3,crop,crop)."""
    rgba = art[torch.randint(len(art), (batch,))].to(device)
    colour = random_colours(batch).to(device)
    x = composite(rgba, colour)
    if torch.rand(()) < augment:
        x = rescale_and_move(x, colour)
    if torch.rand(()) < 0.75 * augment:
        x = x.flip(3)
    if crop < x.shape[-1]:
        i, j = torch.randint(0, x.shape[-1] - crop + 1, (2,))
        x = x[..., i:i + crop, j:j + crop]
    return x.contiguous()


def reconstruction_loss(y: Tensor, x: Tensor) -> Tensor:
    """L1 of the pictures, of their gradients at three scales (crisp edges without a feature network), of mean colours."""
    loss = 2.0 * (F.avg_pool2d(y, 8) - F.avg_pool2d(x, 8)).abs().mean()
    for level in range(3):
        d = y - x
        loss = loss + d.abs().mean() * (1.0 if level == 0 else 0.5)
        loss = loss + 0.5 * (d.diff(dim=2).abs().mean() + d.diff(dim=3).abs().mean())
        x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
    return loss


@torch.no_grad()
def latents_of(vae: AutoencoderKL, x: Tensor) -> Tensor:
    """Posterior means of a batch, in slices."""
    return torch.cat([vae.encode(c).latent_dist.mean for c in x.split(16)])


@torch.no_grad()
def fold_normalisation(vae: AutoencoderKL, x: Tensor) -> tuple[Tensor, Tensor]:
    """Makes latents zero-mean and unit-variance per channel by rewriting quant_conv and post_quant_conv."""
    z = latents_of(vae, x)
    c = z.shape[1]
    mean, std = z.mean((0, 2, 3)), z.std((0, 2, 3))
    q, p = vae.quant_conv, vae.post_quant_conv
    p.bias += p.weight[:, :, 0, 0] @ mean
    p.weight *= std[None, :, None, None]
    q.weight[:c] /= std[:, None, None, None]
    q.bias[:c] = (q.bias[:c] - mean) / std
    q.bias[c:] -= 2 * std.log()
    return mean, std


@torch.no_grad()
def write_grid(vae: AutoencoderKL, x: Tensor, path: pathlib.Path) -> float:
    """Saves originals above reconstructions and returns the PSNR."""
    y = torch.cat([vae.decode(vae.encode(c).latent_dist.mean).sample for c in x.split(16)]).clamp(-1, 1)
    psnr = -10 * ((y - x) / 2).pow(2).mean((1, 2, 3)).log10().mean()
    rows = [torch.cat(list(r), 2) for pair in zip(x.split(12), y.split(12)) for r in pair]
    image = ((torch.cat(rows, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(image).save(path)
    return float(psnr)


class VaeTrainer:
    """The net, its optimiser and how far it has come."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.art = torch.from_numpy(np.load(args.data / "art.npy"))
        self.vae = build_vae([int(c) for c in args.channels.split(",")], args.latent).to(args.device)
        self.optimiser = torch.optim.AdamW(self.vae.parameters(), lr=args.lr, betas=(0.9, 0.99), weight_decay=0,
                                           fused=True)
        self.step = 0
        self.layout = torch.contiguous_format if args.device == "cpu" else torch.channels_last
        if (args.out / "state.pt").exists():
            self._restore()
        self.vae.to(memory_format=self.layout)

    def _restore(self) -> None:
        state = torch.load(self.args.out / "state.pt", map_location=self.args.device, weights_only=True)
        self.vae.load_state_dict(state["model"])
        self.step = state["step"]
        if state["optimizer"] is not None:
            self.optimiser.load_state_dict(state["optimizer"])

    def _save(self, optimiser: dict | None) -> None:
        save_atomically(dict(model=self.vae.state_dict(), optimizer=optimiser, step=self.step), self.args.out / "state.pt")

    def _probe(self) -> Tensor:
        """48 drawings, every third on a colour, for the picture of reconstructions."""
        pick = torch.linspace(0, len(self.art) - 1, 48).long()
        k = torch.arange(48)
        return composite(self.art[pick], named_colours()[(k % 3 == 0) * (k // 3 % 9 + 1)])

    def train_step(self, lr: float) -> tuple[float, float]:
        """One update; returns the reconstruction loss and the divergence from a unit normal."""
        a = self.args
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        x = random_batch(self.art, a.batch, a.crop, a.device, a.augment).contiguous(memory_format=self.layout)
        with torch.autocast(a.device.split(":")[0], dtype=torch.bfloat16):
            posterior = self.vae.encode(x).latent_dist
            mean, logvar = posterior.mean.float(), posterior.logvar.float()
            z = mean + (0.5 * logvar).exp() * torch.randn_like(mean)
            if a.latent_noise:
                z = z + a.latent_noise * torch.rand(len(z), 1, 1, 1, device=z.device) * torch.randn_like(z)
            y = self.vae.decode(z).sample
        reconstruction = reconstruction_loss(y.float(), x)
        divergence = 0.5 * (mean.pow(2) + logvar.exp() - 1 - logvar).mean()
        self.optimiser.zero_grad(set_to_none=True)
        (reconstruction + (0 if a.decoder_only else a.kl * divergence)).backward()
        torch.nn.utils.clip_grad_norm_(self.vae.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        return reconstruction.item(), divergence.item()

    def train(self) -> None:
        """Trains until the given step; the learning rate falls in the second half."""
        a = self.args
        first = a.from_step
        frozen = []
        if a.decoder_only:
            frozen = [self.vae.encoder, self.vae.quant_conv]
        elif a.keep_outer:
            frozen = [self.vae.encoder.conv_in, *self.vae.encoder.down_blocks[:-1]]
        for p in (p for part in frozen for p in part.parameters()):
            p.requires_grad_(False)
        logged, saved, sums = time.time(), time.time(), np.zeros(3)
        while self.step < a.steps:
            wait_while_paused(a.pause)
            sums += (*self.train_step(a.lr * rate(self.step - first, a.steps - first)), 1)
            if time.time() - logged > 30:
                print(f"vae step {self.step} rec {sums[0] / sums[2]:.4f} kl {sums[1] / sums[2]:.3f} "
                      f"{sums[2] * a.batch / (time.time() - logged):.1f} img/s cpu {time.process_time():.0f} s", flush=True)
                logged, sums = time.time(), np.zeros(3)
            if time.time() - saved > 150:
                self._save(self.optimiser.state_dict())
                saved = time.time()
        self._save(self.optimiser.state_dict())
        self.vae.cpu().float().eval()
        print("step", self.step, "PSNR", write_grid(self.vae, self._probe(), a.out / "reconstructions.png"), flush=True)

    def finish(self) -> None:
        """Normalises the latents and writes the net in diffusers' layout."""
        self.vae.cpu().float().eval()
        choose = torch.randperm(len(self.art), generator=torch.Generator().manual_seed(0))[:384]
        k = torch.arange(len(choose)) % 20
        x = composite(self.art[choose], named_colours()[k % 10 * (k < 10)])
        mean, std = fold_normalisation(self.vae, x)
        print("folded mean", mean.tolist(), "std", std.tolist())
        z = latents_of(self.vae, x)
        print("now mean", z.mean((0, 2, 3)).tolist(), "std", z.std((0, 2, 3)).tolist())
        self._save(None)
        self.export()

    def export(self) -> None:
        """Writes the net as it stands in diffusers' layout."""
        self.vae.cpu().float().eval()
        self.vae.save_pretrained(self.args.out / "vae")
        print("PSNR", write_grid(self.vae, self._probe(), self.args.out / "reconstructions.png"))


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", type=pathlib.Path, default="work/data")
    ap.add_argument("--out", type=pathlib.Path, default="work/vae")
    ap.add_argument("--steps", type=int, default=400, help="train until this step")
    ap.add_argument("--from-step", type=int, default=0, help="where this learning-rate schedule begins")
    ap.add_argument("--pause", type=pathlib.Path, help="training sleeps while this file exists")
    ap.add_argument("--augment", type=float, default=0.4, help="share of batches that are scaled, moved or mirrored")
    ap.add_argument("--keep-outer", action="store_true", help="leave all but the innermost encoder level as they are")
    ap.add_argument("--batch", type=int, default=4)
    ap.add_argument("--crop", type=int, default=128, help="train on square crops of this size (64 early on)")
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--kl", type=float, default=2e-3)
    ap.add_argument("--channels", default="24,64,128,128")
    ap.add_argument("--latent", type=int, default=6)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--decoder-only", action="store_true")
    ap.add_argument("--latent-noise", type=float, default=0.0, help="extra latent noise for a robust decoder")
    ap.add_argument("--finish", action="store_true", help="fold mean and scale of the latents, write the net")
    ap.add_argument("--export", action="store_true", help="write the net as it stands")
    return ap.parse_args()


def main() -> None:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    trainer = VaeTrainer(args)
    if args.export:
        trainer.export()
    elif args.finish:
        trainer.finish()
    else:
        trainer.train()


if __name__ == "__main__":
    main()
