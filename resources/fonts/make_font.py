"""Makes figure.ttf, the letters of figures, from DejaVu Sans 2.37: Latin, Greek, Cyrillic, punctuation and signs, without
hints, kerning and other tables that figures do not use.

    python make_font.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
"""

import pathlib
import sys

from fontTools import subset

RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3C9), (0x401, 0x401), (0x410, 0x44F), (0x451, 0x451), (0x2010, 0x2026),
          (0x2032, 0x2033), (0x20AC, 0x20AC), (0x2190, 0x2193), (0x2212, 0x2212), (0x2260, 0x2265)]


def main():
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13]
    options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern"]
    font = subset.load_font(sys.argv[1], options)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    letters = subset.Subsetter(options)
    letters.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    letters.subset(font)
    subset.save_font(font, str(pathlib.Path(__file__).parent / "figure.ttf"), options)


if __name__ == "__main__":
    main()
