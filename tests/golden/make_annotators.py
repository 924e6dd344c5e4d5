"""Makes the annotators' cases of tests/golden/networks/ and their lists in tests/golden/keys/.

    python make_annotators.py [case ...]

A case is <case>.json.gz (the reference's configuration, the weights' seed, names and shapes) and <case>.safetensors (inputs
and outputs), as those of make_networks.py. Depth is compared with transformers 5.23.0 and torch 2.11; the networks of
poses, soft edges and line art, which no package has, are written down here layer by layer as their papers describe
them. `keys` makes the full-size lists, on meta tensors.
"""

import gzip
import json
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import functional
from transformers import (DepthAnythingConfig, DepthAnythingForDepthEstimation, DPTConfig, DPTForDepthEstimation,
                          DPTImageProcessor)
from transformers.modeling_outputs import DepthEstimatorOutput

import key_lists
from generated_weights import generated_state, generated_tensor

SEED = 3
FOLDER = pathlib.Path(__file__).parent / "networks"

DPT = dict(is_hybrid=True, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
           image_size=64, backbone_out_indices=[0, 1, 1, 2], backbone_featmap_shape=[1, 32, 4, 4],
           neck_hidden_sizes=[16, 24, 20, 28], reassemble_factors=[1, 1, 1, 0.5], fusion_hidden_size=16)
BIT = dict(model_type="bit", global_padding="SAME", layer_type="bottleneck", embedding_dynamic_padding=True,
           out_features=["stage1", "stage2", "stage3"], embedding_size=16, hidden_sizes=[16, 24, 32, 40],
           depths=[1, 2, 1], num_groups=4)
DINO = dict(model_type="dinov2", hidden_size=32, num_hidden_layers=5, num_attention_heads=4, image_size=42,
            patch_size=14, out_indices=[1, 2, 4, 5], reshape_hidden_states=False)
ANYTHING = dict(reassemble_hidden_size=32, neck_hidden_sizes=[8, 12, 16, 20], fusion_hidden_size=16,
                head_hidden_size=12, patch_size=14)

FULL_DPT = dict(is_hybrid=True, backbone_out_indices=[2, 5, 8, 11], neck_hidden_sizes=[256, 512, 768, 768],
                reassemble_factors=[1, 1, 1, 0.5])
FULL_BIT = dict(model_type="bit", global_padding="SAME", layer_type="bottleneck", embedding_dynamic_padding=True,
                out_features=["stage1", "stage2", "stage3"], depths=[3, 4, 9])
FULL_DINO = dict(model_type="dinov2", hidden_size=384, num_attention_heads=6, image_size=518, patch_size=14,
                 out_indices=[3, 6, 9, 12], reshape_hidden_states=False)

POSE_GAIN = 1.5  # on the weights, so that relu and the edges' zeros do not quieten layer after layer
POSE_SHAPE = dict(vgg=[6, 8, 10, 12], first_stage=14, stage=8, stages=3)
FULL_POSE_SHAPE = dict(vgg=[64, 128, 256, 512], first_stage=512, stage=128, stages=6)
EDGE_WIDTHS = [4, 6, 8, 10, 12]
LINE_WIDTH, FULL_LINE_WIDTH = 6, 64
FULL_EDGE_WIDTHS = [64, 128, 256, 512, 512]


def noise(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def save(case: str, shapes: dict, config: dict, tensors: dict) -> None:
    text = json.dumps({"config": config, "seed": SEED, "tensors": shapes}, separators=(",", ":"))
    (FOLDER / f"{case}.json.gz").write_bytes(gzip.compress((text + "\n").encode(), mtime=0))
    arrays = FOLDER / f"{case}.safetensors"
    save_file({name: value.detach().float().contiguous() for name, value in tensors.items()}, arrays)
    arrays.chmod(0o644)
    outputs = ", ".join(f"{name} {value.float().std():.3g} and {value.float().count_nonzero() / value.numel():.0%} not zero" for name, value in tensors.items() if name.startswith("out"))
    print(f"{case}: {outputs}")


def published(name: str) -> str:
    """A parameter's name in published files: this version of transformers renames those of DINOv2 as it loads them."""
    for ours, theirs in (("attention.q_proj", "attention.attention.query"), ("attention.k_proj", "attention.attention.key"),
                         ("attention.v_proj", "attention.attention.value"), ("attention.o_proj", "attention.output.dense")):
        name = name.replace("." + ours, "." + theirs)
    return name


def shapes_of(module: torch.nn.Module) -> dict:
    return {published(name): list(value.shape) for name, value in module.state_dict().items()}


def filled(module: torch.nn.Module) -> torch.nn.Module:
    state = module.state_dict()
    module.load_state_dict({name: generated_tensor(published(name), value.shape, SEED)
                            for name, value in state.items()})
    return module.eval()


def dpt(config: dict, backbone: dict):
    model = DPTForDepthEstimation(DPTConfig(**config, backbone_config=dict(backbone)))
    return model, dict(config, backbone_config=backbone, architectures=["DPTForDepthEstimation"])


def anything(config: dict, backbone: dict):
    model = DepthAnythingForDepthEstimation(DepthAnythingConfig(**config, backbone_config=dict(backbone)))
    return model, dict(config, backbone_config=backbone, architectures=["DepthAnythingForDepthEstimation"])


def make_dpt(case: str) -> None:
    model, config = dpt(DPT, BIT)
    filled(model)
    picture = noise(1, 1, 3, 64, 64)
    save(case, shapes_of(model), config, {"picture": picture, "out": model(picture).predicted_depth})


def make_anything(case: str) -> None:
    model, config = anything(ANYTHING, DINO)
    filled(model)
    tensors = {}
    for size, (height, width) in {"own": (42, 42), "stretched": (56, 28)}.items():
        picture = noise(1, 1, 3, height, width)
        tensors |= {f"picture.{size}": picture, f"out.{size}": model(picture).predicted_depth}
    save(case, shapes_of(model), config, tensors)


def make_processing(case: str) -> None:
    """A picture before and after the processors of both families, and the map that is made of a depth."""
    picture = np.random.default_rng(5).integers(0, 256, (30, 44, 3), dtype=np.uint8)
    picture[5:20, 10:30] //= 4
    fixed = DPTImageProcessor(size={"height": 32, "width": 32}, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    free = DPTImageProcessor(size={"height": 70, "width": 70}, keep_aspect_ratio=True, ensure_multiple_of=14,
                             image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])
    smooth = DPTImageProcessor(size={"height": 24, "width": 40}, image_mean=[0.5] * 3, image_std=[0.5] * 3, resample=2)
    tensors = {"picture": torch.from_numpy(picture)}
    for name, processor in {"fixed": fixed, "free": free, "smooth": smooth}.items():
        tensors[f"out.{name}"] = processor(images=picture, return_tensors="pt").pixel_values
    depth = noise(2, 1, 14, 21).abs()
    estimated = fixed.post_process_depth_estimation(DepthEstimatorOutput(predicted_depth=depth), [(30, 44)])
    scaled = estimated[0]["predicted_depth"]
    scaled = (scaled - scaled.min()) / (scaled.max() - scaled.min())
    tensors |= {"depth": depth, "out.map": (scaled * 255.0).clip(0, 255).to(torch.uint8)}
    config = {name: {key: value for key, value in processor.to_dict().items() if value is not None}
              for name, processor in {"fixed": fixed, "free": free, "smooth": smooth}.items()}
    save(case, {}, config, tensors)


def pose_layers(shape: dict) -> dict:
    """(name -> (in, out, kernel)) of every convolution, in order: Cao et al. 2017, figure 3."""
    layers, channels = {}, 3
    for group, count in enumerate([2, 2, 4, 2]):
        for i in range(count):
            layers[f"conv{group + 1}_{i + 1}"] = (channels, shape["vgg"][group], 3)
            channels = shape["vgg"][group]
    layers["conv4_3_CPM"] = (channels, shape["vgg"][2], 3)
    layers["conv4_4_CPM"] = (shape["vgg"][2], shape["stage"], 3)
    width = shape["stage"]
    for branch, out in (("L1", 38), ("L2", 19)):
        for i in range(1, 4):
            layers[f"conv5_{i}_CPM_{branch}"] = (width, width, 3)
        layers[f"conv5_4_CPM_{branch}"] = (width, shape["first_stage"], 1)
        layers[f"conv5_5_CPM_{branch}"] = (shape["first_stage"], out, 1)
        for stage in range(2, shape["stages"] + 1):
            for i in range(1, 8):
                ends = (38 + 19 + width if i == 1 else width, out if i == 7 else width)
                layers[f"Mconv{i}_stage{stage}_{branch}"] = (*ends, 7 if i < 6 else 1)
    return layers


def conv_shapes(layers: dict) -> dict:
    shapes = {}
    for name, (channels, out, kernel) in layers.items():
        shapes |= {f"{name}.weight": [out, channels, kernel, kernel], f"{name}.bias": [out]}
    return shapes


def pose(weights: dict, picture: torch.Tensor, stages: int):
    def conv(x, name):
        weight = weights[f"{name}.weight"]
        return functional.conv2d(x, weight, weights[f"{name}.bias"], padding=weight.shape[-1] // 2)

    def branch(x, names):
        for name in names[:-1]:
            x = conv(x, name).relu()
        return conv(x, names[-1])

    x = picture
    for group, count in enumerate([2, 2, 4, 2]):
        x = functional.max_pool2d(x, 2) if group else x
        for i in range(count):
            x = conv(x, f"conv{group + 1}_{i + 1}").relu()
    features = conv(conv(x, "conv4_3_CPM").relu(), "conv4_4_CPM").relu()
    fields, maps = (branch(features, [f"conv5_{i}_CPM_{name}" for i in range(1, 6)]) for name in ("L1", "L2"))
    for stage in range(2, stages + 1):
        seen = torch.cat([fields, maps, features], 1)
        fields, maps = (branch(seen, [f"Mconv{i}_stage{stage}_{name}" for i in range(1, 8)]) for name in ("L1", "L2"))
    return fields, maps


def make_pose(case: str) -> None:
    shapes = conv_shapes(pose_layers(POSE_SHAPE))
    picture = noise(1, 1, 3, 48, 40)
    weights = {name: value * POSE_GAIN if value.dim() == 4 else value
               for name, value in generated_state(shapes, SEED).items()}
    fields, maps = pose(weights, picture, POSE_SHAPE["stages"])
    save(case, shapes, dict(POSE_SHAPE, gain=POSE_GAIN), {"picture": picture, "out.fields": fields, "out.maps": maps})


def edge_shapes(widths: list) -> dict:
    shapes, channels = {"norm": [1, 3, 1, 1]}, 3
    for block, (width, count) in enumerate(zip(widths, [2, 2, 3, 3, 3]), 1):
        for i in range(count):
            shapes |= conv_shapes({f"block{block}.convs.{i}": (channels, width, 3)})
            channels = width
        shapes |= conv_shapes({f"block{block}.projection": (width, 1, 1)})
    return shapes


def make_edges(case: str) -> None:
    shapes = edge_shapes(EDGE_WIDTHS)
    weights = generated_state(shapes, SEED)
    picture = noise(1, 1, 3, 48, 35)
    x, tensors = picture - weights["norm"], {"picture": picture}
    for block, count in enumerate([2, 2, 3, 3, 3], 1):
        x = functional.max_pool2d(x, 2, 2) if block > 1 else x
        for i in range(count):
            name = f"block{block}.convs.{i}"
            x = functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1).relu()
        name = f"block{block}.projection"
        tensors[f"out.{block - 1}"] = functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"])
    save(case, shapes, {}, tensors)


class LineArt(torch.nn.Module):
    """Chan et al. 2022 with three residual blocks; the modules' places in the lists are the published names."""

    def __init__(self, width: int):
        super().__init__()
        nn = torch.nn

        def normed(conv, channels):
            return [conv, nn.InstanceNorm2d(channels), nn.ReLU()]

        def block(channels):
            half = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels)]
            other = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels)]
            return nn.ModuleDict({"conv_block": nn.Sequential(*half, nn.ReLU(), *other)})

        self.model0 = nn.Sequential(nn.ReflectionPad2d(3), *normed(nn.Conv2d(3, width, 7), width))
        self.model1 = nn.Sequential(*normed(nn.Conv2d(width, 2 * width, 3, 2, 1), 2 * width),
                                    *normed(nn.Conv2d(2 * width, 4 * width, 3, 2, 1), 4 * width))
        self.model2 = nn.ModuleList(block(4 * width) for _ in range(3))
        self.model3 = nn.Sequential(*normed(nn.ConvTranspose2d(4 * width, 2 * width, 3, 2, 1, 1), 2 * width),
                                    *normed(nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1), width))
        self.model4 = nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(width, 1, 7), nn.Sigmoid())

    def forward(self, x):
        x = self.model1(self.model0(x))
        for each in self.model2:
            x = x + each["conv_block"](x)
        return self.model4(self.model3(x))


def make_lines(case: str) -> None:
    model = filled(LineArt(LINE_WIDTH))
    picture = noise(1, 1, 3, 32, 40).sigmoid()
    save(case, shapes_of(model), {}, {"picture": picture, "out": model(picture)})


def make_keys(case: str) -> None:
    with torch.device("meta"):
        models = {"dpt-hybrid-midas": dpt(FULL_DPT, FULL_BIT), "depth-anything-v2-small": anything({}, FULL_DINO)}
    lists = {name: (config, shapes_of(model)) for name, (model, config) in models.items()}
    lists["openpose-body"] = ({}, conv_shapes(pose_layers(FULL_POSE_SHAPE)))
    with torch.device("meta"):
        lists["line-art"] = ({}, shapes_of(LineArt(FULL_LINE_WIDTH)))
    lists["hed"] = ({}, edge_shapes(FULL_EDGE_WIDTHS))
    for name, (config, shapes) in lists.items():
        key_lists.save(name, {"config": config, "tensors": shapes})
        print(f"{name}: {len(shapes)} tensors, {sum(np.prod(shape, dtype=int) for shape in shapes.values()):,} parameters")


MAKERS = {"dpt": make_dpt, "depth-anything": make_anything, "depth-processing": make_processing, "body-pose": make_pose,
          "soft-edge": make_edges,
          "line-art": make_lines, "keys": make_keys}

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    for chosen in sys.argv[1:] or MAKERS:
        MAKERS[chosen](chosen)
