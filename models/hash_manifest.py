#!/usr/bin/env python3
"""Writes the SHA-256 of a pair's files into its manifest.

    models/hash_manifest.py models/miniature.json
"""
import hashlib
import json
import pathlib
import sys


def model_files(manifest: dict, folder: pathlib.Path) -> list[pathlib.Path]:
    """Every file of the large and the small model, sorted by path."""
    roots = [folder / manifest["large"], folder / manifest["small"]]
    return sorted(path for root in roots for path in root.rglob("*") if path.is_file())


def main() -> None:
    path = pathlib.Path(sys.argv[1])
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["sha256"] = {
        file.relative_to(path.parent).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in model_files(manifest, path.parent)
    }
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
