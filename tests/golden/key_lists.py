"""The lists of tests/golden/keys/lists.gz: one a line, its name before it (tests/support/lists/published_list.h reads them, too)."""

import gzip
import json
import pathlib

ARCHIVE = pathlib.Path(__file__).parent / "keys" / "lists.gz"


def _lines() -> dict[str, str]:
    """name -> JSON."""
    if not ARCHIVE.exists():
        return {}
    return dict(line.split(" ", 1) for line in gzip.decompress(ARCHIVE.read_bytes()).decode("utf-8").splitlines())


def names() -> list[str]:
    return list(_lines())


def load(name: str) -> dict:
    return json.loads(_lines()[name])


def save(name: str, value: dict) -> None:
    """Puts one list into the archive, whose bytes depend on nothing but the lists."""
    lines = _lines()
    lines[name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = "".join(f"{key} {lines[key]}\n" for key in sorted(lines))
    ARCHIVE.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
