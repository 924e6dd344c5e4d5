"""Makes foreign_pictures.json: small files as cameras and editors write them, and what Pillow makes of them (turned as
EXIF says, then convert("RGB"), which is what diffusers gives its pipelines). 16-bit grey is the exception: there the
upper eight bits are taken, since Pillow cuts at 255. `rgb` is missing where Pillow refuses the file.

    python make_foreign_pictures.py
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

RANDOM = np.random.default_rng(7)
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
WIDTH, HEIGHT = 11, 7


def random_bytes(count):
    return RANDOM.integers(0, 256, count, dtype=np.uint8).tobytes()


def chunk(kind, data, checksum=None):
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png(depth, colour, interlaced=0, before=b"", after=b"", end=True):
    """Random rows with random filters."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = b""
    for x, y, across, down in ADAM7 if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(WIDTH - x) // across), -(-(HEIGHT - y) // down)
        for _ in range(height if width > 0 else 0):
            rows += bytes([int(RANDOM.integers(0, 5))]) + random_bytes((width * depth * channels + 7) // 8)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + data + after + (chunk(b"IEND", b"") if end else b"")


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pngs():
    for colour, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            palette = chunk(b"PLTE", random_bytes(3 << depth)) + chunk(b"tRNS", b"\0\x80") if colour == 3 else b""
            for interlaced in (0, 1):
                yield f"png colour {colour} depth {depth} interlaced {interlaced}", png(depth, colour, interlaced, palette)
    chunks = {
        "gamma": chunk(b"gAMA", struct.pack(">I", 45455)),
        "damaged profile": chunk(b"iCCP", b"x\0\0junk"),
        "transparent colour": chunk(b"tRNS", b"\0\1" * 3),
        "empty unknown chunk": chunk(b"zzZz", b""),
        "unknown critical chunk": chunk(b"ABCD", b"abc"),
        "palette for true colour": chunk(b"PLTE", b"abcdef"),
    }
    for name, extra in chunks.items():
        yield f"png {name}", png(8, 2, before=extra)
        yield f"png {name} behind", png(8, 2, after=extra)
    yield "png damaged chunk behind", png(8, 2, after=chunk(b"tEXt", b"a\0b", 5))
    yield "png without end", png(8, 2, end=False)
    yield "png trailing bytes", png(8, 2) + b"x" * 50
    yield "png short palette", png(8, 3, before=chunk(b"PLTE", b"abcdef"))
    yield "png no palette", png(8, 3)
    yield "png cut", png(8, 2)[:-100]
    frames = [Image.frombytes("RGBA", (9, 6), random_bytes(9 * 6 * 4)) for _ in range(2)]
    yield "apng", saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def smooth(width=24, height=16):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x * 9, y * 13, 90 + x + y], -1).astype(np.uint8))


def jpegs():
    for mode in ("L", "RGB", "CMYK"):
        for progressive in (False, True):
            yield f"jpeg {mode} progressive {progressive}", saved(smooth().convert(mode), "JPEG", progressive=progressive)
    yield "jpeg stored as rgb", saved(smooth(), "JPEG", keep_rgb=True)
    yield "jpeg 4:2:2", saved(smooth(), "JPEG", subsampling=1)
    yield "jpeg restart markers", saved(smooth(), "JPEG", restart_marker_blocks=1)
    yield "jpeg several pictures", saved(smooth(), "MPO", save_all=True, append_images=[smooth().rotate(180)])
    yield "jpeg broken exif", saved(smooth(), "JPEG", exif=b"Exif\0\0II*\0\x10\0\0\0\xff\xff")
    yield "jpeg trailing bytes", saved(smooth(), "JPEG") + b"abc" * 20
    yield "jpeg bytes before a marker", (lambda file: file[:20] + b"junk" + file[20:])(saved(smooth(), "JPEG"))
    yield "jpeg cut", saved(smooth(), "JPEG")[:-20]
    yield "jpeg progressive cut", saved(smooth(), "JPEG", progressive=True)[:-20]


def webps():
    rgba = Image.frombytes("RGBA", (10, 8), random_bytes(320))
    yield "webp lossless alpha", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "webp lossy alpha", saved(rgba, "WEBP", quality=80, exact=True)
    yield "webp lossy", saved(smooth(), "WEBP", quality=80)
    yield "webp animation", saved(rgba, "WEBP", save_all=True, append_images=[rgba.rotate(180)], lossless=True)
    part = Image.new("RGBA", (20, 14))
    part.paste(rgba, (6, 4))
    frames = [part, part.rotate(180)]
    yield "webp animation in part", saved(part, "WEBP", save_all=True, append_images=frames[1:], lossless=True)


def tiff(value, order, kind, size):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    packed = struct.pack(order + {1: "B", 2: "H", 4: "I"}[size], value)
    return mark + struct.pack(order + "IHHHI", 8, 1, 0x112, kind, 1) + packed.ljust(8, b"\0")


def turned():
    picture = smooth(5, 3)
    for value in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9):
        yield f"exif {value} png", saved(picture, "PNG", exif=tiff(value, "<", 3, 2))
        yield f"exif {value} webp", saved(picture, "WEBP", lossless=True, exif=b"Exif\0\0" + tiff(value, ">", 3, 2))
    yield "exif 6 jpeg", saved(smooth(), "JPEG", exif=b"Exif\0\0" + tiff(6, ">", 3, 2))
    yield "exif of four bytes", saved(picture, "PNG", exif=tiff(6, ">", 4, 4))
    yield "exif of one byte", saved(picture, "PNG", exif=tiff(6, ">", 1, 1))
    packet = b'<rdf:Description tiff:Orientation="6"/>'
    yield "xmp jpeg", saved(smooth(), "JPEG", xmp=packet)
    yield "xmp webp", saved(picture, "WEBP", lossless=True, xmp=packet)
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<tiff:Orientation>8</tiff:Orientation>")
    yield "xmp png", saved(picture, "PNG", pnginfo=info)
    block = tiff(7, "<", 3, 2)
    info = PngInfo()
    info.add_text("Raw profile type exif", f"\nexif\n{len(block):8}\n{block.hex()}\n", zip=True)
    yield "raw profile", saved(picture, "PNG", pnginfo=info)


def expected(file):
    """What Pillow makes of it, or nothing."""
    try:
        image = Image.open(io.BytesIO(file))
        image.load()
    except (OSError, ValueError, SyntaxError):
        return {}
    if image.mode == "I;16":
        image = Image.fromarray((np.array(image) >> 8).astype(np.uint8))
    else:
        try:
            image = ImageOps.exif_transpose(image)
        except SyntaxError:
            pass  # of damaged EXIF nothing is taken
    return {"size": image.size, "rgb": image.convert("RGB").tobytes().hex()}


def main():
    cases = [{"name": name, "file": file.hex(), **expected(file)}
             for made in (pngs(), jpegs(), webps(), turned()) for name, file in made]
    file = pathlib.Path(__file__).parent / "foreign_pictures.json"
    file.write_text(json.dumps({"cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
