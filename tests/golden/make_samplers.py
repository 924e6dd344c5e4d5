"""Runs the real diffusers schedulers over an analytic network and records what they do: samplers_<name>.json.gz.

Usage: python make_samplers.py [--only SAMPLER...]      (diffusers 0.42.0, torch 2.11, scipy, torchsde)
       python make_samplers.py --wide FOLDER          thousands of combinations, of which the tests keep few

Each file holds
  unit_noise, step_noise   what the runs start from and what stochastic steps are fed, per evaluation
  cases                    config, spacing, steps -> timesteps, sigmas, init_noise_sigma, the latent before each
                           evaluation and the final one
  grids                    config, spacing, steps -> timesteps and sigmas, thinned out where they are long
samplers_tables.json.gz holds entries of alphas_cumprod for every kind of betas.
The network is element-wise, so that eight elements say as much as a picture.
"""

import argparse
import contextlib
import gzip
import inspect
import itertools
import json
import pathlib

import torch
from diffusers import schedulers
from diffusers.utils import logging
from diffusers.schedulers import AysSchedules

HERE = pathlib.Path(__file__).parent
ELEMENTS = 8
LONGEST = 64

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
    "dpm2": schedulers.KDPM2DiscreteScheduler,
    "dpm2-a": schedulers.KDPM2AncestralDiscreteScheduler,
    "dpmpp-2s": schedulers.DPMSolverSinglestepScheduler,
    "dpmpp-sde": schedulers.DPMSolverSDEScheduler,
    "deis": schedulers.DEISMultistepScheduler,
    "tcd": schedulers.TCDScheduler,
}
NEWER = ("dpm2", "dpm2-a", "dpmpp-2s", "dpmpp-sde", "deis", "tcd")
SIGMA_GRIDS = ("euler", "heun", "lms", "dpmpp-2m", "dpmpp-2m-sde", "unipc", "dpm2", "dpm2-a", "dpmpp-2s", "dpmpp-sde",
               "deis")
V_ONLY_OR_NOISE = ("pndm", "euler-a", "dpm2", "dpm2-a", "dpmpp-sde")  # their classes know no sample prediction
OWN_GRID = ("lcm", "tcd")  # whatever the spacing
ONE_SPACING = ("dpmpp-2s",)  # linspace
ZERO_SNR = ("ddim", "ddpm", "euler", "euler-a", "dpmpp-2m", "dpmpp-2m-sde", "unipc", "lcm", "tcd")

logging.set_verbosity_error()
generator = torch.Generator().manual_seed(20240214)
UNIT_NOISE = torch.randn(1, 1, 2, 4, generator=generator)
STEP_NOISE = torch.randn(LONGEST, 1, 1, 2, 4, generator=generator)
evaluation = 0


def given_noise(*args, **kwargs):
    return STEP_NOISE[evaluation].clone()


class GivenPath:
    """In place of the Brownian tree: every evaluation's own entry."""

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, sigma, sigma_next):
        return given_noise()


for module in ("ddim", "ddpm", "euler_ancestral_discrete", "dpmsolver_multistep", "lcm", "k_dpm_2_ancestral_discrete",
               "dpmsolver_singlestep", "tcd"):
    getattr(schedulers, "scheduling_" + module).randn_tensor = given_noise
schedulers.scheduling_dpmsolver_sde.BrownianTreeNoiseSampler = GivenPath


def network(x, timestep):
    return 0.7 * x + 0.3 * torch.sin(2.0 * x + 0.01 * float(timestep)) + 0.1


def scheduler_of(sampler, config, spacing):
    settings = dict(config)
    settings.pop("_class_name", None)
    if spacing in ("leading", "trailing", "linspace"):
        settings["timestep_spacing"] = spacing
    elif spacing == "karras":
        settings["use_karras_sigmas"] = True
    elif spacing in ("exponential", "beta"):
        settings[f"use_{spacing}_sigmas"] = True
    if sampler == "dpmpp-2m-sde":
        settings.setdefault("algorithm_type", "sde-dpmsolver++")
    cls = CLASSES[sampler]
    known = inspect.signature(cls.__init__).parameters
    return cls(**{key: value for key, value in settings.items() if key in known})


@contextlib.contextmanager
def rounded_roots():
    """Roots of float32 tensors are MKL's, which on some processors are a bit off the nearest number. A long ancestral
    step goes down to a difference of two squares, of which that bit is a part that shows; the nearest number is the
    same everywhere."""
    power = torch.Tensor.__pow__

    def rounded(tensor, exponent):
        is_root = exponent == 0.5 and tensor.dtype == torch.float32
        return power(tensor.double(), 0.5).float() if is_root else power(tensor, exponent)

    torch.Tensor.__pow__ = rounded
    try:
        yield
    finally:
        torch.Tensor.__pow__ = power


def set_grid(scheduler, sampler, spacing, steps):
    if spacing == "ays":
        scheduler.set_timesteps(sigmas=AysSchedules["StableDiffusionSigmas"])
    elif sampler == "dpm2-a":
        with rounded_roots():
            scheduler.set_timesteps(steps)
    else:
        scheduler.set_timesteps(steps)


def numbers(tensor):
    return [float("%.9g" % value) for value in tensor.detach().reshape(-1).tolist()]


def sigmas_of(scheduler, sampler):
    if sampler in ("ddim", "ddpm", "pndm", "lcm", "tcd"):
        return None
    if sampler in ("dpm2", "dpm2-a", "dpmpp-sde"):
        return [sigma for sigma, _ in itertools.groupby(numbers(scheduler.sigmas))]  # named once for each evaluation
    return numbers(scheduler.sigmas)


def run(sampler, config, spacing, steps, eta=0.0, may_fail=False):
    global evaluation
    scheduler = scheduler_of(sampler, config, spacing)
    set_grid(scheduler, sampler, spacing, steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else a grid whose first timestep repeats would begin at its second entry
    latent = UNIT_NOISE * scheduler.init_noise_sigma
    latents = [numbers(latent)]
    extra = {"eta": eta} if sampler in ("ddim", "tcd") else {}
    for evaluation, timestep in enumerate(scheduler.timesteps):
        output = network(scheduler.scale_model_input(latent, timestep), timestep)
        latent = scheduler.step(output, timestep, latent, **extra).prev_sample
        latents.append(numbers(latent))
    if not torch.isfinite(latent).all() and may_fail:
        return None
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
    if sampler in OWN_GRID:
        return ["default"]
    if sampler in ONE_SPACING:
        return ["default", "karras", "exponential"]
    return ["default", "leading", "trailing", "linspace"] + (["karras", "exponential"] if sampler in SIGMA_GRIDS else [])


def predictions_of(sampler):
    return ["epsilon", "v_prediction"] + ([] if sampler in V_ONLY_OR_NOISE else ["sample"])


def newer_cases(sampler):
    """What the samplers that came later are held to: every spacing, prediction and few numbers of steps once."""
    base = configs_of(sampler)
    eta = 0.3 if sampler == "tcd" else 0.0
    tables = ["beta"] if sampler in SIGMA_GRIDS else []
    predictions = itertools.cycle(predictions_of(sampler))
    for spacing, prediction in zip(spacings_of(sampler) + tables, predictions):
        yield run(sampler, dict(base, prediction_type=prediction), spacing, 6, eta)
    for steps, prediction in zip((1, 2, 3, 15), predictions):
        yield run(sampler, dict(base, prediction_type=prediction), "default", steps, eta)
    for config in solver_configs(sampler):
        yield run(sampler, dict(base, **config), "default", 7, eta)
    yield run(sampler, dict(base, beta_schedule="linear", beta_start=0.0001, beta_end=0.02), "default", 5, eta)
    if sampler in SIGMA_GRIDS:
        yield run(sampler, dict(base, beta_schedule="squaredcos_cap_v2"), "karras", 5)
        yield run(sampler, dict(base, timestep_spacing="leading"), "exponential", 5)
    if sampler == "tcd":
        yield run(sampler, dict(base, prediction_type="v_prediction", rescale_betas_zero_snr=True), "default", 6, 0.3)
        yield run(sampler, dict(base, original_inference_steps=25), "default", 8, 0.0)
        yield run(sampler, dict(base, set_alpha_to_one=False), "default", 4, 1.0)


def solver_configs(sampler):
    """Settings that a class may have beside those of its noise schedule."""
    orders = [dict(solver_order=order) for order in (1, 3)]
    least = dict(final_sigmas_type="sigma_min")
    if sampler == "deis":
        yield from orders
        yield dict(solver_order=3, lower_order_final=False)
    if sampler == "dpmpp-2s":
        yield from orders
        for kind in ("dpmsolver++", "dpmsolver", "sde-dpmsolver++"):
            for solver, order in (("midpoint", 3), ("heun", 2), ("heun", 3)):
                yield dict(least, algorithm_type=kind, solver_type=solver, solver_order=order)
        yield dict(least, solver_order=1)
    if sampler == "dpmpp-2m":
        yield dict(solver_order=3)
        yield dict(least, solver_order=3, lower_order_final=False)
        yield dict(solver_type="heun")
        yield dict(least, solver_type="heun", euler_at_final=True, lower_order_final=False)
        yield dict(least, algorithm_type="dpmsolver", solver_order=3)
        yield dict(least, algorithm_type="dpmsolver", solver_type="heun")
        yield dict(use_lu_lambdas=True)
        yield dict(lambda_min_clipped=-1.5)
    if sampler == "dpmpp-2m-sde":
        yield dict(solver_order=3)
        yield dict(solver_type="heun")
        for solver in ("midpoint", "heun"):
            yield dict(least, algorithm_type="sde-dpmsolver", solver_type=solver)
    if sampler == "unipc":
        yield dict(solver_order=3)
        yield dict(least, solver_order=3, solver_type="bh1", lower_order_final=False)
        yield dict(least, solver_order=4, predict_x0=False, disable_corrector=[0, 2])
        yield dict(least, solver_type="bh1", predict_x0=False)
    if sampler == "euler":
        yield dict(prediction_type="v_prediction", timestep_type="continuous")
        yield dict(interpolation_type="log_linear")
        yield dict(use_karras_sigmas=True, sigma_min=0.05, sigma_max=12.0)


def solver_cases(sampler):
    """Settings of the samplers that were here before them, and one of the beta sigmas."""
    base = configs_of(sampler)
    for config in solver_configs(sampler):
        spacing = "karras" if "use_karras_sigmas" in config else "exponential" if "use_lu_lambdas" in config else "default"
        yield run(sampler, dict(base, **config), spacing, 7)
    if sampler in SIGMA_GRIDS:
        yield run(sampler, base, "beta", 7)


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
        few = (1, 25, 333, 1000)
        for steps in few if sampler in NEWER else (1, 2, 4, 10, 25, 30, 50, 77, 100, 333, 600, 998, 1000):
            if sampler in OWN_GRID and steps > 50:
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


def allowed(sampler, config):
    """Combinations that the class itself refuses, or whose result is not finite whatever is run."""
    noise = config.get("algorithm_type") in ("dpmsolver", "sde-dpmsolver")
    if noise and config.get("final_sigmas_type") != "sigma_min":
        return False
    if config.get("algorithm_type") == "sde-dpmsolver" and (sampler == "dpmpp-2s" or config.get("solver_order") == 3):
        return False
    return True


def wide_settings(sampler):
    """Every value of every setting of the class."""
    options = {"prediction_type": predictions_of(sampler)}
    if sampler in ("dpmpp-2m", "dpmpp-2m-sde", "dpmpp-2s", "deis", "unipc"):
        options["solver_order"] = (1, 2, 3)
        options["lower_order_final"] = (True, False)
    if sampler in ("dpmpp-2m", "dpmpp-2m-sde", "dpmpp-2s"):
        options["solver_type"] = ("midpoint", "heun")
        options["final_sigmas_type"] = ("zero", "sigma_min")
    if sampler == "dpmpp-2m":
        options["algorithm_type"] = ("dpmsolver++", "dpmsolver")
        options["euler_at_final"] = (False, True)
    if sampler == "dpmpp-2m-sde":
        options["algorithm_type"] = ("sde-dpmsolver++", "sde-dpmsolver")
    if sampler == "dpmpp-2s":
        options["algorithm_type"] = ("dpmsolver++", "dpmsolver", "sde-dpmsolver++")
    if sampler == "unipc":
        options.update(solver_type=("bh1", "bh2"), predict_x0=(True, False), final_sigmas_type=("zero", "sigma_min"),
                       disable_corrector=([], [1]))
    if sampler == "euler":
        options.update(timestep_type=("discrete", "continuous"), final_sigmas_type=("zero", "sigma_min"))
    for values in itertools.product(*options.values()):
        config = dict(zip(options, values))
        if allowed(sampler, config):
            yield config


def wide_cases(sampler):
    """Settings, each over spacings, steps, betas and zero terminal SNR in turn."""
    spacings = spacings_of(sampler) + (["beta"] if sampler in SIGMA_GRIDS else [])
    betas = [{}, dict(beta_schedule="linear", beta_start=0.0001, beta_end=0.02), dict(beta_schedule="squaredcos_cap_v2")]
    if sampler in ZERO_SNR:
        betas.append(dict(rescale_betas_zero_snr=True))
    etas = (0.0, 0.3, 0.5, 1.0) if sampler in ("ddim", "tcd") else (0.0,)
    turn = 0
    for config in wide_settings(sampler):
        for spacing, steps in itertools.product(spacings, (1, 2, 3, 6, 11, 15, 20, 31)):
            beta = betas[turn % len(betas)]
            turn += 1
            if "rescale_betas_zero_snr" in beta and config["prediction_type"] == "epsilon":
                beta = {}
            whole = dict(configs_of(sampler), **beta, **config)
            try:
                case = run(sampler, whole, spacing, steps, etas[turn // 8 % len(etas)], may_fail=True)
            except torch.linalg.LinAlgError:
                continue  # UniPC between levels that repeat
            if case:
                yield case


def content_of(cases, laid_out):
    longest = max(len(case["timesteps"]) for case in cases)
    assert longest <= LONGEST
    return {"unit_noise": numbers(UNIT_NOISE), "step_noise": [numbers(noise) for noise in STEP_NOISE[:longest]],
            "cases": cases, "grids": laid_out}


def write_compressed(folder, name, text):
    """NAME.json.gz, whose bytes depend on nothing but the text."""
    (folder / f"{name}.json.gz").write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(CLASSES))
    parser.add_argument("--wide", type=pathlib.Path)
    options = parser.parse_args()
    if options.wide:
        options.wide.mkdir(parents=True, exist_ok=True)
        for sampler in options.only:
            cases = list(wide_cases(sampler))
            text = json.dumps(content_of(cases, []), separators=(",", ":"))
            write_compressed(options.wide, f"samplers_{sampler.replace('-', '_')}", text)
            print(sampler, len(cases))
        return
    text = json.dumps(list(tables()), separators=(",", ":")).replace('{"config"', '\n{"config"')
    write_compressed(HERE, "samplers_tables", text + "\n")
    for sampler in options.only:
        cases = list(newer_cases(sampler) if sampler in NEWER else
                     itertools.chain(plain_cases(sampler), special_cases(sampler), solver_cases(sampler)))
        laid_out = [entry for entry in grids(sampler) if entry]
        text = json.dumps(content_of(cases, laid_out), separators=(",", ":")).replace('{"sampler"', '\n{"sampler"')
        write_compressed(HERE, f"samplers_{sampler.replace('-', '_')}", text + "\n")


if __name__ == "__main__":
    main()
