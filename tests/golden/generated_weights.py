"""Test weights from integers: the bit-equal twin of tests/support/generated_weights.cpp, which documents the rule.

Recipes make a reference network's weights with `fill(module.state_dict(), seed)`; the C++ tests make the same ones, so
that goldens hold inputs and outputs only.
"""

import math

import numpy as np
import torch

GOLDEN = 0x9E3779B97F4A7C15
MASK = 0xFFFFFFFFFFFFFFFF


def fnv1a_64(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def splitmix64(state: np.ndarray) -> np.ndarray:
    z = state + np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def nearly_normal(values: np.ndarray) -> np.ndarray:
    """Sum of the four 16-bit parts, centred and scaled to unit variance."""
    part = np.uint64(0xFFFF)
    total = (values & part) + ((values >> np.uint64(16)) & part) + ((values >> np.uint64(32)) & part)
    total = total + (values >> np.uint64(48))
    return (total.astype(np.float64) - 131070.0) / 37837.0


def scaling_for(name: str, shape) -> tuple[float, float]:
    """(mean, deviation) of a tensor; see generated_weights.cpp."""
    if name.endswith("embedding.weight"):
        return 0.0, 0.5
    if len(shape) >= 2:
        return 0.0, 1.0 / math.sqrt(float(math.prod(shape[1:])))
    if name.endswith(".weight"):
        return 1.0, 0.2
    return 0.0, 0.2


def generated_array(name: str, shape, seed: int) -> np.ndarray:
    """float32 array of that shape."""
    shape = tuple(int(side) for side in shape)
    key = fnv1a_64(name) ^ ((seed * GOLDEN) & MASK)
    mean, deviation = scaling_for(name, shape)
    with np.errstate(over="ignore"):
        states = np.uint64(key) + np.arange(math.prod(shape), dtype=np.uint64)
        values = mean + deviation * nearly_normal(splitmix64(states))
    return values.astype(np.float32).reshape(shape)


def generated_tensor(name: str, shape, seed: int) -> torch.Tensor:
    return torch.from_numpy(generated_array(name, shape, seed))


def generated_state(shapes: dict, seed: int) -> dict:
    """name -> tensor for a map name -> shape."""
    return {name: generated_tensor(name, shape, seed) for name, shape in shapes.items()}


def fill(module: torch.nn.Module, seed: int, prefix: str = "") -> None:
    """Replaces every floating-point parameter and buffer of the module that its state_dict holds.

    `prefix` is what the C++ side's name has in front of the module's own name ("text_model.").
    """
    state = module.state_dict()
    made = {
        name: generated_tensor(prefix + name, value.shape, seed) if value.is_floating_point() else value
        for name, value in state.items()
    }
    module.load_state_dict(made)
