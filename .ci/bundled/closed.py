"""Whether a folder of programs and libraries brings all that it loads, and for how old a system it is.

    PYTHONPATH=.ci python -m bundled.closed FOLDER GLIBC

Fails where a file loads a library that is neither in FOLDER nor of the system (SYSTEM), where it would look for one
outside of FOLDER, and where it asks for a glibc newer than GLIBC ("2.34").
"""

from __future__ import annotations

import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile

from . import symbols

# Taken from the system, and why. A driver of OpenCL is loaded into the same process, and is often linked to a newer
# libstdc++ than Debian 12 has (LLVM is C++): it would not load beside an older one. The same holds for zlib.
SYSTEM = {
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libstdc++.so.6",
    "libz.so.1",
}


class OpenError(Exception):
    """Something would be loaded from elsewhere, or not at all."""


def check(folder: Path, glibc: tuple[int, ...]) -> None:
    """Checks every program and library below a folder.

    Raises
    ------
    OpenError
        With a line for each thing that is wrong.
    """
    files = symbols.libraries(folder)
    present = {path.name for path in files}
    wrong = []
    for path in files:
        needed, places = _loads(path)
        shown = path.relative_to(folder)
        wrong += [f"{shown} loads {name}, which is not here" for name in sorted(needed - present - SYSTEM)]
        for place in places:
            found = Path(place.replace("$ORIGIN", str(path.parent))).resolve()
            if not place.startswith("$ORIGIN") or not found.is_relative_to(folder.resolve()):
                wrong.append(f"{shown} looks for libraries in {place}, which is not in this folder")
        newest, names = symbols.newest_glibc(path)
        if newest > glibc:
            wrong.append(f"{shown} needs glibc {'.'.join(map(str, newest))}, for {', '.join(names[:4])}")
    if not files:
        wrong.append(f"{folder} has no programs and no libraries")
    if wrong:
        raise OpenError("\n".join(wrong))


def _loads(path: Path) -> tuple[set[str], list[str]]:
    """The libraries that a file loads, and the folders in which it looks for them first."""
    needed, places = set(), []
    with path.open("rb") as file:
        for tag in ELFFile(file).get_section_by_name(".dynamic").iter_tags():
            if tag.entry.d_tag == "DT_NEEDED":
                needed.add(tag.needed)
            elif tag.entry.d_tag in ("DT_RPATH", "DT_RUNPATH"):
                places += getattr(tag, tag.entry.d_tag.removeprefix("DT_").lower()).split(":")
    return needed, places


if __name__ == "__main__":
    try:
        check(Path(sys.argv[1]), tuple(map(int, sys.argv[2].split("."))))
    except OpenError as error:
        sys.exit(f"closed: {error}")
