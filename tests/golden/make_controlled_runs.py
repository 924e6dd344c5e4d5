"""Makes controlled_runs.json and .safetensors: whole runs of a stitched pair with ControlNets and low-rank files.

    python make_controlled_runs.py

The pair is that of make_stitched_runs.py; the small U-Net has one layer a level of the large one's two, so that it takes
the residuals of its first layers (core/networks/README.md). ControlNets are a U-Net's way down by diffusers' ControlNetModel with
generated weights; configs and shapes of everything generated are in the json. The control picture is resized by
diffusers' VaeImageProcessor. LoRAs are loaded by diffusers' pipeline and peft. `bound` as in make_stitched_runs.py.
Made with torch 2.11, diffusers 0.42.0, transformers 5.23.0 and peft 0.19.
"""

import json
import pathlib
import sys
import tempfile

import numpy as np
import torch
from diffusers import ControlNetModel, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.image_processor import VaeImageProcessor
from PIL import Image
from safetensors.torch import save_file

from generated_weights import generated_tensor
from make_stitched_runs import (EPSILON, HERE, LARGE_SEED, LATENT, NEGATIVE, PROMPT, SHARED_SEED, SMALL_SEED, filled,
                                scheduler_config, write_pair)

sys.path.insert(0, str(HERE.parent / "parity"))
from compare_with_diffusers import Reference, relative  # noqa: E402

STEPS, RATIO, GUIDANCE, SAMPLER = 8, 50, 2.0, "ddim"
PICTURE = (40, 28)  # of no run's size: it is resized
UNET = dict(sample_size=16, down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
            up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"], layers_per_block=2, cross_attention_dim=32,
            attention_head_dim=4, norm_num_groups=8, block_out_channels=[32, 64])
SMALL_UNET = {**UNET, "layers_per_block": 1}
CONTROL = {key: value for key, value in UNET.items() if key not in ("sample_size", "up_block_types")}
CONTROL["conditioning_embedding_out_channels"] = [8, 16, 16]
FIRST_LAYERS = [0, 1, 3, 4]  # of conv_in, two layers, downsampler, two layers
ALPHA, RANK = 2.0, 4
CONTROLS = {"a": 21, "b": 22}
LORAS = {  # name: seed, layers of the network, layers of the text encoder
    "unet": (31, ["down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q", "mid_block.attentions.0.proj_in",
                  "up_blocks.0.resnets.0.conv1"], []),
    "text": (32, ["down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"],
             ["layers.0.self_attn.q_proj", "layers.1.mlp.fc1"]),
}
CASES = {  # name: controls as (which, scale, start, end, on), loras as (which, strength, on)
    "one": ([("a", 0.8, 0.0, 1.0, None)], []),
    "part": ([("a", 0.8, 0.2, 0.8, None)], []),
    "two": ([("a", 0.5, 0.0, 1.0, "large"), ("b", -0.7, 0.0, 1.0, "small"), ("b", 0.4, 0.0, 0.5, None)], []),
    "lora": ([], [("unet", 0.7, None), ("text", 0.5, "small")]),
    "lora-twice": ([], [("unet", 0.7, "large"), ("text", -0.6, None)]),
    "both": ([("a", 0.8, 0.0, 1.0, None)], [("text", 0.9, None)]),
}


def control_net(name):
    return filled(ControlNetModel(**CONTROL), CONTROLS[name]).eval()


def shape_map(module):
    return {key: list(value.shape) for key, value in module.state_dict().items()}


def factors(shape, down, up):
    rest = shape[1:]
    return {down: [RANK, *rest], up: [shape[0], RANK, *([1] * (len(shape) - 2))]}


def lora_shapes(name, unet, text):
    shapes = {}
    _, layers, encoder_layers = LORAS[name]
    for path in layers:
        stem = "lora_unet_" + path.replace(".", "_")
        shapes |= factors(list(unet.get_submodule(path).weight.shape), f"{stem}.lora_down.weight", f"{stem}.lora_up.weight")
        shapes[f"{stem}.alpha"] = []
    for path in encoder_layers:
        module = text.get_submodule(path if hasattr(text, "layers") else encoder_path(text, path))
        stem = "lora_te_text_model_encoder_" + path.replace(".", "_")
        shapes |= factors(list(module.weight.shape), f"{stem}.lora_down.weight", f"{stem}.lora_up.weight")
        shapes[f"{stem}.alpha"] = []
    return shapes


def encoder_path(text, path):
    return ("text_model.encoder." if hasattr(text, "text_model") else "encoder.") + path


def lora_tensors(name, shapes):
    return {key: torch.tensor(ALPHA) if not shape else generated_tensor(key, shape, LORAS[name][0])
            for key, shape in shapes.items()}


def fold(unet, text, name, shapes, strength):
    """Adds a file by its definition (Hu et al. 2021): strength * alpha / rank * up down."""
    tensors = lora_tensors(name, shapes)
    _, layers, encoder_layers = LORAS[name]
    for prefix, module, paths in (("lora_unet_", unet, layers), ("lora_te_text_model_encoder_", text, encoder_layers)):
        for path in paths:
            stem = prefix + path.replace(".", "_")
            weight = module.get_submodule(path if module is unet else encoder_path(text, path)).weight
            up, down = tensors[f"{stem}.lora_up.weight"].double(), tensors[f"{stem}.lora_down.weight"].double()
            product = (up.flatten(1) @ down.flatten(1)).reshape(weight.shape)
            weight += (strength * ALPHA / RANK * product).to(weight.dtype)


def check_against_diffusers(reference, shapes):
    """The network's part of a file by diffusers' own loading and peft equals what fold() makes of it."""
    tensors = {key: value for key, value in lora_tensors("unet", shapes["unet"]).items()}
    kept = filled(UNet2DConditionModel(**UNET), LARGE_SEED).eval()
    state, alphas = StableDiffusionPipeline.lora_state_dict(tensors, unet_config=kept.config)[:2]
    StableDiffusionPipeline.load_lora_into_unet(state, alphas, kept, adapter_name="a")
    kept.set_adapters("a", 0.7)
    folded = filled(UNet2DConditionModel(**UNET), LARGE_SEED).eval()
    fold(folded, reference.text, "unet", shapes["unet"], 0.7)
    x, context = torch.randn(1, *LATENT), torch.randn(1, 16, 32)
    assert relative(kept(x, 5, context).sample, folded(x, 5, context).sample) < 1e-5


def acting(controls, side, i, count):
    return [(name, scale) for name, scale, start, end, on in controls
            if start <= i / count and (i + 1) / count <= end and on in (None, side)]


class ControlledReference:
    """The loop of diffusers' ControlNet pipelines over a stitched pair."""

    def __init__(self, folder, dtype, shapes, controls, loras):
        self.controls, self.dtype = controls, dtype
        self.sides = {}
        for side, config, seed in (("large", UNET, LARGE_SEED), ("small", SMALL_UNET, SMALL_SEED)):
            own = Reference(folder, torch.float32)
            net = filled(UNet2DConditionModel(**config), seed).eval()
            for name, strength, on in loras:
                if on in (None, side):
                    fold(net, own.text, name, shapes[name], strength)
            own.text, own.dtype = own.text.to(dtype), dtype
            self.sides[side] = (net.to(dtype), own.conditions(PROMPT, NEGATIVE, (1, 1)))
        self.reference = own
        self.nets = {name: control_net(name).to(dtype) for name in CONTROLS}

    def residuals(self, side, i, count, inputs, t, context, hint):
        total, middle = None, None
        for name, scale in acting(self.controls, side, i, count):
            down, mid = self.nets[name](inputs, t, encoder_hidden_states=context, controlnet_cond=hint,
                                        conditioning_scale=scale, return_dict=False)
            if side == "small":
                down = [down[index] for index in FIRST_LAYERS]
            total = down if total is None else [a + b for a, b in zip(total, down)]
            middle = mid if middle is None else middle + mid
        return total, middle

    def additions(self, side, i, inputs, t, context, hint):
        down, middle = self.residuals(side, i, STEPS, inputs, t, context, torch.cat([hint.to(self.dtype)] * 2))
        if down is None:
            return {}
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}

    def run(self, unit_noise, hint):
        scheduler = self.reference.scheduler(SAMPLER, "default")
        scheduler.set_timesteps(STEPS)
        x = unit_noise.to(self.dtype) * scheduler.init_noise_sigma
        for i, t in enumerate(scheduler.timesteps):
            side = "small" if i < STEPS * RATIO // 100 else "large"
            net, conditions = self.sides[side]
            inputs = torch.cat([scheduler.scale_model_input(x, t)] * 2)
            context = torch.cat([half[0] for half in conditions])
            extra = self.additions(side, i, inputs, t, context, hint)
            plain, guided = net(inputs, t, encoder_hidden_states=context, **extra).sample.chunk(2)
            x = scheduler.step(plain + GUIDANCE * (guided - plain), t, x).prev_sample
        return x


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(6)
    picture = np.random.default_rng(3).integers(0, 256, (PICTURE[1] // 4, PICTURE[0] // 4, 3), dtype=np.uint8)
    picture = picture.repeat(4, 0).repeat(4, 1)
    processor = VaeImageProcessor(do_convert_rgb=True, do_normalize=False)
    size = (4 * LATENT[2], 4 * LATENT[1])
    hint = processor.preprocess(Image.fromarray(picture), height=size[1], width=size[0])
    tensors = {"initial": torch.randn(1, *LATENT, generator=generator), "control": torch.from_numpy(picture)}
    said = {"prompt": PROMPT, "negative": NEGATIVE, "steps": STEPS, "ratio": RATIO, "guidance": GUIDANCE,
            "sampler": SAMPLER, "size": list(size), "alpha": ALPHA, "scheduler": scheduler_config(EPSILON),
            "seeds": {"large": LARGE_SEED, "small": SMALL_SEED, "shared": SHARED_SEED}, "cases": []}
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        write_pair(folder)
        (folder / "large" / "scheduler").mkdir()
        (folder / "large" / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler_config(EPSILON)))
        reference = Reference(folder)
        large, small = UNet2DConditionModel(**UNET), UNet2DConditionModel(**SMALL_UNET)
        shapes = {name: lora_shapes(name, large, reference.text) for name in LORAS}
        check_against_diffusers(reference, shapes)
        said["unets"] = {"large": {"config": {"_class_name": "UNet2DConditionModel", **UNET}, "tensors": shape_map(large)},
                         "small": {"config": {"_class_name": "UNet2DConditionModel", **SMALL_UNET},
                                   "tensors": shape_map(small)}}
        said["controls"] = {"seeds": CONTROLS, "config": {"_class_name": "ControlNetModel", **CONTROL},
                            "tensors": shape_map(control_net("a"))}
        said["loras"] = {name: {"seed": LORAS[name][0], "tensors": shapes[name]} for name in LORAS}
        plain = ControlledReference(folder, torch.float32, shapes, [], []).run(tensors["initial"], hint)
        for name, (controls, loras) in CASES.items():
            case = (shapes, controls, loras)
            latents = ControlledReference(folder, torch.float32, *case).run(tensors["initial"], hint)
            own_error = relative(latents.double(), ControlledReference(folder, torch.float64, *case).run(tensors["initial"], hint))
            print(f"{name}: fp32 is {own_error:.1e} from fp64, {relative(latents, plain):.1e} from the plain run")
            tensors[name + ".latents"] = latents.contiguous()
            said["cases"].append({"name": name, "controls": controls, "loras": loras, "bound": max(1e-4, 4 * own_error)})
    (HERE / "controlled_runs.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
    save_file(tensors, HERE / "controlled_runs.safetensors")


if __name__ == "__main__":
    main()
