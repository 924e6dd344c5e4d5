"""Records DDPM with a learned range of variances and the respaced DDIM: samplers_respaced.json.gz.

Usage: python make_respaced_samplers.py        (diffusers 0.42.0, torch 2.11)

DDPM is diffusers' scheduler with variance_type learned_range, which visits the same levels. DDIM is stated here from
Song et al. 2021 (equation 12) between the levels that a run visits, in doubles; DDPM once more from Nichol and Dhariwal
2021 (equations 10 to 15) to see that both mean the same. The network and the noise are those of make_samplers.py; its
second half is a range of its own.
"""

import json

import torch
from diffusers import schedulers

import make_samplers
from make_samplers import HERE, STEP_NOISE, UNIT_NOISE, network, numbers, write_compressed

BETAS = torch.linspace(0.0001, 0.02, 1000, dtype=torch.float64)
ALPHA_BARS = torch.cumprod(1 - BETAS, 0)


def variance_range(x, timestep):
    return torch.cos(3.0 * x - 0.02 * float(timestep))


def spaced(steps):
    return [round(i * 999 / (steps - 1)) for i in range(steps)][::-1] if steps > 1 else [0]


def levels(steps):
    """(timestep, alpha_bar, alpha_bar of the next) per step."""
    timesteps = spaced(steps)
    bars = [float(ALPHA_BARS[t]) for t in timesteps] + [1.0]
    return list(zip(timesteps, bars, bars[1:]))


def ddim(steps, eta):
    latent = UNIT_NOISE.double()
    latents = [numbers(latent)]
    for index, (timestep, bar, next_bar) in enumerate(levels(steps)):
        noise = network(latent, timestep)
        clean = (latent - (1 - bar) ** 0.5 * noise) / bar**0.5
        deviation = eta * ((1 - next_bar) / (1 - bar) * (1 - bar / next_bar)) ** 0.5
        latent = next_bar**0.5 * clean + (1 - next_bar - deviation**2) ** 0.5 * noise + deviation * STEP_NOISE[index]
        latents.append(numbers(latent))
    return {"sampler": "ddim", "steps": steps, "eta": eta, "timesteps": spaced(steps), "latents": latents}


def stated_ddpm(steps):
    latent = UNIT_NOISE.double()
    for index, (timestep, bar, next_bar) in enumerate(levels(steps)):
        beta = 1 - bar / next_bar
        clean = (latent - (1 - bar) ** 0.5 * network(latent, timestep)) / bar**0.5
        mean = next_bar**0.5 * beta / (1 - bar) * clean + (1 - beta) ** 0.5 * (1 - next_bar) / (1 - bar) * latent
        if timestep == 0:
            return mean
        fraction = (variance_range(latent, timestep) + 1) / 2
        least = torch.tensor(beta * (1 - next_bar) / (1 - bar)).log()
        variance = (fraction * torch.tensor(beta).log() + (1 - fraction) * least).exp()
        latent = mean + variance.sqrt() * STEP_NOISE[index]


def ddpm(steps):
    scheduler = schedulers.DDPMScheduler(beta_start=0.0001, beta_end=0.02, beta_schedule="linear", clip_sample=False,
                                         variance_type="learned_range", timestep_spacing="linspace")
    scheduler.set_timesteps(steps)
    assert scheduler.timesteps.tolist() == spaced(steps)
    latent = UNIT_NOISE
    latents = [numbers(latent)]
    for index, timestep in enumerate(scheduler.timesteps):
        make_samplers.evaluation = index
        output = torch.cat([network(latent, timestep), variance_range(latent, timestep)], dim=1)
        latent = scheduler.step(output, timestep, latent).prev_sample
        latents.append(numbers(latent))
    assert torch.allclose(latent.double(), stated_ddpm(steps), rtol=1e-4, atol=1e-4), steps
    return {"sampler": "ddpm", "steps": steps, "eta": 0.0, "timesteps": spaced(steps), "latents": latents}


def main():
    cases = [ddpm(steps) for steps in (1, 2, 6, 25)] + [ddim(steps, 0.0) for steps in (1, 2, 6, 25)]
    cases += [ddim(6, 0.7), ddim(7, 1.0)]
    content = {"unit_noise": numbers(UNIT_NOISE), "step_noise": [numbers(noise) for noise in STEP_NOISE[:25]],
               "cases": cases}
    text = json.dumps(content, separators=(",", ":")).replace('{"sampler"', '\n{"sampler"')
    write_compressed(HERE, "samplers_respaced", text + "\n")


if __name__ == "__main__":
    main()
