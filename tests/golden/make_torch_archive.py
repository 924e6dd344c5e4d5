"""Makes torch_archive.pt and what is in it, torch_archive.json, for tests/core/weights/torch_archive_source_test.cpp.
torch_legacy.pt holds the same in torch's format before version 1.6, but for fp8, which that format has not.

    python make_torch_archive.py

A checkpoint of torch.save with what real ones have: nested dicts, an OrderedDict with its metadata, a parameter, views
that share one storage (a slice, a transposed one), every number type, fp8, a scalar, and things besides tensors: numbers,
a list of tensors, an object of a class. Made with torch 2.11.
"""

import collections
import json
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent


class Callback:
    """Stands for what training frameworks leave in their checkpoints."""

    def __init__(self):
        self.best = torch.zeros(3)


def tensors() -> dict:
    base = torch.arange(24.0).reshape(4, 6) / 8 - 1
    linear = torch.nn.Linear(3, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.arange(6.0).reshape(2, 3))
        linear.bias.copy_(torch.tensor([0.5, -0.25]))
    state = linear.state_dict()
    state["base"] = base
    state["rows"] = base[1:3]
    state["columns"] = base[:, 2:5]
    state["transposed"] = base.t()
    state["half"] = torch.tensor([1.5, -65504.0, 6e-8], dtype=torch.float16)
    state["bfloat"] = torch.tensor([1.0, -3e38], dtype=torch.bfloat16)
    state["e4m3"] = torch.tensor([0.0, 0.0625, -448.0, 1.125]).to(torch.float8_e4m3fn)
    state["e5m2"] = torch.tensor([0.0, -57344.0, 1.25]).to(torch.float8_e5m2)
    state["scalar"] = torch.tensor(2.5)
    state["empty"] = torch.zeros(0, 3)
    return {"state_dict": state, "ema": {"base": torch.nn.Parameter(base + 1)}}


def flat(prefix: str, tree: dict) -> dict:
    result = {}
    for key, value in tree.items():
        name = f"{prefix}.{key}" if prefix else key
        result |= flat(name, value) if isinstance(value, dict) else {name: value.detach()}
    return result


def main() -> None:
    tree = tensors()
    listed = {name: {"shape": list(value.shape), "values": value.float().flatten().tolist()}
              for name, value in flat("", tree).items()}
    extras = {"epoch": 7, "lr": 1e-4, "big": 1 << 80, "callbacks": {"best": Callback()}, "list": [torch.ones(2)],
              "note": None, "set": {1, 2}, "defaults": collections.defaultdict(list, a=[1])}
    torch.save(tree | extras, FOLDER / "torch_archive.pt")
    for name in ("e4m3", "e5m2"):
        del tree["state_dict"][name]
    torch.save(tree | extras, FOLDER / "torch_legacy.pt", _use_new_zipfile_serialization=False)
    (FOLDER / "torch_archive.json").write_text(json.dumps(listed, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
