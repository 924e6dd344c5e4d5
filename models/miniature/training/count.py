"""Counts which of the names the judge recognises in the pictures of a grid that the program made.

    tstitch grid x --seed 2 --output counts/ --axis "ratio=0%,40%,100%" --axis "prompt=3d ghost,3d fox"
    python count.py --net work/classifier.pt counts

A picture's ratio and prompt are those of its name: ratio-40%_prompt-3d-ghost.png.
"""
import argparse
import collections
import pathlib
import re

import numpy as np
import torch
from PIL import Image

from classifier import load, recognise


def pictures_of(folder: pathlib.Path) -> dict[int, list[tuple[str, pathlib.Path]]]:
    """Percent -> (prompt as the file's name has it, file)."""
    found = collections.defaultdict(list)
    for path in sorted(folder.glob("ratio-*_prompt-*.png")):
        ratio, prompt = re.fullmatch(r"ratio-([\d.]+)%?_prompt-(.*)", path.stem).groups()
        found[int(float(ratio))].append((prompt, path))
    return dict(sorted(found.items()))


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folders", type=pathlib.Path, nargs="+")
    ap.add_argument("--net", type=pathlib.Path, default="work/classifier.pt")
    ap.add_argument("--names", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "concepts.txt")
    args = ap.parse_args()
    net, known = load(args.net)
    names = {slug(n): n for n in args.names.read_text().splitlines()}
    for folder in args.folders:
        for ratio, pictures in pictures_of(folder).items():
            x = np.stack([np.array(Image.open(path).convert("RGB").resize((128, 128), Image.BOX)) for _, path in pictures])
            said = recognise(net, torch.from_numpy(x).permute(0, 3, 1, 2).float() / 127.5 - 1).argmax(1)
            wanted = [names[slug(re.sub(r"^(3d|flat)-", "", prompt))] for prompt, _ in pictures]
            wrong = [f"{w} as {known[s]}" for w, s in zip(wanted, said) if w != known[s]]
            print(f"{ratio:3} %: {len(wanted) - len(wrong)} of {len(wanted)} recognised; {', '.join(wrong)}", flush=True)


if __name__ == "__main__":
    main()
