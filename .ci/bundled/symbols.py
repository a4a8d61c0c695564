"""For how old a glibc a library is: the newest version among the symbols that it takes from glibc."""

from __future__ import annotations

from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

GLIBC = "GLIBC_"


def libraries(folder: Path) -> list[Path]:
    """The ELF files below a folder."""

    def is_elf(path: Path) -> bool:
        with path.open("rb") as file:
            return file.read(4) == b"\x7fELF"

    return sorted(path for path in folder.rglob("*") if path.is_file() and is_elf(path))


def newest_glibc(path: Path) -> tuple[tuple[int, ...], list[str]]:
    """The newest version of glibc that a file asks for, and the symbols for which it does."""
    with path.open("rb") as file:
        try:
            elf = ELFFile(file)
            needs = elf.get_section_by_name(".gnu.version_r")
            indices = elf.get_section_by_name(".gnu.version")
            symbols = elf.get_section_by_name(".dynsym")
        except ELFError as error:
            raise ValueError(f"{path}: {error}") from error
        if needs is None:
            return (), []
        versions = {
            auxiliary["vna_other"]: tuple(map(int, auxiliary.name.removeprefix(GLIBC).split(".")))
            for _, auxiliaries in needs.iter_versions()
            for auxiliary in auxiliaries
            if auxiliary.name.startswith(GLIBC) and auxiliary.name[len(GLIBC)].isdigit()
        }
        newest = max(versions.values(), default=())
        names = [
            symbol.name
            for number, symbol in enumerate(symbols.iter_symbols())
            if versions.get(indices.get_symbol(number)["ndx"]) == newest and newest
        ]
    return newest, names
