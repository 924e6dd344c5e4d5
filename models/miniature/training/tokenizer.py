"""A byte-pair vocabulary in the file format of CLIP's tokenizer."""
import collections
import json
import pathlib
import re

Pair = tuple[str, str]


def merge(parts: tuple[str, ...], pair: Pair) -> tuple[str, ...]:
    """Joins every occurrence of a pair in a split word."""
    out, i = [], 0
    while i < len(parts):
        joined = parts[i:i + 2] == pair
        out.append("".join(parts[i:i + 2]) if joined else parts[i])
        i += 2 if joined else 1
    return tuple(out)


def train_bpe(texts: list[str], merges: int) -> list[Pair]:
    """Learns byte-pair merges with CLIP's end-of-word convention; of equally frequent pairs the first in order wins."""
    words = collections.Counter(
        word for text in texts for word in re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text))
    split = {word: (*word[:-1], word[-1] + "</w>") for word in words}
    learned: list[Pair] = []
    while len(learned) < merges:
        pairs = collections.Counter()
        for word, parts in split.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += words[word]
        if not pairs:
            break
        best = max(sorted(pairs), key=pairs.get)
        learned.append(best)
        split = {word: merge(parts, best) for word, parts in split.items()}
    return learned


def write_tokenizer(folder: pathlib.Path, learned: list[Pair], length: int = 32) -> None:
    """Writes vocab.json, merges.txt and the configuration, tokens in CLIP's order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    tokens = symbols + [s + "</w>" for s in symbols] + ["".join(pair) for pair in learned]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    special = dict(bos_token="<|startoftext|>", eos_token="<|endoftext|>",
                   unk_token="<|endoftext|>", pad_token="<|endoftext|>")
    config = dict(special, tokenizer_class="CLIPTokenizer", model_max_length=length, do_lower_case=True,
                  add_prefix_space=False, errors="replace")
    folder.mkdir(parents=True, exist_ok=True)
    vocab = {token: i for i, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in learned))
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2))
