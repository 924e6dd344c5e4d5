"""Makes canny.json: small pictures and their edges by OpenCV's Python binding on an RGB array.

    pip install opencv-python-headless==4.6.0.66 numpy
    python tests/golden/make_canny.py
"""

import base64
import json
from pathlib import Path

import cv2
import numpy as np

rng = np.random.default_rng(7)
HEIGHT, WIDTH = 48, 64


def pictures():
    noise = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    yield "noise", noise
    yield "blurred noise", cv2.GaussianBlur(noise, (0, 0), 2.0).astype(np.float32).__sub__(96).__mul__(4).clip(0, 255).astype(np.uint8)
    shapes = np.full((HEIGHT, WIDTH, 3), (200, 30, 90), np.uint8)
    cv2.circle(shapes, (20, 22), 12, (10, 220, 90), -1)
    cv2.rectangle(shapes, (34, 8), (58, 40), (200, 30, 255), -1)
    yield "shapes", shapes


def text(array):
    return base64.b64encode(array.tobytes()).decode()


cases = []
for name, picture in pictures():
    for low, high in [(100, 200), (20, 60)]:
        edges = cv2.Canny(picture, low, high)
        cases.append({"name": name, "width": WIDTH, "height": HEIGHT, "low": low, "high": high, "rgb": text(picture),
                      "edges": text(np.packbits(edges > 0))})
(Path(__file__).parent / "canny.json").write_text(json.dumps(cases, indent=0) + "\n")
