"""Makes picture_difference.json: how far pictures, whose pixels follow from their sizes, are apart by scikit-image.

    python make_picture_difference.py
"""

import json
import pathlib

import numpy as np
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

SIZES = [(7, 7), (8, 13), (16, 9), (31, 24), (64, 48)]


def picture(width, height, kind):
    def level(x, y, c):
        if kind == "smooth":
            return (x * 3 + y * 2 + c * 40) % 256
        if kind == "rough":
            return (x * 37 + y * 91 + c * 53 + x * y * 7) % 256
        return (x * 3 + y * 2 + c * 40 + (x * 5 + y * 11 + c) % 9) % 256  # near the smooth one

    return np.array([[[level(x, y, c) for c in range(3)] for x in range(width)] for y in range(height)], dtype=np.uint8)


def main():
    cases = []
    for width, height in SIZES:
        for a, b in [("smooth", "near"), ("smooth", "rough"), ("rough", "near")]:
            first, second = picture(width, height, a), picture(width, height, b)
            cases.append({
                "size": [width, height], "a": a, "b": b,
                "rms": float(np.sqrt(mean_squared_error(first, second)) / 255),
                "psnr": float(peak_signal_noise_ratio(first, second, data_range=255)),
                "ssim": float(structural_similarity(first, second, channel_axis=2, data_range=255)),
            })
    file = pathlib.Path(__file__).parent / "picture_difference.json"
    file.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
