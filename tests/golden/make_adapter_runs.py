"""Makes adapter_runs.json and .safetensors: whole runs of a stitched pair with T2I-Adapters, alone and beside ControlNets.

    python make_adapter_runs.py

Pair, ControlNets and control picture are those of make_controlled_runs.py. Adapters are diffusers' T2IAdapter with
generated weights; what they see is prepared by diffusers' adapter pipeline (the grey one sees the resized picture by
Pillow's mode L), and their features go into the U-Nets as that pipeline gives them. `bound` as in make_stitched_runs.py.
Made with torch 2.12, diffusers 0.42.0 and transformers 5.23.0.
"""

import json
import pathlib
import tempfile

import torch
from diffusers import T2IAdapter
from diffusers.pipelines.t2i_adapter.pipeline_stable_diffusion_adapter import _preprocess_adapter_image
from PIL import Image
from safetensors.torch import load_file, save_file

from make_controlled_runs import (EPSILON, HERE, STEPS, ControlledReference, acting, relative, scheduler_config, shape_map,
                                  write_pair)
from make_stitched_runs import LATENT, filled

ADAPTERS = {  # name: seed, configuration; strides 4 and 8, as the U-Nets' levels; the light one has a third feature
    "colour": (41, dict(in_channels=3, channels=[32, 64], num_res_blocks=2, downscale_factor=4)),
    "grey": (42, dict(in_channels=1, channels=[32, 64], num_res_blocks=1, downscale_factor=4)),
    "light": (43, dict(in_channels=3, channels=[32, 64], num_res_blocks=2, downscale_factor=4,
                       adapter_type="light_adapter")),
}
CASES = {  # name: controls as (which, scale, start, end, on); `a` is a ControlNet
    "adapter": [("colour", 0.8, 0.0, 1.0, None)],
    "part": [("grey", 0.8, 0.2, 0.8, None)],
    "sides": [("grey", -0.7, 0.0, 1.0, "small"), ("light", 0.5, 0.0, 1.0, "large")],
    "mixed": [("colour", 0.5, 0.0, 1.0, None), ("a", 0.6, 0.0, 0.8, None), ("light", 0.4, 0.3, 1.0, None)],
}


def adapter(name):
    seed, config = ADAPTERS[name]
    return filled(T2IAdapter(**config), seed).eval()


class AdapterReference(ControlledReference):
    """Features of a picture, once; at each evaluation those of the acting adapters are added up."""

    def __init__(self, folder, dtype, picture, controls):
        super().__init__(folder, dtype, {}, [control for control in controls if control[0] not in ADAPTERS], [])
        self.adapters = [control for control in controls if control[0] in ADAPTERS]
        size = (4 * LATENT[2], 4 * LATENT[1])
        grey = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS).convert("L")
        self.features = {}
        for name, (_, config) in ADAPTERS.items():
            seen = grey if config["in_channels"] == 1 else Image.fromarray(picture)
            self.features[name] = adapter(name).to(dtype)(_preprocess_adapter_image(seen, size[1], size[0]).to(dtype))

    def additions(self, side, i, inputs, t, context, hint):
        total = []
        for name, scale in acting(self.adapters, side, i, STEPS):
            features = [feature * scale for feature in self.features[name]]
            longer, shorter = (features, total) if len(features) > len(total) else (total, features)
            total = [a + b for a, b in zip(longer, shorter)] + longer[len(shorter):]
        twice = {"down_intrablock_additional_residuals": [torch.cat([each] * 2) for each in total]} if total else {}
        return super().additions(side, i, inputs, t, context, hint) | twice


def main():
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    controlled = load_file(HERE / "controlled_runs.safetensors")
    picture, initial = controlled["control"].numpy(), controlled["initial"]
    processed = _preprocess_adapter_image(Image.fromarray(picture), 4 * LATENT[1], 4 * LATENT[2])  # ControlNets' hint, too
    said = {"adapters": {name: {"seed": seed, "config": {"_class_name": "T2IAdapter", **config},
                                "tensors": shape_map(adapter(name))} for name, (seed, config) in ADAPTERS.items()},
            "cases": []}
    tensors = {}
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        write_pair(folder)
        (folder / "large" / "scheduler").mkdir()
        (folder / "large" / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler_config(EPSILON)))
        plain = AdapterReference(folder, torch.float32, picture, []).run(initial, processed)
        for name, controls in CASES.items():
            latents, exact = (AdapterReference(folder, dtype, picture, controls).run(initial, processed)
                              for dtype in (torch.float32, torch.float64))
            own_error = relative(latents.double(), exact)
            print(f"{name}: fp32 is {own_error:.1e} from fp64, {relative(latents, plain):.1e} from the plain run")
            tensors[name + ".latents"] = latents.contiguous()
            said["cases"].append({"name": name, "controls": controls, "loras": [], "bound": max(1e-4, 4 * own_error)})
    (HERE / "adapter_runs.json").write_text(json.dumps(said, separators=(",", ":")) + "\n")
    save_file(tensors, HERE / "adapter_runs.safetensors")


if __name__ == "__main__":
    main()
