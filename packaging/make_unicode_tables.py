"""Writes core/prompt/unicode_tables.cpp.

Asks the reference tokenizer's own library about every code point, so that the tables have its Unicode versions (its
normaliser, its lower case and its regular expressions follow different ones):

    pip install tokenizers==0.23.3
    python packaging/make_unicode_tables.py > core/prompt/unicode_tables.cpp
"""

import random

from tokenizers import Regex, normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
NFC, NFD, LOWER = normalizers.NFC(), normalizers.NFD(), normalizers.Lowercase()
HANGUL = range(0xAC00, 0xAC00 + 11172)  # composed by arithmetic, not by table


def class_ranges(pattern):
    everything = "".join(map(chr, CODE_POINTS))
    split = pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True)
    ranges = []
    for run, _ in split.pre_tokenize_str(everything):
        if ord(run[0]) < 0xD800 <= ord(run[-1]):
            ranges += [(ord(run[0]), 0xD7FF), (0xE000, ord(run[-1]))]
        else:
            ranges.append((ord(run[0]), ord(run[-1])))
    return ranges


def lower_ranges():
    """(first, last, stride, delta); the one code point that becomes two, U+0130, is the algorithm's affair."""
    lower = {c: LOWER.normalize_str(chr(c)) for c in CODE_POINTS}
    assert [c for c in CODE_POINTS if len(lower[c]) != 1] == [0x130]
    moved = [(c, ord(lower[c]) - c) for c in CODE_POINTS if c != 0x130 and ord(lower[c]) != c]
    ranges = []
    for c, delta in moved:
        if ranges:
            first, last, stride, d = ranges[-1]
            if d == delta and c - last in (1, 2) and stride in (0, c - last):
                ranges[-1] = (first, c, c - last, d)
                continue
        ranges.append((c, c, 0, delta))
    return [(first, last, stride or 1, d) for first, last, stride, d in ranges]


def combining_classes():
    """{code point: class}, classes numbered by their order; equal to Unicode's as far as reordering can tell."""

    def swaps(a, b):
        return NFD.normalize_str(a + b) == b + a

    overlay, last = "\u0334", "\u0345"  # of the lowest and of the highest class
    marks = [c for c in CODE_POINTS if swaps(chr(c), overlay) or swaps(last, chr(c))]
    marks = [c for c in marks if len(NFD.normalize_str(chr(c))) == 1 and NFD.normalize_str(chr(c)) == chr(c)]
    groups = []  # sorted by class; one representative each
    classes = {}
    for c in marks:
        for group in groups:
            if not swaps(chr(c), group[0]) and not swaps(group[0], chr(c)):
                group.append(chr(c))
                break
        else:
            groups.append([chr(c)])
    groups = sorted(groups, key=lambda g: sum(swaps(g[0], other[0]) for other in groups))
    for number, group in enumerate(groups, start=1):
        classes.update({ord(c): number for c in group})
    return classes


def value_ranges(values):
    ranges = []
    for c in sorted(values):
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == values[c]:
            ranges[-1] = (ranges[-1][0], c, values[c])
        else:
            ranges.append((c, c, values[c]))
    return ranges


def decompositions():
    """(code point, first, second or 0, 1 if the pair composes again), one step each."""
    full = {c: NFD.normalize_str(chr(c)) for c in CODE_POINTS if c not in HANGUL}
    full = {c: d for c, d in full.items() if d != chr(c)}
    by_text = {d: c for c, d in reversed(full.items()) if NFC.normalize_str(chr(c)) == chr(c)}
    by_text = {**{d: c for c, d in full.items()}, **by_text}
    rows = []
    for c, d in full.items():
        if len(d) == 1:
            rows.append((c, ord(d), 0, 0))
            continue
        first = d[0] if len(d) == 2 else chr(by_text[d[:-1]])
        rows.append((c, ord(first), ord(d[-1]), int(NFC.normalize_str(chr(c)) == chr(c))))
    return rows


def nfc_of(rows, classes):
    """The normaliser that the tables make."""
    steps = {c: (a, b) for c, a, b, _ in rows}
    pairs = {(a, b): c for c, a, b, composes in rows if composes}

    def decompose(c):
        if c in HANGUL:
            s = c - 0xAC00
            return [0x1100 + s // 588, 0x1161 + s % 588 // 28] + ([0x11A7 + s % 28] if s % 28 else [])
        if c not in steps:
            return [c]
        a, b = steps[c]
        return decompose(a) + ([b] if b else [])

    def compose(a, b):
        if 0x1100 <= a < 0x1113 and 0x1161 <= b < 0x1176:
            return 0xAC00 + ((a - 0x1100) * 21 + b - 0x1161) * 28
        if a in HANGUL and (a - 0xAC00) % 28 == 0 and 0x11A8 <= b < 0x11C3:
            return a + b - 0x11A7
        return pairs.get((a, b))

    def nfc(text):
        points = [d for c in text for d in decompose(ord(c))]
        i = 0
        while i < len(points):
            j = i
            while j < len(points) and classes.get(points[j], 0):
                j += 1
            points[i:j] = sorted(points[i:j], key=lambda c: classes[c])
            i = j + 1
        out, starter, last = [], -1, 0
        for c in points:
            cls = classes.get(c, 0)
            joined = compose(out[starter], c) if starter >= 0 and (last < cls or len(out) == starter + 1) else None
            if joined is not None:
                out[starter] = joined
                continue
            if cls == 0:
                starter = len(out)
            last = cls
            out.append(c)
        return "".join(map(chr, out))

    return nfc


def check(rows, classes):
    nfc, rng = nfc_of(rows, classes), random.Random(1)
    pool = [c for c, _, _, _ in rows] + [b for _, _, b, _ in rows if b] + list(classes) + [0x61, 0x1100, 0x1161, 0x11A8]
    for c in CODE_POINTS:
        assert nfc(chr(c)) == NFC.normalize_str(chr(c)), hex(c)
    for _ in range(200000):
        text = "".join(chr(rng.choice(pool)) for _ in range(rng.randint(2, 6)))
        assert nfc(text) == NFC.normalize_str(text), [hex(ord(c)) for c in text]


def print_array(declaration, rows):
    print(f"{declaration} = {{{{")
    line = "   "
    for row in rows:
        item = " {" + ", ".join(str(v) if v < 10 else f"0x{v:X}" for v in row) + "},"
        if len(line) + len(item) > 120:
            print(line)
            line = "   "
        line += item
    print(line)
    print("}};\n")


def main():
    rows, classes = decompositions(), combining_classes()
    check(rows, classes)
    print('// Generated by packaging/make_unicode_tables.py from the reference tokenizer\'s library.\n'
          '#include "core/prompt/unicode_tables.h"\n\n// clang-format off\nnamespace tstitch::unicode {\n')
    for name, ranges in [("kLetters", class_ranges(r"\p{L}+")), ("kNumbers", class_ranges(r"\p{N}+")),
                         ("kSpaces", class_ranges(r"\s+"))]:
        print_array(f"const std::array<Range, {len(ranges)}> {name}Table", ranges)
        print(f"const std::span<const Range> {name}({name}Table);\n")
    lower = lower_ranges()
    print_array(f"const std::array<CaseRange, {len(lower)}> kLowerTable", lower)
    print("const std::span<const CaseRange> kLower(kLowerTable);\n")
    ranges = value_ranges(classes)
    print_array(f"const std::array<ClassRange, {len(ranges)}> kCombiningTable", ranges)
    print("const std::span<const ClassRange> kCombining(kCombiningTable);\n")
    print_array(f"const std::array<Decomposition, {len(rows)}> kDecompositionTable", rows)
    print("const std::span<const Decomposition> kDecompositions(kDecompositionTable);\n")
    print("}  // namespace tstitch::unicode")


if __name__ == "__main__":
    main()
