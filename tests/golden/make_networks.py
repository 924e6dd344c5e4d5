"""Makes tests/golden/networks/: inputs and outputs of the reference networks at small sizes.

    python make_networks.py [case ...]

Each case is <case>.json.gz (the reference's configuration, the weights' seed, names and shapes) and <case>.safetensors
(inputs and outputs). The weights are generated from their names (generated_weights.py), so they are not stored. Made
with torch 2.11, diffusers 0.42.0 and transformers 5.23.0.
"""

import gzip
import json
import pathlib
import sys

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, ControlNetModel, T2IAdapter, UNet2DConditionModel
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.unets.unet_2d_blocks import CrossAttnDownBlock2D, CrossAttnUpBlock2D
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from generated_weights import fill

SEED = 3
FOLDER = pathlib.Path(__file__).parent / "networks"

COMMON = dict(sample_size=16, in_channels=4, out_channels=4, norm_num_groups=4)
X, D = "CrossAttnDownBlock2D", "DownBlock2D"
UX, UD = "CrossAttnUpBlock2D", "UpBlock2D"
SD1 = dict(COMMON, block_out_channels=[16, 24, 32, 32], layers_per_block=2, cross_attention_dim=20,
           attention_head_dim=4, down_block_types=[X, X, X, D], up_block_types=[UD, UX, UX, UX])
BK = dict(SD1, layers_per_block=1)
XL = dict(COMMON, block_out_channels=[16, 24, 32], layers_per_block=2, cross_attention_dim=20,
          attention_head_dim=[2, 3, 4], use_linear_projection=True, down_block_types=[D, X, X],
          up_block_types=[UX, UX, UD], transformer_layers_per_block=[1, 2, 3], addition_embed_type="text_time",
          addition_time_embed_dim=8, projection_class_embeddings_input_dim=12 + 6 * 8)

UNETS = {
    "unet-sd1": SD1,
    "unet-sd2": dict(SD1, attention_head_dim=[2, 3, 4, 4], use_linear_projection=True, upcast_attention=True),
    "unet-bk-base": BK,
    "unet-bk-small": dict(BK, mid_block_type=None),
    "unet-bk-tiny": dict(BK, mid_block_type=None, block_out_channels=[16, 24, 32], down_block_types=[X, X, X],
                         up_block_types=[UX, UX, UX]),
    "unet-sdxl": XL,
    "unet-ssd": dict(XL, transformer_layers_per_block=[1, [2, 1], [2, 2]],
                     reverse_transformer_layers_per_block=[[2, 1, 3], [2, 1, 1], 1], mid_block_type="UNetMidBlock2D"),
    "unet-lcm": dict(XL, transformer_layers_per_block=[1, 1, 1], time_cond_proj_dim=10),
    "unet-koala": dict(XL, layers_per_block=1, mid_block_type=None, transformer_layers_per_block=[1, 2, 3]),
}

def control_config(unet: dict, **said) -> dict:
    kept = ("in_channels", "norm_num_groups", "block_out_channels", "layers_per_block", "cross_attention_dim",
            "attention_head_dim", "down_block_types", "use_linear_projection", "transformer_layers_per_block",
            "addition_embed_type", "addition_time_embed_dim", "projection_class_embeddings_input_dim")
    return {key: unet[key] for key in kept if key in unet} | {"conditioning_embedding_out_channels": [4, 6, 8, 10]} | said


CONTROLS = {
    "control-sd1": ("unet-sd1", control_config(SD1)),
    "control-sdxl": ("unet-sdxl", control_config(XL, controlnet_conditioning_channel_order="bgr")),
    "control-sdxl-small": ("unet-sdxl", control_config(XL, down_block_types=[D, D, D], mid_block_type="UNetMidBlock2D",
                                                       transformer_layers_per_block=1)),
}

# name: the U-Nets that take it, its configuration. Latents of 8 pixels.
ADAPTERS = {
    "adapter-full": (["unet-sd1", "unet-bk-small", "unet-bk-tiny"], dict(channels=[16, 24, 32, 32])),
    "adapter-grey": (["unet-bk-base"], dict(in_channels=1, channels=[16, 24, 32, 32], num_res_blocks=1)),
    "adapter-xl": (["unet-sdxl", "unet-ssd", "unet-koala"],
                   dict(channels=[16, 24, 32, 32], downscale_factor=16, adapter_type="full_adapter_xl")),
    "adapter-light": (["unet-sd1"], dict(channels=[16, 24, 32], num_res_blocks=3, adapter_type="light_adapter")),
}

VAE = dict(in_channels=3, out_channels=3, latent_channels=4, block_out_channels=[8, 12, 16], layers_per_block=2,
           norm_num_groups=4, sample_size=32, down_block_types=["DownEncoderBlock2D"] * 3,
           up_block_types=["UpDecoderBlock2D"] * 3)
VAES = {
    "vae": VAE,
    "vae-plain": dict(VAE, block_out_channels=[8, 16], layers_per_block=1, mid_block_add_attention=False,
                      use_quant_conv=False, use_post_quant_conv=False, down_block_types=["DownEncoderBlock2D"] * 2,
                      up_block_types=["UpDecoderBlock2D"] * 2),
}

CLIP = dict(vocab_size=99, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
            max_position_embeddings=12, projection_dim=20, hidden_act="quick_gelu", eos_token_id=2, bos_token_id=0)
CLIPS = {
    "clip-quick-gelu": (CLIPTextModel, CLIP),
    "clip-gelu": (CLIPTextModel, dict(CLIP, hidden_act="gelu")),
    "clip-projection": (CLIPTextModelWithProjection, dict(CLIP, hidden_act="gelu")),
}


def noise(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def save(case: str, module: torch.nn.Module, config: dict, tensors: dict, prefix: str = "") -> None:
    shapes = {prefix + name: list(value.shape) for name, value in module.state_dict().items()}
    text = json.dumps({"config": config, "seed": SEED, "tensors": shapes}, separators=(",", ":"))
    (FOLDER / f"{case}.json.gz").write_bytes(gzip.compress((text + "\n").encode(), mtime=0))
    arrays = FOLDER / f"{case}.safetensors"
    save_file({name: value.detach().float().contiguous() for name, value in tensors.items()}, arrays)
    arrays.chmod(0o644)
    outputs = ", ".join(f"{name} {value.std():.2f}" for name, value in tensors.items() if name.startswith("out"))
    print(f"{case}: deviation of {outputs}")


def make_unet(case: str) -> None:
    config = UNETS[case]
    unet = UNet2DConditionModel(**config).eval()
    fill(unet, SEED)
    tensors = {}
    for size, (batch, height, width) in {"even": (2, 16, 8), "odd": (1, 9, 13)}.items():
        inputs = {"x": noise(1, batch, 4, height, width), "timesteps": torch.tensor([801.0, 13.5])[:batch],
                  "context": noise(2, batch, 7, config["cross_attention_dim"])}
        extras = {}
        if "addition_embed_type" in config:
            inputs["pooled"] = noise(3, batch, 12)
            inputs["time_ids"] = torch.tensor([[64.0, 48.0, 0.0, 8.0, 128.0, 96.0]] * batch)
            extras["added_cond_kwargs"] = {"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]}
        if "time_cond_proj_dim" in config:
            inputs["guidance_embedding"] = noise(4, batch, config["time_cond_proj_dim"])
            extras["timestep_cond"] = inputs["guidance_embedding"]
        out = unet(inputs["x"], inputs["timesteps"], inputs["context"], **extras).sample
        tensors.update({f"{name}.{size}": value for name, value in inputs.items()})
        tensors[f"out.{size}"] = out
    save(case, unet, dict(config, _class_name="UNet2DConditionModel"), tensors)


def make_control(case: str) -> None:
    """A ControlNet, and what the U-Net of its family makes of its residuals at strength 0.8."""
    unet_case, config = CONTROLS[case]
    control = ControlNetModel(**config).eval()
    fill(control, SEED)
    unet = UNet2DConditionModel(**UNETS[unet_case]).eval()
    fill(unet, SEED)
    inputs = {"x": noise(1, 2, 4, 10, 6), "timesteps": torch.tensor([801.0, 801.0]),
              "context": noise(2, 2, 7, config["cross_attention_dim"]),
              "hint": noise(5, 1, 3, 80, 48).sigmoid()}
    extras = {}
    if "addition_embed_type" in config:
        inputs["pooled"] = noise(3, 2, 12)
        inputs["time_ids"] = torch.tensor([[64.0, 48.0, 0.0, 8.0, 128.0, 96.0]] * 2)
        extras["added_cond_kwargs"] = {"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]}
    skips, middle = control(inputs["x"], inputs["timesteps"], inputs["context"],
                            torch.cat([inputs["hint"]] * 2), conditioning_scale=0.8, return_dict=False, **extras)
    out = unet(inputs["x"], inputs["timesteps"], inputs["context"], down_block_additional_residuals=skips,
               mid_block_additional_residual=middle, **extras).sample
    tensors = inputs | {"out.middle": middle, "out": out} | {f"out.skip{i}": skip for i, skip in enumerate(skips)}
    save(case, control, dict(config, _class_name="ControlNetModel"), tensors)


def make_adapter(case: str) -> None:
    """A T2I-Adapter, and what U-Nets of its family make of its features at strength 0.8; latents of odd halves."""
    unet_cases, config = ADAPTERS[case]
    adapter = T2IAdapter(**config).eval()
    fill(adapter, SEED)
    height, width = (6, 2) if "downscale_factor" in config else (5, 3)
    picture = noise(5, 1, config.get("in_channels", 3), 8 * height, 8 * width).sigmoid()
    inputs = {"picture": picture, "x": noise(1, 2, 4, height, width),
              "timesteps": torch.tensor([801.0, 801.0]), "context": noise(2, 2, 7, 20), "pooled": noise(3, 2, 12),
              "time_ids": torch.tensor([[64.0, 48.0, 0.0, 8.0, 128.0, 96.0]] * 2)}
    features = adapter(inputs["picture"])
    tensors = inputs | {f"out.feature{i}": feature for i, feature in enumerate(features)}
    for unet_case in unet_cases:
        unet = UNet2DConditionModel(**UNETS[unet_case]).eval()
        fill(unet, SEED)
        tensors[f"out.{unet_case}"] = unet(
            inputs["x"], inputs["timesteps"], inputs["context"],
            added_cond_kwargs={"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]},
            down_intrablock_additional_residuals=[torch.cat([0.8 * feature] * 2) for feature in features]).sample
    save(case, adapter, dict(config, _class_name="T2IAdapter"), tensors)


def make_vae(case: str) -> None:
    vae = AutoencoderKL(**VAES[case]).eval()
    fill(vae, SEED)
    factor = 2 ** (len(VAES[case]["block_out_channels"]) - 1)
    z, picture = noise(1, 2, 4, 5, 7), noise(2, 1, 3, 5 * factor, 6 * factor)
    tensors = {"z": z, "picture": picture, "out.decoded": vae.decode(z).sample,
               "out.mean": vae.encode(picture).latent_dist.mean}
    if case == "vae":  # tiles of 32 / 4 = 8 latent pixels
        vae.enable_tiling()
        tensors["z_large"] = noise(3, 1, 4, 13, 22)
        tensors["out.tiled"] = vae.decode(tensors["z_large"]).sample
        tensors["out.tiled_mean"] = vae.encode(tensors["out.tiled"]).latent_dist.mean
    save(case, vae, dict(VAES[case], _class_name="AutoencoderKL"), tensors)


def make_taesd(case: str) -> None:
    config = dict(encoder_block_out_channels=[8, 8, 8, 8], decoder_block_out_channels=[8, 8, 8, 8],
                  num_encoder_blocks=[1, 2, 1, 1], num_decoder_blocks=[1, 1, 2, 1])
    vae = AutoencoderTiny(**config).eval()
    fill(vae, SEED)
    z, picture = noise(1, 2, 4, 3, 5), noise(2, 1, 3, 40, 24)
    tensors = {"z": z, "picture": picture, "out.decoded": vae.decode(z).sample,
               "out.latents": vae.encode(picture).latents}
    save(case, vae, dict(config, _class_name="AutoencoderTiny"), tensors)


def make_clip(case: str) -> None:
    kind, config = CLIPS[case]
    model = kind(CLIPTextConfig(**config)).eval()
    # Published files carry the prefix in both classes; this version writes it in one of them only.
    prefix = "text_model." if case == "clip-gelu" else ""
    fill(model, SEED, prefix)
    ids = torch.tensor([[97, 5, 17, 98, 98, 98, 98, 98, 98, 98, 98, 98], [97, 1, 2, 3, 4, 60, 61, 62, 63, 64, 98, 0]])
    out = model(ids, output_hidden_states=True)
    pooled = out.text_embeds if hasattr(out, "text_embeds") else out.pooler_output
    tensors = {"ids": ids, "out.last_hidden_state": out.last_hidden_state, "out.penultimate": out.hidden_states[-2],
               "out.pooled": pooled}
    save(case, model, dict(config, architectures=[kind.__name__]), tensors, prefix)


def make_resnet(case: str) -> None:
    block = ResnetBlock2D(in_channels=16, out_channels=24, temb_channels=20, groups=4, eps=1e-5,
                          output_scale_factor=1.5).eval()
    fill(block, SEED)
    x, time = noise(1, 2, 16, 7, 5), noise(2, 2, 20)
    save(case, block, {}, {"x": x, "time": time, "out": block(x, time)})


def make_transformer(case: str) -> None:
    block = Transformer2DModel(num_attention_heads=4, attention_head_dim=4, in_channels=16, num_layers=2,
                               cross_attention_dim=20, norm_num_groups=4,
                               use_linear_projection=case == "transformer-linear").eval()
    fill(block, SEED)
    x, context = noise(1, 2, 16, 7, 5), noise(2, 2, 6, 20)
    save(case, block, {}, {"x": x, "context": context, "out": block(x, context).sample})


def make_down_block(case: str) -> None:
    block = CrossAttnDownBlock2D(in_channels=16, out_channels=24, temb_channels=20, num_layers=2,
                                 transformer_layers_per_block=[1, 2], resnet_groups=4, num_attention_heads=3,
                                 cross_attention_dim=20).eval()
    fill(block, SEED)
    x, time, context = noise(1, 2, 16, 7, 10), noise(2, 2, 20), noise(3, 2, 6, 20)
    _, skips = block(x, time, context)  # the block's result is its last skip
    tensors = {"x": x, "time": time, "context": context}
    save(case, block, {}, tensors | {f"out.skip{i}": skip for i, skip in enumerate(skips)})


def make_up_block(case: str) -> None:
    block = CrossAttnUpBlock2D(in_channels=12, out_channels=16, prev_output_channel=24, temb_channels=20, num_layers=2,
                               transformer_layers_per_block=[2, 1], resnet_groups=4, num_attention_heads=4,
                               cross_attention_dim=20).eval()
    fill(block, SEED)
    x, time, context = noise(1, 2, 24, 4, 5), noise(2, 2, 20), noise(3, 2, 6, 20)
    skips = (noise(4, 2, 12, 4, 5), noise(5, 2, 16, 4, 5))
    out = block(x, skips, time, context, upsample_size=(7, 9))
    save(case, block, {}, {"x": x, "time": time, "context": context, "skip0": skips[0], "skip1": skips[1], "out": out})


def make(case: str) -> None:
    makers = {"taesd": make_taesd, "resnet": make_resnet, "transformer-conv": make_transformer,
              "transformer-linear": make_transformer, "down-block": make_down_block, "up-block": make_up_block}
    makers |= {name: make_unet for name in UNETS} | {name: make_vae for name in VAES}
    makers |= {name: make_clip for name in CLIPS} | {name: make_control for name in CONTROLS}
    makers |= {name: make_adapter for name in ADAPTERS}
    for name in [case] if case else makers:
        makers[name](name)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    torch.set_grad_enabled(False)
    for chosen in sys.argv[1:] or [""]:
        make(chosen)
