"""Turns emoji artwork packages into captioned RGBA drawings and a CLIP-format tokenizer.

    python prepare_data.py --sources FOLDER --out work/data

Writes art.npy (N,S,S,4 uint8, straight alpha), items.json (one record per drawing) and tokenizer/.
"""
import argparse
import collections
import collections.abc
import io
import json
import pathlib
import re
import tarfile
import unicodedata

import numpy as np
from PIL import Image

from tokenizer import train_bpe, write_tokenizer

STYLES = {  # style word -> source package
    "3d": "lobehub-fluent-emoji-3d-1.1.0.tgz",
    "cartoon": "iconify-json-noto-1.2.9.tgz",
    "flat": "iconify-json-twemoji-1.2.5.tgz",
    "glossy": "iconify-json-fluent-emoji-1.2.7.tgz",
    "retro": "iconify-json-fxemoji-1.2.2.tgz",
}
NAMES = "emojibase-data-17.0.0.tgz"
GROUPS_ALL = {0, 1, 3, 4, 5, 6, 7}  # smileys, people, animals, food, travel, activities, objects
SUBGROUPS_LEFT_OUT = {30, 31, 49}  # families, person symbols, maps
BACKGROUNDS = {  # named solid colours a caption may ask for; white is the default
    "white": (255, 255, 255), "red": (222, 82, 76), "orange": (246, 165, 84), "yellow": (250, 220, 100),
    "green": (124, 196, 128), "blue": (104, 160, 236), "purple": (164, 126, 214), "pink": (246, 176, 204),
    "gray": (176, 180, 186), "black": (28, 29, 34),
}

Draw = collections.abc.Callable[[str, str], Image.Image | None]


def read_tar(path: pathlib.Path) -> collections.abc.Callable[[str], bytes]:
    """Returns a function that reads one member of a package archive."""
    tar = tarfile.open(path)
    return lambda name: tar.extractfile("package/" + name).read()


def clean(text: str) -> str:
    """Lower-cases a caption and reduces it to plain ASCII."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", re.sub(r"[\"():!]", "", text.lower())).strip()


def code_key(code: str) -> str:
    """Normalises a code-point string so that all packages agree."""
    return "-".join(p for p in code.lower().split("-") if p != "fe0f")


def slug(label: str) -> str:
    """Spells a label the way the packages name their drawings."""
    return re.sub(r"[^a-z0-9]+", "-", clean(label).replace("'", "")).strip("-")


def rasterise_svg(body: str, width: int, height: int, size: int) -> Image.Image:
    """Renders one SVG body to RGBA."""
    import resvg_py  # the 3d style has no vector drawings and needs no renderer
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
           f'viewBox="0 0 {width} {height}" width="{size}" height="{size}">{body}</svg>')
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))).convert("RGBA")


def fit(image: Image.Image, size: int, fill: float) -> np.ndarray:
    """Trims transparent borders and centres the drawing on a square canvas."""
    box = image.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox()
    image = image.crop(box).convert("RGBa")
    scale = fill * size / max(image.size)
    image = image.resize([max(1, round(scale * s)) for s in image.size], Image.LANCZOS)
    canvas = Image.new("RGBa", (size, size))
    canvas.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
    return np.asarray(canvas.convert("RGBA"))


def load_pictures(archive: pathlib.Path) -> Draw:
    """A style that comes as one picture per code point."""
    tar = tarfile.open(archive)
    files = {code_key(pathlib.PurePath(n).stem): n for n in tar.getnames() if n.endswith(".webp")}

    def draw(code: str, _label: str) -> Image.Image | None:
        return Image.open(tar.extractfile(files[code])).convert("RGBA") if code in files else None
    return draw


def load_icons(archive: pathlib.Path, size: int) -> Draw:
    """A style that comes as vector icons by name."""
    read = read_tar(archive)
    icons = json.loads(read("icons.json"))
    bodies, aliases = icons["icons"], icons.get("aliases", {})
    chars = {code_key(c): n for c, n in json.loads(read("chars.json")).items()}

    def draw(code: str, label: str) -> Image.Image | None:
        name = chars.get(code, slug(label))
        name = aliases.get(name, {}).get("parent", name)
        if name not in bodies:
            return None
        return rasterise_svg(bodies[name]["body"], icons["width"], icons["height"], 2 * size)
    return draw


def load_style(sources: pathlib.Path, style: str, size: int) -> Draw:
    """Returns a function (code, label) -> RGBA image or None for one style."""
    archive = sources / STYLES[style]
    return load_pictures(archive) if style == "3d" else load_icons(archive, size)


def load_concepts(sources: pathlib.Path, preset: str) -> list[dict]:
    """Lists what a preset selects: code, label, name and keywords as captions use them, group."""
    data = json.loads(read_tar(sources / NAMES)("en/data.json"))
    chosen = None
    if preset != "all":
        chosen = set(pathlib.Path(preset).read_text().splitlines())

    def wanted(entry: dict) -> bool:
        if chosen is not None:
            return clean(entry["label"]) in chosen
        return (entry.get("group") in GROUPS_ALL and entry.get("subgroup") not in SUBGROUPS_LEFT_OUT
                and not re.search(r"o’clock|-thirty|keycap", entry["label"]))

    return [dict(code=code_key(e["hexcode"]), label=e["label"], name=clean(e["label"]), group=e.get("group"),
                 keywords=[w for w in map(clean, e.get("tags", [])) if w]) for e in data if wanted(e)]


def draw_all(concepts: list[dict], styles: list[str], args: argparse.Namespace) -> tuple[list[dict], list[np.ndarray]]:
    """Every concept in every style that has a drawing of it."""
    items, art = [], []
    for style in styles:
        draw = load_style(args.sources, style, args.size)
        for concept in concepts:
            image = draw(concept["code"], concept["label"])
            if image is not None:
                items.append({k: v for k, v in concept.items() if k != "label"} | dict(style=style))
                art.append(fit(image, args.size, args.fill))
    return items, art


def mark_held_out(items: list[dict], styles: list[str], share: float) -> None:
    """Keeps some drawings for evaluation, only of concepts that stay in another style."""
    rng = np.random.default_rng(0)
    count = collections.Counter(item["code"] for item in items)
    chance = share * len(styles) / max(1, len(styles) - 1)
    for item in items:
        item["held_out"] = bool(count[item["code"]] > 1 and item["style"] != styles[0] and rng.random() < chance)
        count[item["code"]] -= item["held_out"]


def caption_corpus(items: list[dict]) -> list[str]:
    """Texts as the captions will have them, for the tokenizer."""
    fixed = " ".join([*STYLES, *BACKGROUNDS, *"on a an background".split()])
    return [i["name"] for i in items] * 4 + [fixed] * 500


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--sources", type=pathlib.Path, required=True, help="folder that holds the packages")
    ap.add_argument("--out", type=pathlib.Path, default="work/data")
    ap.add_argument("--preset", default=pathlib.Path(__file__).parent.parent / "concepts.txt", help="a list of names, one a line, or all")
    ap.add_argument("--styles", default="3d,flat")
    ap.add_argument("--size", type=int, default=128)
    ap.add_argument("--fill", type=float, default=0.92)
    ap.add_argument("--merges", type=int, default=3500)
    ap.add_argument("--holdout", type=float, default=0, help="share of (concept, style) pairs kept for evaluation")
    return ap.parse_args()


def main() -> None:
    args = arguments()
    styles = args.styles.split(",")
    concepts = load_concepts(args.sources, args.preset)
    items, art = draw_all(concepts, styles, args)
    mark_held_out(items, styles, args.holdout)
    args.out.mkdir(parents=True, exist_ok=True)
    np.save(args.out / "art.npy", np.stack(art))
    (args.out / "items.json").write_text(json.dumps(items))
    learned = train_bpe(caption_corpus(items), args.merges)
    write_tokenizer(args.out / "tokenizer", learned)
    print(f"{len(items)} drawings, {len(concepts)} concepts, {sum(i['held_out'] for i in items)} held out, "
          f"{len(learned)} merges", collections.Counter(i["style"] for i in items))


if __name__ == "__main__":
    main()
