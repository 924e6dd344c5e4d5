"""Makes stitched_runs.json and .safetensors: whole runs of a stitched pair by diffusers' networks and schedulers.

    python make_stitched_runs.py

The pair is keys/small-model.json with generated weights (generated_weights.py), as tests/support/model_folder.cpp
writes it, so goldens hold noise, final latents and pictures only. The loop is that of ../parity. Made with torch 2.11,
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

from generated_weights import generated_tensor

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "parity"))
from compare_with_diffusers import Reference, relative  # noqa: E402

PROMPT, NEGATIVE = "a cat on blue", "bad"
STEPS = 8
LATENT = (4, 12, 16)
LARGE_SEED, SMALL_SEED, SHARED_SEED = 1, 2, 7
CASES = [("ddim", 0, 1.0, "epsilon"), ("pndm", 50, 7.5, "epsilon"), ("euler", 30, 7.5, "epsilon"),
         ("dpmpp-2m", 50, 7.5, "v_prediction"), ("unipc", 30, 7.5, "epsilon"), ("euler-a", 100, 1.0, "epsilon")]


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
    model = json.loads((HERE / "keys" / "small-model.json").read_text("utf-8"))

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


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(5)
    tensors = {"initial": torch.randn(1, *LATENT, generator=generator),
               "noise": torch.randn(STEPS + 1, 1, *LATENT, generator=generator)}
    said = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_pair(folder)
        scheduler_file = folder / "large" / "scheduler" / "scheduler_config.json"
        scheduler_file.parent.mkdir()
        single, double = Reference(folder), Reference(folder, torch.float64)
        for sampler, ratio, guidance, prediction in CASES:
            scheduler_file.write_text(json.dumps(scheduler_config(prediction)))
            case = (PROMPT, NEGATIVE, sampler, "default", STEPS, ratio, guidance, tensors["initial"], tensors["noise"])
            latents, evaluations = single.run(*case)
            print(f"{sampler}: fp32 is {relative(latents.double(), double.run(*case)[0]):.1e} from fp64")
            tensors[sampler + ".latents"] = latents.contiguous()
            tensors[sampler + ".picture"] = torch.from_numpy(single.picture(latents).copy())
            said.append({"sampler": sampler, "ratio": ratio, "guidance": guidance, "evaluations": evaluations,
                         "scheduler": scheduler_config(prediction)})
    golden = {"prompt": PROMPT, "negative": NEGATIVE, "steps": STEPS, "size": [4 * LATENT[2], 4 * LATENT[1]],
              "seeds": {"large": LARGE_SEED, "small": SMALL_SEED, "shared": SHARED_SEED}, "cases": said}
    (HERE / "stitched_runs.json").write_text(json.dumps(golden, indent=1) + "\n")
    save_file(tensors, HERE / "stitched_runs.safetensors")


if __name__ == "__main__":
    main()
