"""Makes stitched_runs.json and .safetensors: whole runs of a stitched pair by diffusers' networks and schedulers.

    python make_stitched_runs.py

The pair is the list `small-model` of keys/ with generated weights (generated_weights.py), as tests/support/model_folder.cpp
writes it, so goldens hold noise, final latents and pictures only. `bound` is the relative difference allowed: 1e-4, or
four times that between the reference's own fp32 and fp64 where that is larger. The loop is that of ../parity. Made with torch 2.11,
diffusers 0.42.0 and transformers 5.23.0.
"""

import json
import pathlib
import sys
import tempfile

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

import key_lists
from generated_weights import generated_tensor

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "parity"))
from compare_with_diffusers import Reference, relative  # noqa: E402

PROMPT, NEGATIVE = "a cat on blue", "bad"
STEPS = 8
LATENT = (4, 12, 16)
LARGE_SEED, SMALL_SEED, SHARED_SEED = 1, 2, 7
EPSILON, V = "epsilon", "v_prediction"
CASES = [  # name, sampler, ratio, guidance, what the large and the small network predict
    ("ddim", "ddim", 0, 1.0, EPSILON, EPSILON), ("pndm", "pndm", 50, 7.5, EPSILON, EPSILON),
    ("euler", "euler", 30, 7.5, EPSILON, EPSILON), ("dpmpp-2m", "dpmpp-2m", 50, 7.5, V, V),
    ("unipc", "unipc", 30, 7.5, EPSILON, EPSILON), ("euler-a", "euler-a", 100, 1.0, EPSILON, EPSILON),
    ("ddim-guided", "ddim", 50, 7.5, EPSILON, EPSILON), ("euler-a-seam", "euler-a", 40, 7.5, EPSILON, EPSILON),
    ("mixed", "dpmpp-2m", 50, 7.5, EPSILON, V)]


def scheduler_config(prediction):
    return {"_class_name": "PNDMScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012,
            "beta_schedule": "scaled_linear", "skip_prk_steps": True, "set_alpha_to_one": False, "steps_offset": 1,
            "prediction_type": prediction}


def filled(module, seed, published_name=lambda name: name):
    state = {name: generated_tensor(published_name(name), value.shape, seed) if value.is_floating_point() else value
             for name, value in module.state_dict().items()}
    module.load_state_dict(state)
    return module


def text_name(name):
    return name if name.startswith("text_model.") else "text_model." + name


def write_pair(folder):
    model = key_lists.load("small-model")

    def arguments(part):
        return {key: value for key, value in model[part]["config"].items() if key not in ("_class_name", "architectures")}

    filled(UNet2DConditionModel(**arguments("unet_large")), LARGE_SEED).save_pretrained(folder / "large" / "unet")
    filled(UNet2DConditionModel(**arguments("unet_small")), SMALL_SEED).save_pretrained(folder / "small" / "unet")
    filled(AutoencoderKL(**arguments("vae")), SHARED_SEED).save_pretrained(folder / "large" / "vae")
    text = CLIPTextModel(CLIPTextConfig(**arguments("text_encoder")))
    filled(text, SHARED_SEED, text_name).save_pretrained(folder / "large" / "text_encoder")
    for name, content in model["files"].items():
        (folder / "large" / name).parent.mkdir(exist_ok=True)
        (folder / "large" / name).write_text(content, "utf-8")


class AsEpsilon:
    """A network that predicts v, asked for epsilon: eps = sqrt(abar) v + sqrt(1 - abar) x (Salimans and Ho 2022)."""

    def __init__(self, unet, alphas_cumprod):
        self.unet, self.config, self.alphas_cumprod = unet, unet.config, alphas_cumprod.double()

    def __call__(self, x, t, **conditions):
        output = self.unet(x, t, **conditions)
        abar = self.alphas_cumprod[int(t)]
        output.sample = abar.sqrt().item() * output.sample + (1 - abar).sqrt().item() * x
        return output


def run(folder, dtype, sampler, large_predicts, small_predicts, *case):
    reference = Reference(folder, dtype)
    if small_predicts != large_predicts:
        assert (large_predicts, small_predicts) == (EPSILON, V)
        reference.small = AsEpsilon(reference.small, reference.scheduler(sampler, "default").alphas_cumprod)
    latents, evaluations = reference.run(PROMPT, NEGATIVE, sampler, "default", STEPS, *case)
    return reference, latents, evaluations


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(5)
    tensors = {"initial": torch.randn(1, *LATENT, generator=generator),
               "noise": torch.randn(STEPS + 1, 1, *LATENT, generator=generator)}
    said = []
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        write_pair(folder)
        scheduler_file = folder / "large" / "scheduler" / "scheduler_config.json"
        scheduler_file.parent.mkdir()
        for name, sampler, ratio, guidance, large, small in CASES:
            scheduler_file.write_text(json.dumps(scheduler_config(large)))
            case = (sampler, large, small, ratio, guidance, tensors["initial"], tensors["noise"])
            reference, latents, evaluations = run(folder, torch.float32, *case)
            own_error = relative(latents.double(), run(folder, torch.float64, *case)[1])
            print(f"{name}: fp32 is {own_error:.1e} from fp64")
            tensors[name + ".latents"] = latents.contiguous()
            tensors[name + ".picture"] = torch.from_numpy(reference.picture(latents).copy())
            said.append({"name": name, "sampler": sampler, "ratio": ratio, "guidance": guidance,
                         "evaluations": evaluations, "scheduler": scheduler_config(large), "small_predicts": small,
                         "bound": max(1e-4, 4 * own_error)})
    golden = {"prompt": PROMPT, "negative": NEGATIVE, "steps": STEPS, "size": [4 * LATENT[2], 4 * LATENT[1]],
              "seeds": {"large": LARGE_SEED, "small": SMALL_SEED, "shared": SHARED_SEED}, "cases": said}
    (HERE / "stitched_runs.json").write_text(json.dumps(golden, indent=1) + "\n")
    save_file(tensors, HERE / "stitched_runs.safetensors")


if __name__ == "__main__":
    main()
