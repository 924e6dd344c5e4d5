"""Makes xl_runs.json and .safetensors: whole runs of stitched SDXL pairs by diffusers' networks and schedulers.

    python make_xl_runs.py

Every weight is generated from its name, shape and seed (generated_weights.py), so the json holds configs and cases only
and the tensors are noise, final latents and one picture. `unets`: SDXL, its refiner, LCM-SDXL, and as small partners
the layouts of SSD-1B (nested depths, one resnet in the middle) and KOALA. ControlNets have what shapes do not show as
published files have it (32 groups, heads 64 wide), so that one file without a config says the same. The LoRA is loaded
into the U-Nets by diffusers and peft. The loop is that of ../parity.

`bound` is the relative difference allowed: 1e-4, or four times that of the reference's own fp32 from fp64 where that is
larger. `halves`: the same for networks in fp16 and bf16, twice the reference's own distance from its fp32 run.
Made with torch 2.12, diffusers 0.42.0, transformers 5.23.0 and peft 0.21.
"""

import json
import pathlib
import sys
import tempfile
import types

import numpy as np
import torch
from diffusers import AutoencoderKL, ControlNetModel, StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.image_processor import VaeImageProcessor
from diffusers.utils import logging
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import key_lists
from generated_weights import generated_tensor
from make_stitched_runs import HERE, filled, text_name

sys.path.insert(0, str(HERE.parent / "parity"))
from compare_with_diffusers import Reference, relative  # noqa: E402

PROMPT = "a cat on blue"
STEPS = {"euler": 5, "dpmpp-2m": 5, "lcm": 4}
LATENT = (4, 6, 8)
PICTURE = (40, 28)  # of no run's size: it is resized
WIDTHS, POOLED, ID_WIDTH = (16, 32), 20, 8  # of the two text encoders, the pooled vector and one time id
SEEDS = {"sdxl": 1, "ssd-1b": 2, "koala": 3, "lcm-sdxl": 4, "refiner": 5, "shared": 7, "control": 21,
         "control-mid": 22, "control-small": 23}
X, D, UX, UD = "CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"
SCHEDULER = {"_class_name": "EulerDiscreteScheduler", "num_train_timesteps": 1000, "beta_start": 0.00085,
             "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1, "timestep_spacing": "leading",
             "prediction_type": "epsilon"}

XL = dict(sample_size=16, in_channels=4, out_channels=4, norm_num_groups=8, block_out_channels=[32, 64, 64],
          attention_head_dim=[1, 2, 4], layers_per_block=2, down_block_types=[D, X, X], up_block_types=[UX, UX, UD],
          cross_attention_dim=sum(WIDTHS), use_linear_projection=True, addition_embed_type="text_time",
          addition_time_embed_dim=ID_WIDTH, projection_class_embeddings_input_dim=POOLED + 6 * ID_WIDTH)
UNETS = {
    "sdxl": dict(XL, transformer_layers_per_block=[1, 2, 3]),
    "ssd-1b": dict(XL, transformer_layers_per_block=[1, [2, 2], [2, 1]], mid_block_type="UNetMidBlock2D",
                   reverse_transformer_layers_per_block=[[2, 1, 3], [2, 1, 1], 1]),
    "koala": dict(XL, layers_per_block=1, mid_block_type=None, transformer_layers_per_block=[0, 2, 2]),
    "lcm-sdxl": dict(XL, transformer_layers_per_block=[1, 2, 3], time_cond_proj_dim=10),
    "refiner": dict(XL, block_out_channels=[24, 48, 64, 64], attention_head_dim=[3, 2, 4, 4],
                    down_block_types=[D, X, X, D], up_block_types=[UD, UX, UX, UD], transformer_layers_per_block=2,
                    cross_attention_dim=WIDTHS[1], projection_class_embeddings_input_dim=POOLED + 5 * ID_WIDTH),
}
CONTROL = {key: XL[key] for key in XL if key not in ("sample_size", "out_channels", "up_block_types")}
CONTROL.update(norm_num_groups=32, attention_head_dim=[1, 1, 1], conditioning_embedding_out_channels=[4, 8, 8, 16])
CONTROLS = {
    "control": dict(CONTROL, transformer_layers_per_block=[1, 2, 3]),
    "control-mid": dict(CONTROL, transformer_layers_per_block=[0, 0, 1]),
    "control-small": dict(CONTROL, transformer_layers_per_block=[0, 0, 0], down_block_types=[D, D, D],
                          cross_attention_dim=1),
}
VAE = dict(block_out_channels=[8, 8, 16, 16], down_block_types=["DownEncoderBlock2D"] * 4,
           up_block_types=["UpDecoderBlock2D"] * 4, layers_per_block=1, norm_num_groups=4, scaling_factor=0.13025)
TEXT = dict(vocab_size=516, num_hidden_layers=3, max_position_embeddings=16, projection_dim=POOLED, bos_token_id=0,
            eos_token_id=2)
TEXTS = {
    "text_encoder": dict(TEXT, hidden_size=WIDTHS[0], intermediate_size=32, num_attention_heads=2,
                         hidden_act="quick_gelu"),
    "text_encoder_2": dict(TEXT, hidden_size=WIDTHS[1], intermediate_size=64, num_attention_heads=4, hidden_act="gelu"),
}
CLASSES = {"text_encoder": CLIPTextModel, "text_encoder_2": CLIPTextModelWithProjection}

RANK, ALPHA, LORA_SEED = 4, 2.0, 31
LORA = {  # file's prefix: layers
    "lora_unet_": ["down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
                   "down_blocks.1.attentions.0.transformer_blocks.1.attn2.to_k",
                   "up_blocks.0.attentions.1.transformer_blocks.0.ff.net.2", "down_blocks.2.attentions.0.proj_in"],
    "lora_te1_": ["text_model.encoder.layers.0.self_attn.q_proj", "text_model.encoder.layers.1.mlp.fc1"],
    "lora_te2_": ["text_model.encoder.layers.0.self_attn.v_proj", "text_model.encoder.layers.1.mlp.fc2"],
}

GUIDED = dict(large="sdxl", small="ssd-1b", sampler="euler", ratio=40, guidance=5.0, negative="bad", control=None,
              lora=None, zeros=True, embedding=True)
CASES = {
    **{f"{sampler}-{ratio}": dict(sampler=sampler, ratio=ratio) for sampler in ("euler", "dpmpp-2m")
       for ratio in (0, 40, 100)},
    "koala": dict(small="koala"),
    "no-negative": dict(negative=None),
    "no-negative-encoded": dict(negative=None, zeros=False),
    "empty-negative": dict(negative=""),
    "lcm": dict(large="lcm-sdxl", sampler="lcm", ratio=50, guidance=1.5),
    "lcm-plain": dict(large="lcm-sdxl", sampler="lcm", ratio=50, guidance=1.5, embedding=False),
    "refiner": dict(large="refiner", small="sdxl", ratio=60),
    "control": dict(control=("control", 0.5)),
    "control-mid": dict(control=("control-mid", 0.5)),
    "control-small": dict(control=("control-small", 0.8)),
    "lora": dict(lora=0.7),
    "control-and-lora": dict(control=("control", 0.5), lora=0.7),
}
WITH_PICTURE = "euler-40"
IN_HALVES = ["euler-40", "dpmpp-2m-40", "control-and-lora"]
HALVES = {"fp16": torch.float16, "bf16": torch.bfloat16}


def network(kind):
    return filled(UNet2DConditionModel(**UNETS[kind]), SEEDS[kind]).eval()


def write_parts(folder):
    """Text encoders, tokenizers, autoencoder and scheduler; `large` and `small` below it get their U-Nets later."""
    large = folder / "large"
    files = key_lists.load("small-model")["files"]
    for name, text in files.items():
        for tokenizer, pad in (("tokenizer", "<|endoftext|>"), ("tokenizer_2", "!")):
            place = large / name.replace("tokenizer", tokenizer, 1)
            place.parent.mkdir(exist_ok=True, parents=True)
            place.write_text(text.replace('"pad_token": "<|endoftext|>"', f'"pad_token": "{pad}"'), "utf-8")
    for name, said in TEXTS.items():
        module = CLASSES[name](CLIPTextConfig(**said))
        filled(module, SEEDS["shared"], text_name if name == "text_encoder" else lambda key: key)
        module.save_pretrained(large / name)
    filled(AutoencoderKL(**VAE), SEEDS["shared"]).save_pretrained(large / "vae")
    (large / "scheduler").mkdir()
    (large / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    network("sdxl").save_pretrained(large / "unet")
    network("ssd-1b").save_pretrained(folder / "small" / "unet")


class Controlled:
    """A U-Net with a ControlNet's residuals."""

    def __init__(self, net, control, hint, scale):
        self.net, self.config, self.control, self.hint, self.scale = net, net.config, control, hint, scale

    def __call__(self, x, t, encoder_hidden_states, **extra):
        own = {key: value for key, value in extra.items() if key == "added_cond_kwargs"}
        down, middle = self.control(x, t, encoder_hidden_states, torch.cat([self.hint.to(x.dtype)] * len(x)),
                                    conditioning_scale=self.scale, return_dict=False, **own)
        return self.net(x, t, encoder_hidden_states=encoder_hidden_states, down_block_additional_residuals=down,
                        mid_block_additional_residual=middle, **extra)


class InHalf:
    """Asked and answering in fp32, computing in another type."""

    def __init__(self, net, dtype):
        self.net, self.config, self.dtype = net, net.config, dtype

    def __call__(self, x, t, encoder_hidden_states, **extra):
        if "added_cond_kwargs" in extra:
            told = extra["added_cond_kwargs"]
            extra["added_cond_kwargs"] = {key: value.to(self.dtype) for key, value in told.items()}
        output = self.net(x.to(self.dtype), t, encoder_hidden_states=encoder_hidden_states.to(self.dtype), **extra)
        output.sample = output.sample.float()
        return output


class Untold:
    """An LCM network that is not told the guidance: as in the demo of the paper."""

    def __init__(self, net):
        self.net, self.config = net, types.SimpleNamespace(time_cond_proj_dim=None)

    def __call__(self, *given, **extra):
        return self.net(*given, **extra)


class XlReference(Reference):
    """diffusers' parts of one case. The refiner is asked with its own conditions: the second encoder's text alone, and
    an aesthetic score in place of the target size."""

    def __init__(self, folder, case, hint, dtype=torch.float32, half=None):
        super().__init__(folder, torch.float32)
        self.case, self.dtype = case, dtype
        self.large, self.small = network(case["large"]), network(case["small"])
        if case["lora"] is not None:
            self.load_lora(case["lora"])
        for part in (self.large, self.small, self.text, self.text_2, self.vae):
            part.to(half or dtype)
        control = None
        if case["control"]:
            name, scale = case["control"]
            control = filled(ControlNetModel(**CONTROLS[name]), SEEDS[name]).eval().to(half or dtype)
        for side in ("large", "small"):
            net = getattr(self, side)
            net = Controlled(net, control, hint, scale) if control is not None else net
            net = net if case["embedding"] or side == "small" else Untold(net)
            setattr(self, side, InHalf(net, half) if half else net)

    def load_lora(self, strength):
        """Into the U-Nets by diffusers' own loading and peft, into the text encoders by definition (Hu et al. 2021)."""
        tensors = lora_tensors(lora_shapes(self))
        for net in (self.large, self.small):
            state, alphas = StableDiffusionXLPipeline.lora_state_dict(dict(tensors), unet_config=net.config)[:2]
            StableDiffusionXLPipeline.load_lora_into_unet(state, alphas, net, adapter_name="a")
            net.set_adapters("a", strength)
        for prefix, module in (("lora_te1_", self.text), ("lora_te2_", self.text_2)):
            for path in LORA[prefix]:
                stem = prefix + path.replace(".", "_")
                product = tensors[f"{stem}.lora_up.weight"].double() @ tensors[f"{stem}.lora_down.weight"].double()
                text_layer(module, path).weight += (strength * ALPHA / RANK * product).float()

    def conditions(self, prompt, negative, size):
        both = super().conditions(prompt, negative, size)
        if negative is None and not self.case["zeros"]:
            both[0] = super().conditions(prompt, "", size)[0]
        if self.case["large"] != "refiner":
            return both
        self.of_refiner = []
        for (states, pooled, ids), score in zip(both, (2.5, 6.0)):
            told = torch.cat([ids[:, :4], torch.full((1, 1), score, dtype=self.dtype)], 1)
            self.of_refiner.append((states[..., WIDTHS[0]:], pooled, told))
        return both

    def predict(self, net, inputs, t, conditions, guidance):
        if self.case["large"] == "refiner" and net is self.large:
            conditions = self.of_refiner
        return super().predict(net, inputs, t, conditions, guidance)

    def latents(self, tensors):
        case = self.case
        return self.run(PROMPT, case["negative"], case["sampler"], "default", STEPS[case["sampler"]], case["ratio"],
                        case["guidance"], tensors["initial"], tensors["noise"])[0]


def text_layer(encoder, path):
    """transformers 5 has no `text_model` in one of the two classes."""
    return encoder.get_submodule(path if hasattr(encoder, "text_model") else path.removeprefix("text_model."))


def lora_shapes(reference):
    """The file's tensors; a text encoder's layers have their published names."""
    shapes = {}
    for prefix, layers in LORA.items():
        encoder = reference.text if prefix == "lora_te1_" else reference.text_2
        for path in layers:
            unet = reference.large.get_submodule(path) if prefix == "lora_unet_" else None
            rows, columns = (unet or text_layer(encoder, path)).weight.shape
            stem = prefix + path.replace(".", "_")
            shapes.update({f"{stem}.lora_down.weight": [RANK, columns], f"{stem}.lora_up.weight": [rows, RANK],
                           f"{stem}.alpha": []})
    return shapes


def lora_tensors(shapes):
    return {name: torch.tensor(ALPHA) if not shape else generated_tensor(name, shape, LORA_SEED)
            for name, shape in shapes.items()}


def record(folder, name, tensors, hint):
    """What the json says of a case; its latents go to `tensors`."""
    case = {**GUIDED, **CASES[name]}
    reference = XlReference(folder, case, hint)
    latents = reference.latents(tensors)
    exact = XlReference(folder, case, hint, torch.float64).latents(tensors)
    own_error = relative(latents.double(), exact)
    tensors[name + ".latents"] = latents.contiguous()
    said = {"name": name, **case, "steps": STEPS[case["sampler"]], "bound": max(1e-4, 4 * own_error)}
    print(f"{name}: fp32 is {own_error:.1e} from fp64")
    if name == WITH_PICTURE:
        tensors[name + ".picture"] = torch.from_numpy(reference.picture(latents).copy())
    if name in IN_HALVES:
        said["halves"] = {}
        for half, dtype in HALVES.items():
            off = relative(XlReference(folder, case, hint, half=dtype).latents(tensors), latents)
            said["halves"][half] = float(f"{2 * off:.2g}")
            print(f"  {half} is {off:.1e} from fp32")
    return said


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    logging.set_verbosity_error()
    generator = torch.Generator().manual_seed(8)
    picture = np.random.default_rng(4).integers(0, 256, (PICTURE[1] // 4, PICTURE[0] // 4, 3), dtype=np.uint8)
    picture = picture.repeat(4, 0).repeat(4, 1)
    size = (8 * LATENT[2], 8 * LATENT[1])
    processor = VaeImageProcessor(do_convert_rgb=True, do_normalize=False)
    hint = processor.preprocess(Image.fromarray(picture), size[1], size[0])
    tensors = {"initial": torch.randn(1, *LATENT, generator=generator),
               "noise": torch.randn(max(STEPS.values()), 1, *LATENT, generator=generator),
               "control": torch.from_numpy(picture)}
    said = {"prompt": PROMPT, "size": size, "seeds": SEEDS, "scheduler": SCHEDULER, "unets": UNETS,
            "controls": CONTROLS, "vae": VAE, "texts": TEXTS, "cases": []}
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        write_parts(folder)
        said["cases"] = [record(folder, name, tensors, hint) for name in CASES]
        plain = XlReference(folder, GUIDED, hint)
        said["lora"] = {"seed": LORA_SEED, "alpha": ALPHA, "tensors": lora_shapes(plain)}
    for case in CASES:
        moved = relative(tensors[case + ".latents"], tensors["euler-40.latents"])
        print(f"{case}: {moved:.1e} from the plain run")
    (HERE / "xl_runs.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
    save_file(tensors, HERE / "xl_runs.safetensors")
    (HERE / "xl_runs.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
