"""Runs the real diffusers schedulers over an analytic network and records what they do: samplers_<name>.json.

Usage: python make_samplers.py        (diffusers 0.42.0, torch 2.11, scipy)

Each file holds
  unit_noise, step_noise   what the runs start from and what stochastic steps are fed, per evaluation
  cases                    config, spacing, steps -> timesteps, sigmas, init_noise_sigma, the latent before each
                           evaluation and the final one
  grids                    config, spacing, steps -> timesteps and sigmas, thinned out where they are long
samplers_tables.json holds entries of alphas_cumprod for every kind of betas.
The network is element-wise, so that eight elements say as much as a picture.
"""

import inspect
import json
import pathlib

import torch
from diffusers import schedulers
from diffusers.schedulers import AysSchedules

HERE = pathlib.Path(__file__).parent
ELEMENTS = 8
LONGEST = 40

STABLE_DIFFUSION = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)
CLASSES = {
    "ddim": schedulers.DDIMScheduler,
    "ddpm": schedulers.DDPMScheduler,
    "euler": schedulers.EulerDiscreteScheduler,
    "euler-a": schedulers.EulerAncestralDiscreteScheduler,
    "heun": schedulers.HeunDiscreteScheduler,
    "lms": schedulers.LMSDiscreteScheduler,
    "pndm": schedulers.PNDMScheduler,
    "dpmpp-2m": schedulers.DPMSolverMultistepScheduler,
    "dpmpp-2m-sde": schedulers.DPMSolverMultistepScheduler,
    "unipc": schedulers.UniPCMultistepScheduler,
    "lcm": schedulers.LCMScheduler,
}
SIGMA_GRIDS = ("euler", "heun", "lms", "dpmpp-2m", "dpmpp-2m-sde", "unipc")
V_ONLY_OR_NOISE = ("pndm", "euler-a")  # their classes know no sample prediction

generator = torch.Generator().manual_seed(20240214)
UNIT_NOISE = torch.randn(1, 1, 2, 4, generator=generator)
STEP_NOISE = torch.randn(LONGEST, 1, 1, 2, 4, generator=generator)
evaluation = 0


def given_noise(*args, **kwargs):
    return STEP_NOISE[evaluation].clone()


for module in ("ddim", "ddpm", "euler_ancestral_discrete", "dpmsolver_multistep", "lcm"):
    getattr(schedulers, "scheduling_" + module).randn_tensor = given_noise


def network(x, timestep):
    return 0.7 * x + 0.3 * torch.sin(2.0 * x + 0.01 * float(timestep)) + 0.1


def scheduler_of(sampler, config, spacing):
    settings = dict(config)
    settings.pop("_class_name", None)
    if spacing in ("leading", "trailing", "linspace"):
        settings["timestep_spacing"] = spacing
    elif spacing == "karras":
        settings["use_karras_sigmas"] = True
    elif spacing == "exponential":
        settings["use_exponential_sigmas"] = True
    if sampler == "dpmpp-2m-sde":
        settings["algorithm_type"] = "sde-dpmsolver++"
    cls = CLASSES[sampler]
    known = inspect.signature(cls.__init__).parameters
    return cls(**{key: value for key, value in settings.items() if key in known})


def set_grid(scheduler, sampler, spacing, steps):
    if spacing == "ays":
        scheduler.set_timesteps(sigmas=AysSchedules["StableDiffusionSigmas"])
    else:
        scheduler.set_timesteps(steps)


def numbers(tensor):
    return [float("%.9g" % value) for value in tensor.detach().reshape(-1).tolist()]


def sigmas_of(scheduler, sampler):
    if sampler in ("ddim", "ddpm", "pndm", "lcm"):
        return None
    return numbers(scheduler.sigmas)


def run(sampler, config, spacing, steps, eta=0.0):
    global evaluation
    scheduler = scheduler_of(sampler, config, spacing)
    set_grid(scheduler, sampler, spacing, steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a grid whose first timestep repeats would begin at its second entry
    latent = UNIT_NOISE * scheduler.init_noise_sigma
    latents = [numbers(latent)]
    extra = {"eta": eta} if sampler == "ddim" else {}
    for evaluation, timestep in enumerate(scheduler.timesteps):
        output = network(scheduler.scale_model_input(latent, timestep), timestep)
        latent = scheduler.step(output, timestep, latent, **extra).prev_sample
        latents.append(numbers(latent))
    assert torch.isfinite(latent).all(), (sampler, config, spacing, steps)
    return {
        "sampler": sampler, "config": config, "spacing": spacing, "steps": steps, "eta": eta,
        "init_noise_sigma": float(scheduler.init_noise_sigma), "timesteps": numbers(scheduler.timesteps),
        "sigmas": sigmas_of(scheduler, sampler), "latents": latents,
    }


def thinned(values):
    """Entries at both ends and at the thirds, with their indices."""
    if values is None:
        return None
    last = len(values) - 1
    places = sorted({0, min(1, last), last // 3, last // 2, 2 * last // 3, max(last - 1, 0), last})
    return [[place, values[place]] for place in places]


def grid(sampler, config, spacing, steps):
    scheduler = scheduler_of(sampler, config, spacing)
    set_grid(scheduler, sampler, spacing, steps)
    timesteps = scheduler.timesteps.tolist()
    stands_still = steps > 1 and timesteps[0] == timesteps[-1]
    if min(timesteps) < 0 or max(timesteps) > 999 or stands_still:
        return None  # leaves the table or has one level only: refused by us, tested by name
    return {
        "sampler": sampler, "config": config, "spacing": spacing, "steps": steps,
        "init_noise_sigma": float(scheduler.init_noise_sigma), "evaluations": len(timesteps),
        "timesteps": thinned(timesteps), "sigmas": thinned(sigmas_of(scheduler, sampler)),
        "timestep_sum": sum(timesteps),
    }


def configs_of(sampler):
    """What the runs vary besides spacing and steps."""
    base = dict(STABLE_DIFFUSION)
    if sampler in ("ddim", "ddpm"):
        base["clip_sample"] = False
    if sampler == "ddim":
        base["set_alpha_to_one"] = False
    if sampler == "pndm":
        base["skip_prk_steps"] = True
    return base


def spacings_of(sampler):
    if sampler == "lcm":
        return ["default"]
    return ["default", "leading", "trailing", "linspace"] + (["karras", "exponential"] if sampler in SIGMA_GRIDS else [])


def predictions_of(sampler):
    return ["epsilon", "v_prediction"] + ([] if sampler in V_ONLY_OR_NOISE else ["sample"])


def plain_cases(sampler):
    for spacing in spacings_of(sampler):
        for prediction in predictions_of(sampler):
            yield run(sampler, dict(configs_of(sampler), prediction_type=prediction), spacing, 6)
    for steps in (1, 2, 3, 16):
        yield run(sampler, configs_of(sampler), "default", steps)
    if sampler != "lcm":
        yield run(sampler, configs_of(sampler), "leading", 7)


def special_cases(sampler):
    base = configs_of(sampler)
    linear = dict(base, beta_schedule="linear", beta_start=0.0001, beta_end=0.02)
    cosine = dict(base, beta_schedule="squaredcos_cap_v2")
    yield run(sampler, linear, "default", 5)
    yield run(sampler, cosine, "default", 5)
    if sampler not in ("pndm", "heun", "lms"):
        zero = dict(base, prediction_type="v_prediction", rescale_betas_zero_snr=True)
        yield run(sampler, zero, "trailing" if sampler != "lcm" else "default", 6)
    if sampler in SIGMA_GRIDS:
        for spacing in ("karras", "exponential"):
            yield run(sampler, dict(base, timestep_spacing="leading"), spacing, 5)
            yield run(sampler, cosine, spacing, 5)
    if sampler == "euler":
        yield run(sampler, base, "ays", 10)
        yield run(sampler, dict(base, final_sigmas_type="sigma_min"), "default", 5)
    if sampler == "ddim":
        for eta in (0.3, 1.0):
            yield run(sampler, base, "default", 6, eta)
        yield run(sampler, dict(base, set_alpha_to_one=True), "default", 6, 1.0)
        yield run(sampler, {}, "default", 6)  # the class's own defaults: clipped
        yield run(sampler, dict(base, clip_sample=True, clip_sample_range=0.6), "leading", 6, 0.5)
    if sampler == "ddpm":
        for variance in ("fixed_small", "fixed_small_log", "fixed_large"):
            yield run(sampler, dict(base, variance_type=variance), "default", 6)
        yield run(sampler, {}, "default", 6)
    if sampler == "heun":
        yield run(sampler, dict(base, clip_sample=True), "default", 5)
    if sampler == "lcm":
        yield run(sampler, dict(base, clip_sample=True, timestep_scaling=0.01), "default", 5)
        yield run(sampler, dict(base, original_inference_steps=25), "default", 8)
    if sampler == "pndm":
        for prediction in predictions_of(sampler):
            for spacing in ("leading", "trailing", "linspace"):
                yield run(sampler, dict(base, skip_prk_steps=False, prediction_type=prediction), spacing, 9)
        yield run(sampler, dict(base, set_alpha_to_one=True), "leading", 5)
    if sampler in ("dpmpp-2m", "dpmpp-2m-sde", "unipc"):
        for steps in (6, 16):
            yield run(sampler, dict(base, solver_order=1), "default", steps)
        yield run(sampler, dict(base, final_sigmas_type="sigma_min"), "default", 6)
        yield run(sampler, dict(base, final_sigmas_type="sigma_min", lower_order_final=False), "karras", 6)


def grids(sampler):
    base = configs_of(sampler)
    for spacing in spacings_of(sampler):
        for steps in (1, 2, 4, 10, 25, 30, 50, 77, 100, 333, 600, 998, 1000):
            if sampler == "lcm" and steps > 50:
                continue
            yield grid(sampler, base, spacing, steps)
        for schedule in ("linear", "squaredcos_cap_v2"):
            yield grid(sampler, dict(base, beta_schedule=schedule), spacing, 23)
    if sampler == "pndm":
        for steps in (4, 7, 50):
            yield grid(sampler, dict(base, skip_prk_steps=False), "default", steps)


def tables():
    """Every 31st entry and the last of alphas_cumprod."""
    configs = [
        dict(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
        dict(beta_schedule="linear", beta_start=0.0001, beta_end=0.02),
        dict(beta_schedule="squaredcos_cap_v2"),
        dict(beta_schedule="scaled_linear", beta_start=0.0015, beta_end=0.0195),
        dict(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, rescale_betas_zero_snr=True),
        dict(beta_schedule="linear", beta_start=0.00085, beta_end=0.012, num_train_timesteps=100),
        dict(beta_schedule="linear", num_train_timesteps=1),
        dict(trained_betas=[0.001 + 0.0002 * i for i in range(64)], num_train_timesteps=64),
    ]
    for config in configs:
        table = numbers(schedulers.DDIMScheduler(**config).alphas_cumprod)
        last = len(table) - 1
        entries = [[place, table[place]] for place in sorted({*range(0, last, 31), last})]
        yield {"config": config, "alphas_cumprod": entries}


def main():
    text = json.dumps(list(tables()), separators=(",", ":")).replace('{"config"', '\n{"config"')
    (HERE / "samplers_tables.json").write_text(text + "\n")
    for sampler in CLASSES:
        cases = list(plain_cases(sampler)) + list(special_cases(sampler))
        laid_out = [entry for entry in grids(sampler) if entry]
        longest = max(len(case["timesteps"]) for case in cases)
        assert longest <= LONGEST
        content = {
            "unit_noise": numbers(UNIT_NOISE), "step_noise": [numbers(noise) for noise in STEP_NOISE[:longest]],
            "cases": cases, "grids": laid_out,
        }
        text = json.dumps(content, separators=(",", ":")).replace('{"sampler"', '\n{"sampler"')
        (HERE / f"samplers_{sampler.replace('-', '_')}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
