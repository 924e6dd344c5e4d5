"""Makes tokenizer_files.json: folders of tokenizers as libraries and people write them, and what transformers' CLIPTokenizer
reads in them.

    pip install transformers==5.24.0 tokenizers==0.23.3
    python tests/golden/make_tokenizer_files.py

The vocabulary is small: the byte symbols, a few merges, start and end. Each row has the files of a folder beside its
vocab.json, model_max_length (0 where there is none), the padding's id and the ids of every text with start and end; or
null where transformers refuses the folder.
"""

import json
import tempfile
from pathlib import Path

from transformers import CLIPTokenizer

HERE = Path(__file__).resolve().parent
START, END = "<|startoftext|>", "<|endoftext|>"
MERGES = ["c a", "ca t</w>", "a t</w>", "s at</w>", "t s</w>", "ca ts</w>"]
TEXTS = ["a cat <zz> sat Cats", "a<ZZ>b <zz>", "cats!? <yy>"]


def vocabulary():
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printing]
    symbols = [chr(b) for b in printing] + [chr(256 + i) for i in range(len(others))]
    symbols += [s + "</w>" for s in symbols] + [m.replace(" ", "") for m in MERGES] + [START, END]
    return {s: i for i, s in enumerate(symbols)}


def config(**more):
    return json.dumps({"model_max_length": 16, "tokenizer_class": "CLIPTokenizer", **more})


def merges(text):
    return {"merges.txt": text, "tokenizer_config.json": config()}


def token(content, **more):
    return {"content": content, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False, **more}


PLAIN = "#version: 0.2\n" + "\n".join(MERGES) + "\n"
LAST = len(vocabulary())
FOLDERS = {
    "plain": merges(PLAIN),
    "carriage returns": merges(PLAIN.replace("\n", "\r\n")),
    "no version": merges("\n".join(MERGES) + "\n"),
    "no end of the last line": merges(PLAIN.rstrip("\n")),
    "a version in the middle": merges("\n".join(MERGES[:3]) + "\n#version: 0.2\n" + "\n".join(MERGES[3:]) + "\n"),
    "a merge twice": merges(PLAIN + MERGES[0] + "\n"),
    "a blank line": merges(PLAIN + "\n"),
    "a byte order mark": merges("\ufeff" + PLAIN),
    "three symbols": merges(PLAIN + "a b c\n"),
    "added tokens": {**merges(PLAIN), "added_tokens.json": json.dumps({"<zz>": LAST})},
    "added tokens, one of them special": {
        **merges(PLAIN), "added_tokens.json": json.dumps({"<yy>": LAST + 1, "<zz>": LAST}),
        "special_tokens_map.json": json.dumps({"additional_special_tokens": ["<zz>"]})},
    "additional tokens": {"merges.txt": PLAIN, "tokenizer_config.json": config(additional_special_tokens=["<zz>", "<yy>"])},
    "extra tokens": {"merges.txt": PLAIN, "tokenizer_config.json": config(extra_special_tokens=["<zz>"])},
    "tokens of other names": {"merges.txt": PLAIN, "tokenizer_config.json": config(sep_token="<zz>", image_token="<yy>")},
    "a listed token that takes blanks": {
        "merges.txt": PLAIN,
        "tokenizer_config.json": config(added_tokens_decoder={str(LAST): token("<zz>", lstrip=True, rstrip=True)})},
    "a padding token in the map": {**merges(PLAIN), "special_tokens_map.json": json.dumps({"pad_token": "!"})},
    "a new padding token": {"merges.txt": PLAIN, "tokenizer_config.json": config(pad_token="<pad>")},
    "other ends": {"merges.txt": PLAIN, "tokenizer_config.json": config(bos_token="!", eos_token="?")},
    "capitals kept": {"merges.txt": PLAIN, "tokenizer_config.json": config(do_lower_case=False)},
    "another class": {"merges.txt": PLAIN, "tokenizer_config.json": config(tokenizer_class="TokenizersBackend")},
    "a length of 10^30": {"merges.txt": PLAIN, "tokenizer_config.json": json.dumps({"model_max_length": int(1e30)})},
    "no length": {"merges.txt": PLAIN, "tokenizer_config.json": "{}"},
    "an old name of the length": {"merges.txt": PLAIN, "tokenizer_config.json": json.dumps({"max_len": 12})},
}
UNLIMITED = 1e20


def row(name, files, vocab):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
        for file, text in files.items():
            (path / file).write_bytes(text.encode("utf-8"))
        try:
            tokenizer = CLIPTokenizer.from_pretrained(folder)
        except Exception:  # the library says no in many ways
            return {"name": name, "files": files, "read": None}
        length = tokenizer.model_max_length
        return {"name": name, "files": files,
                "read": {"length": 0 if length > UNLIMITED else length, "pad": tokenizer.pad_token_id,
                         "ids": [tokenizer(text).input_ids for text in TEXTS]}}


def main():
    vocab = vocabulary()
    rows = [row(name, files, vocab) for name, files in FOLDERS.items()]
    body = ",\n".join(json.dumps(each, separators=(",", ":")) for each in rows)
    text = '{"merges":' + json.dumps(MERGES) + ',"texts":' + json.dumps(TEXTS) + ',\n"folders":[\n' + body + "\n]}\n"
    (HERE / "tokenizer_files.json").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
