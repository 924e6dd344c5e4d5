"""Makes lanczos.json: small pictures, whose input follows from its size, resized by Pillow's LANCZOS, and cut to other
shapes by diffusers' resize_mode="crop".

    python make_lanczos.py
"""

import json
import pathlib

import numpy as np
from diffusers.image_processor import VaeImageProcessor
from PIL import Image

SIZES = [((5, 4), (8, 6)), ((9, 7), (4, 3)), ((6, 5), (6, 9)), ((3, 8), (7, 8)), ((1, 1), (2, 3)), ((16, 3), (5, 2))]

CROPS = [((5, 4), (8, 8)), ((9, 7), (4, 6)), ((3, 8), (8, 3)), ((7, 7), (5, 5)), ((10, 3), (3, 8))]


def picture(width, height):
    return np.array([[[(x * 37 + y * 91 + c * 53 + x * y * 7) % 256 for c in range(3)] for x in range(width)]
                     for y in range(height)], dtype=np.uint8)


def main():
    cases = []
    for source, target in SIZES:
        resized = np.array(Image.fromarray(picture(*source)).resize(target, Image.LANCZOS))
        cases.append({"from": source, "to": target, "rgb": resized.flatten().tolist()})
    crops = []
    for source, target in CROPS:
        cut = VaeImageProcessor()._resize_and_crop(Image.fromarray(picture(*source)), *target)
        crops.append({"from": source, "to": target, "rgb": np.array(cut).flatten().tolist()})
    file = pathlib.Path(__file__).parent / "lanczos.json"
    file.write_text(json.dumps({"cases": cases, "crops": crops}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
