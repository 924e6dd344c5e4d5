"""Makes generated_weights.safetensors: one tensor for each rule of the generator, as the Python twin makes them."""

import pathlib

from safetensors.torch import save_file

from generated_weights import generated_state

SHAPES = {
    "down.conv.weight": [3, 2, 3, 3],
    "down.conv.bias": [5],
    "norm1.weight": [7],
    "token_embedding.weight": [4, 6],
    "proj.weight": [2, 9],
    "scale": [],
}

if __name__ == "__main__":
    save_file(generated_state(SHAPES, 12345), pathlib.Path(__file__).parent / "generated_weights.safetensors")
