"""Records whole stitched runs of class-conditional pairs: class_runs.safetensors.

Usage: python make_class_runs.py        (torch 2.12, diffusers 0.42.0)

The networks are the cases dit-original, dit-original-small, ldm-original and ldm-original-small of
make_class_networks.py; the update rules are stated here from Song et al. 2021 (equation 12) and Nichol and Dhariwal 2021
(equations 10 to 15), in doubles between float networks. Guidance of DiT acts on the first 3 of 4 latent channels, the
variance is the conditional pass's. The small network makes the first evaluations. Pictures are decoded by diffusers'
classes: DiT's by the autoencoder of the list `small-model` of keys/, latent diffusion's by the case vq-original, of a run whose missing class
is the noise that the program draws for seed 7.
"""

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from safetensors.torch import save_file

import key_lists
from generated_weights import fill
from make_class_networks import original_dit, original_unet, original_vq
from make_networks import FOLDER, noise

CLASS, NULL = 3, 9
DIT_GUIDANCE, LDM_GUIDANCE = 4.0, 3.0
DIT_BARS = torch.cumprod(1 - torch.linspace(0.0001, 0.02, 1000, dtype=torch.float64), 0)
LDM_BARS = torch.cumprod(1 - torch.linspace(0.0015**0.5, 0.0195**0.5, 1000, dtype=torch.float64) ** 2, 0)
INITIAL = noise(11, 1, 4, 8, 8)
STEP_NOISE = noise(12, 8, 1, 4, 8, 8)
UNCONDITIONAL = torch.rand(1, 1, 6, generator=torch.Generator().manual_seed(13))
OF_SEED_7 = torch.tensor([14067237, 7465694, 3852645, 2817993, 12408378, 10925623]).view(1, 1, 6) / 2**24
VAE_SEED = 7


def dit_output(dit, x, timestep, guided_channels):
    """(noise, range) with guidance."""
    output = dit(x.float().repeat(2, 1, 1, 1), torch.tensor([float(timestep)] * 2), torch.tensor([NULL, CLASS]))
    unconditional, conditional = output.double().chunk(2)
    n = guided_channels
    guided = unconditional[:, :n] + DIT_GUIDANCE * (conditional[:, :n] - unconditional[:, :n])
    return torch.cat([guided, conditional[:, n:4]], dim=1), conditional[:, 4:]


def ldm_output(pair, x, timestep, unconditional):
    unet, table, _ = pair
    width = table.shape[1]
    context = torch.cat([F.interpolate(unconditional, size=width), table[CLASS].reshape(1, 1, -1)])
    output = unet(x.float().repeat(2, 1, 1, 1), float(timestep), context).sample
    unconditional, conditional = output.double().chunk(2)
    return unconditional + LDM_GUIDANCE * (conditional - unconditional)


def next_bars(bars, timesteps, final):
    return [float(bars[t]) for t in timesteps[1:]] + [final]


def ddim_step(x, output, bar, next_bar, eta, step_noise):
    clean = (x - (1 - bar) ** 0.5 * output) / bar**0.5
    deviation = eta * ((1 - next_bar) / (1 - bar) * (1 - bar / next_bar)) ** 0.5
    return next_bar**0.5 * clean + (1 - next_bar - deviation**2) ** 0.5 * output + deviation * step_noise


def ddpm_step(x, output, variance_range, bar, next_bar, step_noise):
    beta = 1 - bar / next_bar
    clean = (x - (1 - bar) ** 0.5 * output) / bar**0.5
    mean = next_bar**0.5 * beta / (1 - bar) * clean + (1 - beta) ** 0.5 * (1 - next_bar) / (1 - bar) * x
    if next_bar == 1.0:
        return mean
    fraction = (variance_range + 1) / 2
    least = torch.tensor(beta * (1 - next_bar) / (1 - bar), dtype=torch.float64).log()
    log_variance = fraction * torch.tensor(beta, dtype=torch.float64).log() + (1 - fraction) * least
    return mean + (log_variance / 2).exp() * step_noise


def dit_run(sampler, small_evaluations, guided_channels=3):
    networks = [original_dit("dit-original-small"), original_dit("dit-original")]
    timesteps = [round(i * 999 / 7) for i in range(8)][::-1]
    x = INITIAL.double()
    for i, (timestep, next_bar) in enumerate(zip(timesteps, next_bars(DIT_BARS, timesteps, 1.0))):
        output, variance_range = dit_output(networks[i >= small_evaluations], x, timestep, guided_channels)
        bar = float(DIT_BARS[timestep])
        if sampler == "ddim":
            x = ddim_step(x, output, bar, next_bar, 0.0, 0.0)
        else:
            x = ddpm_step(x, output, variance_range, bar, next_bar, STEP_NOISE[i])
    return x.float()


def ldm_run(small_evaluations, eta, unconditional=UNCONDITIONAL):
    networks = [original_unet("ldm-original-small"), original_unet("ldm-original")]
    timesteps = [t + 1 for t in range(0, 1000, 125)][::-1]
    x = INITIAL.double()
    for i, (timestep, next_bar) in enumerate(zip(timesteps, next_bars(LDM_BARS, timesteps, float(LDM_BARS[0])))):
        output = ldm_output(networks[i >= small_evaluations], x, timestep, unconditional)
        x = ddim_step(x, output, float(LDM_BARS[timestep]), next_bar, eta, STEP_NOISE[i])
    return x.float()


def small_vae():
    config = key_lists.load("small-model")["vae"]["config"]
    vae = AutoencoderKL(**{key: value for key, value in config.items() if not key.startswith("_")}).eval()
    fill(vae, VAE_SEED)
    return vae


def picture(decoded):
    """[h, w, 3], uint8."""
    return ((decoded / 2 + 0.5).clamp(0, 1) * 255).round()[0].permute(1, 2, 0).to(torch.uint8)


def main():
    torch.set_grad_enabled(False)
    tensors = {"initial": INITIAL, "step_noise": STEP_NOISE, "unconditional": UNCONDITIONAL}
    for small in (0, 3, 8):
        tensors[f"dit.ddim.{small}"] = dit_run("ddim", small)
        tensors[f"dit.ddpm.{small}"] = dit_run("ddpm", small)
        tensors[f"ldm.{small}"] = ldm_run(small, eta=1.0)
    tensors["dit.four_channels.3"] = dit_run("ddim", 3, guided_channels=4)
    vae = small_vae()
    tensors["dit.ddim.3.picture"] = picture(vae.decode(tensors["dit.ddim.3"] / vae.config.scaling_factor).sample)
    tensors["ldm.seeded.3"] = ldm_run(3, eta=1.0, unconditional=OF_SEED_7)
    tensors["ldm.seeded.3.picture"] = picture(original_vq()[0].decode(tensors["ldm.seeded.3"]).sample)
    path = FOLDER.parent / "class_runs.safetensors"
    save_file({name: value.contiguous() for name, value in tensors.items()}, path)
    path.chmod(0o644)
    print({name: round(float(value.float().std()), 3) for name, value in tensors.items()})


if __name__ == "__main__":
    main()
