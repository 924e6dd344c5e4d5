"""Makes tests/golden/networks/lora-*.json.gz and .safetensors: a U-Net with low-rank adapters, run by diffusers and peft.

    python make_lora.py

The network is the case unet-sd1 of make_networks.py, on its inputs. Each case is <case>.json.gz (names and shapes of the
adapter file's tensors, their seed, the strength) and <case>.safetensors (the output). Adapter tensors are generated from
their names (generated_weights.py), alphas are given. Made with torch 2.11, diffusers 0.42.0 and peft 0.19, lora-dora
with torch 2.15, diffusers 0.42.1 and peft 0.21; LoHa and LoKr by their definition (Yeh et al. 2023, section 3), since
diffusers reads neither.
"""

import gzip
import json
import math

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file

from generated_weights import fill, generated_tensor
from make_networks import FOLDER, SEED, UNETS

RANK, ALPHA, STRENGTH, LORA_SEED = 4, 2.0, 0.7, 11
LINEAR = ["down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q",
          "mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0",
          "up_blocks.1.attentions.0.transformer_blocks.0.ff.net.0.proj"]
CONV = ["down_blocks.1.resnets.0.conv1", "up_blocks.2.attentions.1.proj_in", "down_blocks.0.downsamplers.0.conv"]


def network():
    unet = UNet2DConditionModel(**UNETS["unet-sd1"]).eval()
    fill(unet, SEED)
    return unet


def output(unet):
    tensors = load_file(FOLDER / "unet-sd1.safetensors")
    return unet(tensors["x.even"], tensors["timesteps.even"], tensors["context.even"]).sample


def generated(shapes):
    """Alphas hold one number; the factors are generated, `up` small enough to change the picture and not destroy it."""
    return {name: torch.tensor(ALPHA) if not shape else generated_tensor(name, shape, LORA_SEED)
            for name, shape in shapes.items()}


def save(case, shapes, unet):
    text = json.dumps({"seed": LORA_SEED, "strength": STRENGTH, "alpha": ALPHA, "tensors": shapes}, separators=(",", ":"))
    (FOLDER / f"{case}.json.gz").write_bytes(gzip.compress((text + "\n").encode(), mtime=0))
    out = output(unet)
    save_file({"out": out.contiguous()}, FOLDER / f"{case}.safetensors")
    moved = (out - output(network())).std() / out.std()
    print(f"{case}: moves the output by {moved:.2f}")


def factors(module, down, up):
    """Shapes of a pair of factors for a layer: a 3x3 or 1x1 convolution, or a linear layer."""
    shape = list(module.weight.shape)
    if len(shape) == 4:
        return {down: [RANK, *shape[1:]], up: [shape[0], RANK, 1, 1]}
    return {down: [RANK, shape[1]], up: [shape[0], RANK]}


def peft_case(case, shapes):
    """diffusers' own loading, adapters at run time; folded they must give the same."""
    unet = network()
    state, alphas = StableDiffusionPipeline.lora_state_dict(generated(shapes), unet_config=unet.config)[:2]
    StableDiffusionPipeline.load_lora_into_unet(state, alphas, unet, adapter_name="a")
    unet.set_adapters("a", STRENGTH)
    save(case, shapes, unet)
    kept = output(unet)
    unet.fuse_lora(adapter_names=["a"])
    assert torch.allclose(kept, output(unet), rtol=1e-4, atol=1e-5)


def kohya():
    unet, shapes = network(), {}
    for path in LINEAR + CONV:
        stem = "lora_unet_" + path.replace(".", "_")
        shapes.update(factors(unet.get_submodule(path), f"{stem}.lora_down.weight", f"{stem}.lora_up.weight"))
        shapes[f"{stem}.alpha"] = []
    return shapes


def diffusers_peft():
    unet, shapes = network(), {}
    for path in LINEAR + CONV:
        shapes.update(factors(unet.get_submodule(path), f"unet.{path}.lora_A.weight", f"unet.{path}.lora_B.weight"))
    return shapes


def diffusers_dora():
    """Magnitudes as peft saves them: one for each output, of a convolution in the second of four sides."""
    unet, shapes = network(), {}
    for path in LINEAR + CONV:
        layer = unet.get_submodule(path)
        shapes.update(factors(layer, f"unet.{path}.lora_A.weight", f"unet.{path}.lora_B.weight"))
        outputs = layer.weight.shape[0]
        shapes[f"unet.{path}.lora_magnitude_vector"] = [outputs] if layer.weight.dim() == 2 else [1, outputs, 1, 1]
    return shapes


def diffusers_processors():
    unet, shapes = network(), {}
    for path in LINEAR[:2]:
        attention, layer = path.split(".to_")
        stem = f"unet.{attention}.processor.to_{layer.removesuffix('.0')}_lora"
        shapes.update(factors(unet.get_submodule(path), f"{stem}.down.weight", f"{stem}.up.weight"))
    return shapes


def lycoris_case(case, shapes_of, product):
    unet, shapes = network(), {}
    for path in LINEAR[:2] + CONV[:1]:
        stem = "lora_unet_" + path.replace(".", "_")
        shapes.update(shapes_of(stem, list(unet.get_submodule(path).weight.shape)))
    tensors = generated(shapes)
    for path in LINEAR[:2] + CONV[:1]:
        stem = "lora_unet_" + path.replace(".", "_") + "."
        own = {name.removeprefix(stem): tensor for name, tensor in tensors.items() if name.startswith(stem)}
        weight = unet.get_submodule(path).weight
        weight += STRENGTH * (ALPHA / RANK) * product(own).reshape(weight.shape)
    save(case, shapes, unet)


def loha_shapes(stem, shape):
    rest = math.prod(shape[1:])
    halves = {f"{stem}.hada_w{i}_a": [shape[0], RANK] for i in (1, 2)}
    return halves | {f"{stem}.hada_w{i}_b": [RANK, rest] for i in (1, 2)} | {f"{stem}.alpha": []}


def loha_product(own):
    return (own["hada_w1_a"] @ own["hada_w1_b"]) * (own["hada_w2_a"] @ own["hada_w2_b"])


def lokr_shapes(stem, shape):
    left = [2, 4]
    right = [shape[0] // 2, shape[1] // 4, *shape[2:]]
    return {f"{stem}.lokr_w1": left, f"{stem}.lokr_w2_a": [right[0], RANK],
            f"{stem}.lokr_w2_b": [RANK, math.prod(right[1:])], f"{stem}.alpha": []}


def lokr_product(own):
    return torch.kron(own["lokr_w1"], own["lokr_w2_a"] @ own["lokr_w2_b"])


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    peft_case("lora-kohya", kohya())
    peft_case("lora-peft", diffusers_peft())
    peft_case("lora-processors", diffusers_processors())
    peft_case("lora-dora", diffusers_dora())
    lycoris_case("lora-loha", loha_shapes, loha_product)
    lycoris_case("lora-lokr", lokr_shapes, lokr_product)
