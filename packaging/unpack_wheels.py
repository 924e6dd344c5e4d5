#!/usr/bin/env python3
"""Unpacks the parts of the LibTorch and NVIDIA wheels that a C++ program needs, in the shape the libraries expect.

    unpack_wheels.py cpu|cuda|nvcc ROOT WHEEL...

ROOT gets torch/{lib,include}, nvidia/<name>/{bin,lib,include} and licences/. Every file appears under its name complete.
"""
import fnmatch
import os
import pathlib
import shutil
import sys
import zipfile

CPU = (
    "torch/lib/libtorch_cpu.so*", "torch/lib/libc10.so*", "torch/lib/libgomp*", "torch/include/*",
    "nvidia/cu13/lib/libcupti.so*", "nvidia/cu13/lib/libcudart.so*", "nvidia/cu13/include/*",
)
CUDA = CPU + ("torch/lib/lib*.so*", "nvidia/*/lib/lib*.so*")
NVCC = (
    "nvidia/cu13/bin/nvcc*", "nvidia/cu13/bin/cudafe++", "nvidia/cu13/bin/ptxas", "nvidia/cu13/bin/fatbinary",
    "nvidia/cu13/nvvm/bin/cicc", "nvidia/cu13/nvvm/libdevice/*", "nvidia/cu13/include/*",
)
LEFT_OUT = ("torch/lib/libtorch_python.so", "torch/lib/libshm*")


def destination(name: str, patterns: tuple[str, ...]) -> str | None:
    """Where a member of a wheel belongs under the root; None when it is not needed."""
    folder, _, rest = name.partition("/")
    if folder.endswith(".dist-info") and "license" in rest.lower() and not name.endswith("/"):
        return f"licences/{folder.split('-')[0]}/{pathlib.PurePosixPath(rest).name}"
    wanted = any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    unwanted = any(fnmatch.fnmatchcase(name, pattern) for pattern in LEFT_OUT)
    return name if wanted and not unwanted and not name.endswith("/") else None


def unpack(wheel: pathlib.Path, root: pathlib.Path, patterns: tuple[str, ...]) -> int:
    """Copies the needed members of one wheel that are not there yet; returns how many are needed."""
    needed = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            place = destination(member.filename, patterns)
            if place is None:
                continue
            needed += 1
            target = root / place
            if target.is_file() and target.stat().st_size == member.file_size:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".part")
            with archive.open(member) as source, open(partial, "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            if member.external_attr >> 16 & 0o100:  # a program
                partial.chmod(0o755)
            os.replace(partial, target)
    return needed


def main() -> int:
    part, root, *wheels = sys.argv[1:]
    patterns = {"cpu": CPU, "cuda": CUDA, "nvcc": NVCC}[part]
    for wheel in map(pathlib.Path, wheels):
        if unpack(wheel, pathlib.Path(root), patterns) == 0:
            print(f"unpack_wheels: nothing needed in {wheel.name}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
