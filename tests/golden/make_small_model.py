"""Makes the list small-model: configs, tensor shapes and tokenizer files of a pipeline of toy size.

Needs diffusers and transformers. The weights themselves come from generated_weights, by name.
"""

import json

from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import key_lists

UNET = {
    "_class_name": "UNet2DConditionModel",
    "sample_size": 16,
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
    "layers_per_block": 1,
    "cross_attention_dim": 32,
    "attention_head_dim": 4,
    "norm_num_groups": 8,
}
VAE = {
    "_class_name": "AutoencoderKL",
    "block_out_channels": [16, 32, 32],
    "down_block_types": ["DownEncoderBlock2D"] * 3,
    "up_block_types": ["UpDecoderBlock2D"] * 3,
    "layers_per_block": 1,
    "norm_num_groups": 8,
    "scaling_factor": 0.18215,
}
TEXT = {
    "architectures": ["CLIPTextModel"],
    "vocab_size": 516,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 16,
    "projection_dim": 32,
    "hidden_act": "quick_gelu",
}


def byte_symbols() -> list[str]:
    """The 256 printable stand-ins of byte-level BPE, in CLIP's order: printable bytes first, then the others."""
    printable = list(range(ord("!"), ord("~") + 1)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def tokenizer_files() -> dict[str, str]:
    symbols = byte_symbols()
    merges = ["c a", "ca t</w>"]
    tokens = symbols + [symbol + "</w>" for symbol in symbols] + [merge.replace(" ", "") for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    special["pad_token"] = "<|endoftext|>"
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 16, "do_lower_case": True, **special}
    return {
        "tokenizer/vocab.json": json.dumps({token: i for i, token in enumerate(tokens)}, ensure_ascii=False),
        "tokenizer/merges.txt": "\n".join(["#version: 0.2", *merges]) + "\n",
        "tokenizer/tokenizer_config.json": json.dumps(config),
        "tokenizer/special_tokens_map.json": json.dumps(special),
    }


def shapes(module) -> dict[str, list[int]]:
    return {name: list(value.shape) for name, value in module.state_dict().items() if value.is_floating_point()}


def unet(channels: list[int]) -> dict:
    config = {**UNET, "block_out_channels": channels}
    arguments = {key: value for key, value in config.items() if not key.startswith("_")}
    return {"config": config, "tensors": shapes(UNet2DConditionModel(**arguments))}


def main() -> None:
    vae_arguments = {key: value for key, value in VAE.items() if not key.startswith("_")}
    text_arguments = {key: value for key, value in TEXT.items() if key != "architectures"}
    text = shapes(CLIPTextModel(CLIPTextConfig(**text_arguments)))
    published = {name if name.startswith("text_model.") else "text_model." + name: shape for name, shape in text.items()}
    model = {
        "unet_large": unet([32, 64]),
        "unet_small": unet([16, 32]),
        "vae": {"config": VAE, "tensors": shapes(AutoencoderKL(**vae_arguments))},
        "text_encoder": {"config": TEXT, "tensors": published},
        "files": tokenizer_files(),
    }
    key_lists.save("small-model", model)


if __name__ == "__main__":
    main()
