"""Makes a library that stands for another one, of which a third loads it but nothing here calls it.

    python -m bundled.stand_in FOLDER LIBRARY SONAME

FOLDER/SONAME gets every function that LIBRARY takes of SONAME, in its version; each gives 0, which is no handle and no
object, so that whatever began with one of them would end as a failure.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from elftools.elf.elffile import ELFFile


def taken(library: Path, soname: str) -> dict[str, list[str]]:
    """The functions that a library takes of another, by their version."""
    with library.open("rb") as file:
        elf = ELFFile(file)
        indices = elf.get_section_by_name(".gnu.version")
        versions = {
            auxiliary["vna_other"]: auxiliary.name
            for need, auxiliaries in elf.get_section_by_name(".gnu.version_r").iter_versions()
            for auxiliary in auxiliaries
            if need.name == soname
        }
        functions: dict[str, list[str]] = defaultdict(list)
        for number, symbol in enumerate(elf.get_section_by_name(".dynsym").iter_symbols()):
            version = versions.get(indices.get_symbol(number)["ndx"])
            if version is not None:
                if symbol["st_info"]["type"] != "STT_FUNC":
                    raise SystemExit(f"stand_in: {library} takes {symbol.name} of {soname}, which is no function")
                functions[version].append(symbol.name)
    if not functions:
        raise SystemExit(f"stand_in: {library} takes nothing of {soname}: leave it out of .ci/wheel")
    return functions


def make(folder: Path, library: Path, soname: str) -> None:
    """Compiles the stand-in."""
    functions = taken(library, soname)
    names = sorted(name for some in functions.values() for name in some)
    script = folder / f"{soname}.versions"
    script.write_text("".join(
        f"{version} {{ global: {'; '.join(sorted(some))}; }};\n" for version, some in sorted(functions.items())))
    source = "".join(f"void *{name}(void) {{ return 0; }}\n" for name in names)
    subprocess.run(
        ["cc", "-x", "c", "-O1", "-w", "-fno-builtin", "-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{soname}",
         "-Wl,--build-id=none", f"-Wl,--version-script,{script}", "-o", str(folder / soname), "-"],
        input=source, text=True, check=True)
    script.unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
