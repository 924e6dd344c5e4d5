#!/usr/bin/env python3
"""Two engines, each in a network namespace of its own and reached by `socat` over a link, make one grid.

The grid of 2 seeds x 6 ratios over both is compared with that of one engine: file names, pixels, requests and what was
run. Then it is made while one of them is killed in the middle: once its worker alone, which is started again, once all
of its namespace, whose share the other one takes over. Needs root, `ip` and `socat`; says so and ends with 77 where one
is missing. Nothing but Python's own library is needed.
"""

import argparse
import json
import os
import pathlib
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import time

PORT = 7417
REQUEST = b"io.github.tstitch.request"


def run(*words: str) -> None:
    subprocess.run(words, check=True)


class Namespace:
    """A network namespace with a link to this one, and engines that listen there."""

    def __init__(self, number: int, program: str, folder: pathlib.Path):
        self.name = f"tstitch-proof-{number}"
        self.link = f"tstitch{number}"
        self.address = f"10.231.{number}.2"
        self.program, self.profile = program, folder / f"profile{number}"
        self.listener: subprocess.Popen | None = None

    def __enter__(self):
        subprocess.run(["ip", "netns", "delete", self.name], stderr=subprocess.DEVNULL)
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "address", "add", self.address[:-1] + "1/24", "dev", self.link)
        run("ip", "link", "set", self.link, "up")
        run("ip", "-n", self.name, "address", "add", self.address + "/24", "dev", "eth0")
        run("ip", "-n", self.name, "link", "set", "eth0", "up")
        return self

    def __exit__(self, *problem):
        self.kill_all()
        subprocess.run(["ip", "netns", "delete", self.name])

    def listen(self) -> None:
        worker = f"{shlex.quote(self.program)} worker --profile {shlex.quote(str(self.profile))}"
        listen = f"TCP-LISTEN:{PORT},bind={self.address},reuseaddr,fork"
        command = ["ip", "netns", "exec", self.name, "socat", listen, f"EXEC:{worker}"]
        self.listener = subprocess.Popen(command, start_new_session=True)
        for _ in range(200):
            listing = subprocess.run(["ip", "netns", "exec", self.name, "cat", "/proc/net/tcp"], capture_output=True)
            if f":{PORT:04X} ".encode() in listing.stdout:
                return
            time.sleep(0.05)
        sys.exit("socat does not listen")

    @property
    def engine(self) -> str:
        return f"socat STDIO TCP:{self.address}:{PORT}"

    def processes(self) -> list[int]:
        found = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, check=True)
        return [int(word) for word in found.stdout.split()]

    def workers(self) -> list[int]:
        return [number for number in self.processes() if b"\0worker\0" in command_of(number)
                and b"socat" not in command_of(number)]

    def kill_worker(self) -> None:
        for number in self.workers():
            os.kill(number, signal.SIGKILL)

    def kill_all(self) -> None:
        while numbers := self.processes():
            for number in numbers:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if self.listener:
                self.listener.poll()
            time.sleep(0.05)
        if self.listener:
            self.listener.wait()


def command_of(number: int) -> bytes:
    try:
        return pathlib.Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def picture(path: pathlib.Path) -> tuple[bytes, object, str]:
    """Its pixels as they are stored, its request, and the engine that made it."""
    data = path.read_bytes()
    pixels, request, engine, at = b"", None, "", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        if kind in (b"IHDR", b"IDAT"):
            pixels += body
        if kind in (b"tEXt", b"iTXt") and body.startswith(REQUEST + b"\0"):
            text = json.loads(body[body.index(b"{"):])
            request, engine = text["request"], text["made"].get("engine", "")
        at += 12 + length
    return pixels, request, engine


class Grids:
    def __init__(self, program: str, folder: pathlib.Path, steps: int):
        self.program, self.folder, self.steps = program, folder, steps

    def make(self, name: str, engines: list[str], after_cells: int = 0, strike=lambda: None) -> dict:
        """The grid's pictures; `strike` is called when that many cells are saved."""
        words = [self.program, "grid", "3d fox", "--seeds", "3,4", "--ratios", "0,20%,40%,60%,80%,100%", "--steps",
                 str(self.steps), "--profile", str(self.folder / "profile"), "--output", str(self.folder / name),
                 "--json"]
        for engine in engines:
            words += ["--engine", engine]
        saved = 0
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as grid:
            for line in grid.stdout:
                saved += '"cell_done"' in line
                if saved == after_cells and '"cell_done"' in line:
                    strike()
        if grid.returncode != 0:
            sys.exit(f"{name}: ended with {grid.returncode}")
        if not (self.folder / name / "grid.png").exists():
            sys.exit(f"{name}: there is no composite")
        return {path.name: picture(path) for path in (self.folder / name).glob("seed-*.png")}

    def evaluations(self, name: str) -> dict:
        return json.loads((self.folder / name / "grid.json").read_text())["evaluations"]


def compare(name: str, made: dict, expected: dict) -> None:
    """Exits unless every picture of the one is that of the other; says which engines made them."""
    if made.keys() != expected.keys():
        sys.exit(f"{name}: other files: {sorted(made.keys() ^ expected.keys())}")
    different = [file for file in made if made[file][:2] != expected[file][:2]]
    if different:
        sys.exit(f"{name}: other pixels or requests: {different}")
    shares: dict[str, int] = {}
    for _, _, engine in made.values():
        shares[engine] = shares.get(engine, 0) + 1
    print(f"{name}: {len(made)} equal files; by engine: {shares}", flush=True)


def prove(program: str, folder: pathlib.Path, steps: int) -> None:
    grids = Grids(program, folder, steps)
    with Namespace(1, program, folder) as one, Namespace(2, program, folder) as two:
        one.listen()
        two.listen()
        expected = grids.make("one", [one.engine])
        compare("one", expected, grids.make("here", []))
        compare("two", grids.make("two", [one.engine, two.engine]), expected)
        if grids.evaluations("two") != grids.evaluations("one"):
            sys.exit("two: other evaluations were run")
        compare("worker killed", grids.make("worker", [one.engine, two.engine], 2, two.kill_worker), expected)
        compare("namespace killed", grids.make("namespace", [one.engine, two.engine], 2, two.kill_all), expected)
        left = one.workers() + two.workers()
        for _ in range(100):
            if not left:
                return
            time.sleep(0.05)
            left = one.workers() + two.workers()
        sys.exit(f"workers are left: {left}")


def missing() -> str:
    if os.geteuid() != 0:
        return "this needs root"
    for tool in ("ip", "socat"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    made = subprocess.run(["ip", "netns", "add", "tstitch-proof-0"], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "delete", "tstitch-proof-0"], capture_output=True)
    return f"no network namespaces here: {made.stderr.strip()}" if made.returncode != 0 else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tstitch", required=True, help="the command line")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="an empty folder")
    parser.add_argument("--steps", type=int, default=8)
    arguments = parser.parse_args()
    if why := missing():
        print(f"skipped: {why}")
        sys.exit(77)
    arguments.work.mkdir(parents=True, exist_ok=True)
    prove(str(pathlib.Path(arguments.tstitch).resolve()), arguments.work.resolve(), arguments.steps)


if __name__ == "__main__":
    main()
