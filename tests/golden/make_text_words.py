#!/usr/bin/env python3
"""Texts with textual inversions and with every hidden layer, as diffusers and transformers encode them.

    python3 make_text_words.py [output folder]

Versions used: torch 2.15, transformers 5.24, diffusers 0.42. The weights are those of generated_weights.py, the
tokenizer is that of the list `small-model` of keys/; the golden holds ids, states and pooled vectors.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
from diffusers.loaders import TextualInversionLoaderMixin
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

import key_lists
from generated_weights import fill, generated_tensor

HERE = Path(__file__).parent
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
SEED = 11
CONFIG = dict(vocab_size=516, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
              max_position_embeddings=16, projection_dim=24, hidden_act="gelu")
WORDS = {"zz": 2, "<toy>": 1}
PROMPTS = ["a zz b", "ZZ <toy>s", "no word", "abcdefghijkl zz"]
LAYERS = CONFIG["num_hidden_layers"] + 1


class Loader(TextualInversionLoaderMixin):
    hf_device_map = None
    components = {}


def loaded(folder: Path, end: int):
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    model = CLIPTextModelWithProjection(CLIPTextConfig(**CONFIG, eos_token_id=end)).eval()
    fill(model, SEED)
    for word, vectors in WORDS.items():
        Loader().load_textual_inversion({word: generated_tensor(word, (vectors, CONFIG["hidden_size"]), SEED)},
                                        tokenizer=tokenizer, text_encoder=model)
    return tokenizer, model


@torch.no_grad()
def main() -> None:
    tensors = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in key_lists.load("small-model")["files"].items():
            if name.startswith("tokenizer/"):
                (Path(folder) / Path(name).name).write_text(text)
        end = CLIPTokenizer.from_pretrained(folder).eos_token_id
        for label, said in {"largest": 2, "named": end}.items():
            tokenizer, model = loaded(Path(folder), said)
            for i, prompt in enumerate(PROMPTS):
                text = Loader().maybe_convert_prompt(prompt, tokenizer)
                ids = tokenizer(text, padding="max_length", max_length=tokenizer.model_max_length, truncation=True,
                                return_tensors="pt").input_ids
                out = model(ids, output_hidden_states=True)
                tensors[f"{i}.pooled.{label}"] = out.text_embeds
                if label == "largest":
                    continue
                tensors[f"{i}.ids"] = ids.to(torch.int32)
                for layer in range(1, LAYERS + 1):
                    state = out.hidden_states[-layer]
                    tensors[f"{i}.layer{layer}"] = state.clone()
                    norm = model.text_model.final_layer_norm if hasattr(model, "text_model") else model.final_layer_norm
                    tensors[f"{i}.norm{layer}"] = norm(state)
    keep = {name: tensor for name, tensor in tensors.items()
            if name.startswith("0.") or name.split(".", 1)[1].startswith(("ids", "pooled", "norm2"))}
    recipe = {"config": json.dumps(CONFIG | {"architectures": ["CLIPTextModelWithProjection"]}),
              "words": json.dumps(WORDS), "prompts": json.dumps(PROMPTS), "seed": str(SEED)}
    save_file({name: tensor.contiguous() for name, tensor in keep.items()}, OUT / "text_words.safetensors", recipe)


main()
