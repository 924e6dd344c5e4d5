"""Makes the class-conditional cases of tests/golden/networks/: DiT, the VQ autoencoder and latent diffusion's U-Net.

    python make_class_networks.py [case ...]

The files are those of make_networks.py. Diffusers' layout is made with diffusers' own classes. For the original layouts
the weights are generated under their original names; DiT's network is stated here anew from the paper (Peebles and Xie
2023: figure 3, section 3.2), latent diffusion's are diffusers' classes fed by the renames below. Made with torch 2.11
and diffusers 0.42.0.
"""

import gzip
import json
import math
import re
import sys

import torch
import torch.nn.functional as F
from diffusers import DiTTransformer2DModel, UNet2DConditionModel, VQModel
from safetensors.torch import save_file

from generated_weights import fill, generated_state
from make_networks import FOLDER, SEED, noise, save

DIT = dict(num_attention_heads=2, attention_head_dim=8, in_channels=4, out_channels=8, num_layers=3, sample_size=8,
           patch_size=2, num_embeds_ada_norm=9)
DITS = {
    "dit": DIT,
    "dit-plain": dict(DIT, out_channels=4, num_layers=1, patch_size=4, attention_bias=False, norm_eps=1e-3),
}

VQ = dict(in_channels=3, out_channels=3, latent_channels=4, block_out_channels=[8, 12, 16], layers_per_block=2,
          norm_num_groups=4, sample_size=32, num_vq_embeddings=40, vq_embed_dim=3,
          down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D", "AttnDownEncoderBlock2D"],
          up_block_types=["AttnUpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"])
# 32 groups are the originals'; at a width of 32 each would be one channel, and hide what is added to all its places.
VQ_ORIGINAL = dict(VQ, block_out_channels=[64, 128], layers_per_block=1, norm_num_groups=32, vq_embed_dim=4,
                   down_block_types=["DownEncoderBlock2D", "AttnDownEncoderBlock2D"],
                   up_block_types=["AttnUpDecoderBlock2D", "UpDecoderBlock2D"])
LDM = dict(sample_size=8, in_channels=4, out_channels=4, block_out_channels=[64, 128], layers_per_block=2,
           cross_attention_dim=12, attention_head_dim=[2, 4], norm_num_groups=32,
           down_block_types=["CrossAttnDownBlock2D"] * 2, up_block_types=["CrossAttnUpBlock2D"] * 2)
LDMS = {"ldm-original": LDM,
        "ldm-original-small": dict(LDM, block_out_channels=[64, 64], layers_per_block=1, cross_attention_dim=6,
                                   attention_head_dim=[2, 2])}
# width, depth
ORIGINAL_DITS = {"dit-original": (128, 2), "dit-original-small": (64, 1)}


def save_original(case: str, shapes: dict, tensors: dict) -> None:
    """A case whose network has no config: its shapes say everything."""
    text = json.dumps({"config": {}, "seed": SEED, "tensors": shapes}, separators=(",", ":"))
    (FOLDER / f"{case}.json.gz").write_bytes(gzip.compress((text + "\n").encode(), mtime=0))
    arrays = FOLDER / f"{case}.safetensors"
    save_file({name: value.detach().float().contiguous() for name, value in tensors.items()}, arrays)
    arrays.chmod(0o644)
    outputs = ", ".join(f"{name} {value.std():.2f}" for name, value in tensors.items() if name.startswith("out"))
    print(f"{case}: deviation of {outputs}")


def dit_inputs(batch: int, side: int) -> dict:
    return {"x": noise(1, batch, 4, side, side), "timesteps": torch.tensor([801.0, 13.0])[:batch],
            "labels": torch.tensor([3, 9])[:batch]}


def make_dit(case: str) -> None:
    dit = DiTTransformer2DModel(**DITS[case]).eval()
    fill(dit, SEED)
    tensors = {}
    for size, (batch, side) in {"own": (2, 8), "stretched": (1, 12)}.items():
        inputs = dit_inputs(batch, side)
        tensors.update({f"{name}.{size}": value for name, value in inputs.items()})
        tensors[f"out.{size}"] = dit(inputs["x"], inputs["timesteps"], inputs["labels"]).sample
    save(case, dit, dict(DITS[case], _class_name="DiTTransformer2DModel"), tensors)


def original_dit_shapes(width: int, depth: int, patch: int, side: int, classes: int) -> dict:
    shapes = {"pos_embed": [1, (side // patch) ** 2, width], "x_embedder.proj.weight": [width, 4, patch, patch],
              "x_embedder.proj.bias": [width], "y_embedder.embedding_table.weight": [classes + 1, width]}

    def linear(name: str, inputs: int, outputs: int) -> None:
        shapes[name + ".weight"] = [outputs, inputs]
        shapes[name + ".bias"] = [outputs]

    linear("t_embedder.mlp.0", 256, width)
    linear("t_embedder.mlp.2", width, width)
    for i in range(depth):
        linear(f"blocks.{i}.attn.qkv", width, 3 * width)
        linear(f"blocks.{i}.attn.proj", width, width)
        linear(f"blocks.{i}.mlp.fc1", width, 4 * width)
        linear(f"blocks.{i}.mlp.fc2", 4 * width, width)
        linear(f"blocks.{i}.adaLN_modulation.1", width, 6 * width)
    linear("final_layer.linear", width, patch * patch * 8)
    linear("final_layer.adaLN_modulation.1", width, 2 * width)
    return shapes


class OriginalDit:
    """adaLN-Zero with the tensors of the original checkpoints: timesteps [B], labels [B], x [B, 4, side, side]."""

    def __init__(self, tensors: dict, heads: int, depth: int, patch: int):
        self.tensors, self.heads, self.depth, self.patch = tensors, heads, depth, patch

    def linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.tensors[name + ".weight"], self.tensors[name + ".bias"])

    def norm(self, x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale[:, None]) + shift[:, None]

    def condition(self, timesteps: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        frequencies = torch.exp(-math.log(10000) * torch.arange(128) / 128)
        angles = timesteps[:, None] * frequencies
        time = self.linear("t_embedder.mlp.0", torch.cat([angles.cos(), angles.sin()], dim=1))
        return self.linear("t_embedder.mlp.2", F.silu(time)) + self.tensors["y_embedder.embedding_table.weight"][labels]

    def attention(self, name: str, x: torch.Tensor) -> torch.Tensor:
        batch, tokens, width = x.shape
        split = self.linear(name + ".qkv", x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(width // self.heads), dim=-1)
        return self.linear(name + ".proj", (weights @ v).transpose(1, 2).reshape(batch, tokens, width))

    def block(self, name: str, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = self.linear(name + ".adaLN_modulation.1",
                                                                         F.silu(condition)).chunk(6, dim=1)
        x = x + gate_a[:, None] * self.attention(name + ".attn", self.norm(x, shift_a, scale_a))
        hidden = F.gelu(self.linear(name + ".mlp.fc1", self.norm(x, shift_m, scale_m)), approximate="tanh")
        return x + gate_m[:, None] * self.linear(name + ".mlp.fc2", hidden)

    def __call__(self, x: torch.Tensor, timesteps: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        side = x.shape[-1] // self.patch
        patches = F.conv2d(x, self.tensors["x_embedder.proj.weight"], self.tensors["x_embedder.proj.bias"],
                           stride=self.patch)
        h = patches.flatten(2).transpose(1, 2) + self.tensors["pos_embed"]
        condition = self.condition(timesteps, labels)
        for i in range(self.depth):
            h = self.block(f"blocks.{i}", h, condition)
        shift, scale = self.linear("final_layer.adaLN_modulation.1", F.silu(condition)).chunk(2, dim=1)
        h = self.linear("final_layer.linear", self.norm(h, shift, scale))
        h = h.reshape(x.shape[0], side, side, self.patch, self.patch, 8)
        return torch.einsum("bijpqc->bcipjq", h).reshape(x.shape[0], 8, *x.shape[2:])


def original_dit(case: str) -> OriginalDit:
    width, depth = ORIGINAL_DITS[case]
    shapes = original_dit_shapes(width, depth, patch=2, side=8, classes=9)
    return OriginalDit(generated_state(shapes, SEED), heads=width // 64, depth=depth, patch=2)


def make_original_dit(case: str) -> None:
    dit = original_dit(case)
    inputs = dit_inputs(2, 8)
    save_original(case, {name: list(value.shape) for name, value in dit.tensors.items()},
                  inputs | {"out": dit(**inputs)})


def original_vq_name(name: str, levels: int) -> str:
    """The original's name of a tensor of diffusers' VQModel."""
    name = re.sub(r"encoder\.down_blocks\.(\d+)\.", r"encoder.down.\1.", name)
    name = re.sub(r"decoder\.up_blocks\.(\d+)\.", lambda m: f"decoder.up.{levels - 1 - int(m[1])}.", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = name.replace("mid_block.attentions.0.", "mid.attn_1.")
    name = re.sub(r"\.resnets\.(\d+)", r".block.\1", re.sub(r"\.attentions\.(\d+)", r".attn.\1", name))
    name = name.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
    name = name.replace("downsamplers.0.", "downsample.").replace("upsamplers.0.", "upsample.")
    name = name.replace(".group_norm.", ".norm.").replace(".to_out.0.", ".proj_out.")
    return re.sub(r"\.to_([qkv])\.", r".\1.", name)


def vq_tensors(vq: VQModel, levels: int) -> dict:
    factor = 2 ** (levels - 1)
    width = vq.config.vq_embed_dim
    z, picture = 0.5 * noise(1, 2, width, 5, 7), noise(2, 1, 3, 5 * factor, 6 * factor)
    return {"z": z, "picture": picture, "out.decoded": vq.decode(z).sample, "out.latents": vq.encode(picture).latents}


def make_vq(case: str) -> None:
    vq = VQModel(**VQ).eval()
    fill(vq, SEED)
    save(case, vq, dict(VQ, _class_name="VQModel"), vq_tensors(vq, levels=3))


def load_original(module: torch.nn.Module, shapes: dict, original_name) -> None:
    """Fills a diffusers module with weights generated under their original names, reshaped where a 1x1 convolution of
    the original is a linear layer there."""
    made = generated_state(shapes, SEED)
    state = module.state_dict()
    module.load_state_dict({name: made[original_name(name)].reshape(value.shape) for name, value in state.items()})


def is_picture_attention(name: str) -> bool:
    return re.search(r"attn(_1)?\.(\d+\.)?(q|k|v|proj_out)\.weight$", name) is not None


def original_vq():
    """The network and its original names and shapes."""
    vq = VQModel(**VQ_ORIGINAL).eval()
    names = {name: original_vq_name(name, levels=2) for name in vq.state_dict()}
    shapes = {}
    for name, value in vq.state_dict().items():
        shape = list(value.shape)
        shapes[names[name]] = shape + [1, 1] if is_picture_attention(names[name]) else shape
    load_original(vq, shapes, names.__getitem__)
    return vq, shapes


def make_original_vq(case: str) -> None:
    vq, shapes = original_vq()
    save_original(case, shapes, vq_tensors(vq, levels=2))


RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
          "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}


def original_unet_name(name: str, layers: int) -> str:
    """The original's name of a tensor of diffusers' UNet2DConditionModel with attention at every level."""
    fixed = {"conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
             "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2"}
    module, _, part = name.rpartition(".")
    if module in fixed:
        return f"{fixed[module]}.{part}"
    if match := re.match(r"mid_block\.(resnets|attentions)\.(\d)\.(.*)", name):
        place = "middle_block.1" if match[1] == "attentions" else f"middle_block.{2 * int(match[2])}"
        return f"{place}.{inside(match[1], match[3])}"
    if match := re.match(r"down_blocks\.(\d+)\.downsamplers\.0\.conv\.(.*)", name):
        return f"input_blocks.{(int(match[1]) + 1) * (layers + 1)}.0.op.{match[2]}"
    if match := re.match(r"up_blocks\.(\d+)\.upsamplers\.0\.conv\.(.*)", name):
        return f"output_blocks.{int(match[1]) * (layers + 1) + layers}.2.conv.{match[2]}"
    way, level, kind, index, rest = re.match(r"(down|up)_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.*)", name).groups()
    place = int(level) * (layers + 1) + int(index)
    blocks = f"input_blocks.{place + 1}" if way == "down" else f"output_blocks.{place}"
    return f"{blocks}.{0 if kind == 'resnets' else 1}.{inside(kind, rest)}"


def inside(kind: str, rest: str) -> str:
    module, _, part = rest.rpartition(".")
    return f"{RESNET[module]}.{part}" if kind == "resnets" else rest


def original_unet(case: str):
    """The network, its class table and the shapes of both."""
    config = LDMS[case]
    unet = UNet2DConditionModel(**config).eval()
    names = {name: "model.diffusion_model." + original_unet_name(name, config["layers_per_block"])
             for name in unet.state_dict()}
    shapes = {names[name]: list(value.shape) for name, value in unet.state_dict().items()}
    load_original(unet, shapes, names.__getitem__)
    classes = {"cond_stage_model.embedding.weight": [10, config["cross_attention_dim"]]}
    return unet, generated_state(classes, SEED)["cond_stage_model.embedding.weight"], shapes | classes


def make_original_unet(case: str) -> None:
    unet, table, shapes = original_unet(case)
    inputs = {"x": noise(1, 2, 4, 8, 8), "timesteps": torch.tensor([801.0, 1.0]), "labels": torch.tensor([3, 7])}
    out = unet(inputs["x"], inputs["timesteps"], table[inputs["labels"]][:, None]).sample
    save_original(case, shapes, inputs | {"out": out})


MAKERS = {name: make_dit for name in DITS} | {name: make_original_dit for name in ORIGINAL_DITS}
MAKERS |= {"vq": make_vq, "vq-original": make_original_vq} | {name: make_original_unet for name in LDMS}

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    for chosen in sys.argv[1:] or MAKERS:
        MAKERS[chosen](chosen)
