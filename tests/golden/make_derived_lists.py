"""Makes the lists that are derived from a config: the lighter ControlNets for SDXL and DiT as diffusers stores it.

    python make_derived_lists.py

Names and shapes are those of diffusers' classes on the meta device (diffusers 0.42.0). The ControlNets' configs are that
of controlnet-sdxl with the depths of the published variants: 0, 0, 1 (-mid), and none at all, without attention on
the way down and with a context of width 1 (-small); the counts give the published fp16 files' 545 MB and 320 MB. DiT's
blocks are alike and written once: `{0..27}` stands for each of them.
"""

import torch
from diffusers import ControlNetModel, DiTTransformer2DModel

import key_lists

VARIANTS = {
    "mid": (dict(transformer_layers_per_block=[0, 0, 1]), 272_586_000),
    "small": (dict(transformer_layers_per_block=[0, 0, 0], down_block_types=["DownBlock2D"] * 3, cross_attention_dim=1),
              160_111_120),
}
DIT = dict(num_attention_heads=16, attention_head_dim=72, in_channels=4, out_channels=8, num_layers=28, sample_size=32,
           patch_size=2, num_embeds_ada_norm=1000, activation_fn="gelu-approximate", attention_bias=True,
           norm_type="ada_norm_zero", norm_elementwise_affine=False)


def shapes_of(network, config, parameters):
    with torch.device("meta"):
        state = network(**config).state_dict()
    assert sum(value.numel() for value in state.values()) == parameters
    return {key: list(value.shape) for key, value in sorted(state.items())}


def save(name, config, tensors):
    key_lists.save(name, {"config": config, "tensors": tensors})


def main():
    full = key_lists.load("controlnet-sdxl")["config"]
    for name, (said, parameters) in VARIANTS.items():
        config = {**full, **said}
        save(f"controlnet-sdxl-{name}", config, shapes_of(ControlNetModel, config, parameters))
    blocks = "transformer_blocks."
    tensors = shapes_of(DiTTransformer2DModel, DIT, 749_826_464)
    once = {key.replace(f"{blocks}0.", f"{blocks}{{0..{DIT['num_layers'] - 1}}}."): shape
            for key, shape in tensors.items() if not key.startswith(blocks) or key.startswith(f"{blocks}0.")}
    save("dit-xl-2-256-folder", {"_class_name": "DiTTransformer2DModel", **DIT}, once)


if __name__ == "__main__":
    main()
