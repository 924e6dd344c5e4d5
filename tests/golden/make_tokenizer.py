"""Makes tokenizer_*.json: texts and the ids that transformers' CLIPTokenizer gives them.

    pip install transformers==5.23.0 tokenizers==0.23.3
    python tests/golden/make_tokenizer.py

The published vocabulary is derived from resources/tokenizer/merges.txt, as CLIP's authors derive it; the small one lies in
models/miniature/large/tokenizer. A line of the file is [text, ids, ...] with the ids between start and end.
tokenizer_folders.json holds the special tokens as published folders spell them, and a list of ids a text for each.
"""

import json
import random
import shutil
import tempfile
import unicodedata
from pathlib import Path

from transformers import CLIPTokenizer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_symbols():
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printing]
    return [chr(b) for b in printing] + [chr(256 + i) for i in range(len(others))]


def published(**special):
    lines = (ROOT / "resources/tokenizer/merges.txt").read_text(encoding="utf-8").split("\n")
    merges = [tuple(line.split(" ")) for line in lines[1:] if line]
    symbols = byte_symbols()
    symbols += [s + "</w>" for s in symbols] + [a + b for a, b in merges] + [START, END]
    return CLIPTokenizer(vocab={s: i for i, s in enumerate(symbols)}, merges=merges, **special)


WORDS = """a an the of in on with at photo painting drawing sketch portrait landscape red blue green golden silver tiny huge
cat dog horse castle dragon robot astronaut mountain river city street night sunset morning fog rain snow flower tree
cottage spaceship wizard knight queen cyberpunk steampunk watercolor oil acrylic charcoal pixel art studio lighting
cinematic 8k hdr detailed intricate masterpiece trending artstation unreal engine octane render bokeh f/1.8 35mm
naïve café façade jalapeño Ångström São Zürich Москва 東京 北京 서울 Αθήνα القاهرة ירושלים दिल्ली กรุงเทพ""".split()
CONTRACTIONS = "it's don't we're I've I'm they'll he'd IT'S DON'T We'Re 's 'S ''s 't'll x'sy 'sd o'clock rock'n'roll ’s".split()
SPECIALS = [END, START, "<|ENDOFTEXT|>", "<|StartOfText|>", "<|endoftext", "|endoftext|>", "<|endoftext|>" * 2, "<end>",
            "<|ENDOFTEXT|>!!", "..<|ENDOFTEXT|>", "<||>", "<|text|>"]
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "❤️", "☃", "🧑🏿‍🚀", "1️⃣", "🫠"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u1680", "\u2003", "\u2028", "\u205f", "\u3000", "\u200b", "\u0085", "\x0b",
          "\x1c", "\ufeff", "\u180e"]
MARKS = ["\u0301", "\u0323", "\u0308", "\u0345", "\u0334", "\u093c", "\u05bc", "\u0f71", "\u3099", "\u20dd", "\u1dfa"]
TRICKY = ["", " ", "İstanbul", "ΑΣ", "ΌΣΟΣ", "ǅ ǈ ǋ", "ẞ", "Ⅷ ⅷ ½ ² ٣ 九", "123 4567 3.14 1e-5 0x1F", "ﬁne ﬂow", "Ω Å K", "ö o\u0308", "각 가\u11a8 \u1100\u1161\u11a8",
          "A\u0301\u0323 a\u0323\u0301", "q\u0307\u0323", "\u0344", "\u0958", "\ufb2c", "\U0001d15f\U0001d160", "\U0002f800", "!!! ... ,,, ---", "a,b;c:d", "(a:1.2) [b] {c|d}",
          "#tag @user $5 50% a&b &amp; &lt;", "“quoted” ‘it’s’ « x »", "\x00 \x01 \x7f", "end\u0000end", "\u00ad soft", "\U000e0041", "\ud7ff \ue000", "\U0010ffff",
          "\U0001f1e6", "ǆ", "ⓐ Ⓐ", "Ꭰ ꭰ", "\u1c89 \ua7cb \U00010d50 \U00016ea0", "𝐀𝒜", "𐐀", "٠١٢", "x" * 300, "ab" * 90, "日本語のテキスト", "不可能",
          "hello!", "!", "a!b !! wow!?"]


def random_letters(rng):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(1, 14)))


def assigned_by_plane():
    planes = {}
    for c in range(0x110000):
        if not 0xD800 <= c < 0xE000 and unicodedata.category(chr(c)) not in ("Cn",):
            planes.setdefault(c >> 16, []).append(chr(c))
    return planes


def corpus(lines, long_lines, seed):
    rng = random.Random(seed)
    planes = assigned_by_plane()
    bmp_alphabetic = [c for c in planes[0] if c.isalpha()]
    makers = [
        lambda: rng.choice(WORDS), lambda: rng.choice(WORDS), lambda: rng.choice(WORDS), lambda: random_letters(rng),
        lambda: rng.choice(CONTRACTIONS), lambda: rng.choice(SPECIALS), lambda: rng.choice(EMOJI),
        lambda: rng.choice(WORDS) + rng.choice(MARKS) + rng.choice(["", rng.choice(MARKS)]),
        lambda: str(rng.randint(0, 99999)), lambda: chr(rng.randint(0, 0x2FF)), lambda: rng.choice(bmp_alphabetic),
        lambda: rng.choice(planes[rng.choice(sorted(planes))]), lambda: rng.choice(",.;:!?-_/\\()[]{}'\"*&^%$#@~`+=<>|"),
        lambda: rng.choice(planes[0]), lambda: rng.choice(planes[1])]
    texts = list(TRICKY) + CONTRACTIONS + SPECIALS + EMOJI + [f"a{s}b" for s in SPACES]
    texts += ["".join(planes[p][:: max(1, len(planes[p]) // 12)]) for p in sorted(planes)]
    while len(texts) < lines - long_lines:
        pieces = []
        for _ in range(rng.randint(1, 7)):
            pieces += [rng.choice(makers)(), rng.choice([" ", " ", " ", "", "", rng.choice(SPACES)])]
        texts.append("".join(pieces))
    for _ in range(long_lines):
        texts.append(" ".join(rng.choice(WORDS[:60]) for _ in range(rng.randint(60, 490))))
    return texts


def thinned(texts):
    """The texts that were thought of, all of them lie in the first 150, and every sixth of the drawn ones."""
    return texts[:150] + texts[150::6]


def write(name, tokenizer, texts):
    rows = [[text, tokenizer(text).input_ids[1:-1]] for text in texts]
    body = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows)
    (HERE / name).write_text("[\n" + body + "\n]\n", encoding="ascii")


def token(content, normalized, **more):
    return {"content": content, "lstrip": False, "normalized": normalized, "rstrip": False, "single_word": False, **more}


def old_config(pad):
    typed = {"__type": "AddedToken"}
    return {"bos_token": token(START, True, **typed), "eos_token": token(END, True, **typed), "unk_token": token(END, True, **typed),
            "pad_token": pad, "do_lower_case": True, "errors": "replace", "model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}


def new_config(pad, **more):
    return {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": pad, "do_lower_case": True,
            "model_max_length": 77, "tokenizer_class": "CLIPTokenizer", **more}


def old_map(pad):
    return {"bos_token": token(START, True), "eos_token": token(END, True), "pad_token": pad, "unk_token": token(END, True)}


def listed(end_normalized):
    tokens = {"0": token("!", False), "49406": token(START, True), "49407": token(END, end_normalized)}
    return {i: {**t, "special": True} for i, t in tokens.items()}


def serialized(*tokens):
    ids = {"!": 0, START: 49406, END: 49407, "<extra>": 49408, "CAT</w>": 49409}
    return [{"id": ids[t["content"]], **t, "special": True} for t in tokens]


FOLDERS = {  # name: tokenizer_config.json, special_tokens_map.json, added_tokens of tokenizer.json (None: no such file)
    "sd1, the first of sdxl, open_clip": (old_config(END), old_map(END), None),
    "sd2": (old_config("!"), old_map("!"), None),
    "sd2 with the pad token in the map only": (old_config(END), old_map("!"), None),
    "the second of sdxl": (new_config("!", added_tokens_decoder=listed(True)), old_map("!"), None),
    "the second of sdxl with a plain end": (new_config("!", added_tokens_decoder=listed(False)), old_map("!"), None),
    "all marked": ({**old_config(END), "pad_token": {"__type": "AddedToken", **token(END, True)}}, None, None),
    "no pad token": ({k: v for k, v in old_config(END).items() if k != "pad_token"}, None, None),
    "saved by transformers 5": (new_config("!"), None, serialized(token("!", False), token(START, True), token(END, True))),
    "tokenizer.json overrules": (old_config(END), old_map(END), serialized(token(START, False), token(END, False))),
    "the list overrules": (new_config("!", added_tokens_decoder=listed(True)), None, serialized(token(START, False), token(END, False))),
    "more tokens": (new_config(END), None, serialized(token(START, False), token(END, False), token("<extra>", False), token("CAT</w>", True))),
}
NAMED = ["a <|ENDOFTEXT|> b", "<|EndOfText|>x<|endoftext|>", "A<|startOFtext|>B", "hi! <|STARTOFTEXT|>!", "<|endofte\u1e8bt|>",
         "<|endofte\u0130xt|>", "<|\u017ftartoftext|>", "<|ENDOFTEXT|>\u0301 x", "<|endoftext|>\u0338", "<|ENDOFTEXT|\u226f",
         "\u00c9<|ENDOFTEXT|>\u00c9!", "a  <|endoftext|>  b", "<|\uff25ndoftext|>", "x\u0301!\u0301 y", "<|end<|ENDOFTEXT|>oftext|>",
         "a <extra>b <EXTRA>", "a CAT</w> cat</w>b Cat</W>", "!!<|ENDOFTEXT|>!!", "don't!<|endoftext|>'S"]


def tokenizer_of(config, special_map, added):
    with tempfile.TemporaryDirectory() as folder:
        published().save_pretrained(folder)
        path = Path(folder)
        body = json.loads((path / "tokenizer.json").read_text(encoding="utf-8"))
        if added is None:
            (path / "tokenizer.json").unlink()
            (path / "vocab.json").write_text(json.dumps(body["model"]["vocab"]), encoding="utf-8")
            shutil.copy(ROOT / "resources/tokenizer/merges.txt", path / "merges.txt")
        else:
            (path / "tokenizer.json").write_text(json.dumps({**body, "added_tokens": added}), encoding="utf-8")
        (path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
        if special_map:
            (path / "special_tokens_map.json").write_text(json.dumps(special_map), encoding="utf-8")
        return CLIPTokenizer.from_pretrained(folder)


def write_folders(name, texts):
    rows = []
    for folder, (config, special_map, added) in FOLDERS.items():
        tokenizer = tokenizer_of(config, special_map, added)
        ids = [tokenizer(text).input_ids[1:-1] for text in texts]
        rows.append({"folder": folder, "tokenizer_config": config, "special_tokens_map": special_map, "added_tokens": added,
                     "pad": tokenizer.pad_token_id, "ids": ids})
    body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    (HERE / name).write_text('{"texts":' + json.dumps(texts) + ',\n"folders":[\n' + body + "\n]}\n", encoding="ascii")


def main():
    write("tokenizer_clip.json", published(), thinned(corpus(2600, 30, seed=1)))
    write("tokenizer_clip_pad0.json", published(pad_token="!"), [t for t in corpus(700, 0, seed=2) + TRICKY if "!" in t])
    write("tokenizer_small.json", CLIPTokenizer.from_pretrained(ROOT / "models/miniature/large/tokenizer"), thinned(corpus(400, 2, seed=3)))
    write_folders("tokenizer_folders.json", NAMED + [t for t in corpus(500, 0, seed=4) if "|" in t or "!" in t])


if __name__ == "__main__":
    main()
