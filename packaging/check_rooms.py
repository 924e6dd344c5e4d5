#!/usr/bin/env python3
"""Holds every #include of one room's header by another to packaging/rooms.txt. Prints what the table does not
allow and rooms that it names or lacks wrongly; exits 1 if there is anything."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s+"((?:core|ui|app)/[^"]+)"')


def room_of(path: pathlib.PurePosixPath) -> str:
    """Of core a folder, of ui and app a folder or the top."""
    return "/".join(path.parts[:2]) if len(path.parts) > 2 else path.parts[0]


def read_table() -> dict[str, set[str]]:
    table = {}
    for line in (ROOT / "packaging/rooms.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        room, _, allowed = line.partition(":")
        table[room] = set(allowed.split())
    return table


def main() -> int:
    table = read_table()
    faults = [f"packaging/rooms.txt: there is no room {room}"
              for rooms in table.values() for room in sorted(rooms - table.keys())]
    sources = (path for top in ("core", "ui", "app") for path in sorted((ROOT / top).rglob("*"))
               if path.suffix in (".h", ".cpp", ".cu", ".inc"))
    for path in sources:
        name = pathlib.PurePosixPath(path.relative_to(ROOT).as_posix())
        room = room_of(name)
        if room not in table:
            faults.append(f"{name}: the room {room} is not in packaging/rooms.txt")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if found is None:
                continue
            other = room_of(pathlib.PurePosixPath(found.group(1)))
            if other != room and other not in table[room]:
                faults.append(f"{name}:{number}: {room} may not include {found.group(1)} (packaging/rooms.txt)")
    print("\n".join(sorted(set(faults))), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
