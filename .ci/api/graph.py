"""Reads Swift's symbol graphs."""

import json
from dataclasses import dataclass
from pathlib import Path

TYPES = {"swift.class", "swift.enum", "swift.protocol", "swift.struct", "swift.typealias", "swift.actor"}


@dataclass(frozen=True)
class Symbol:
    """A declaration that is public."""

    name: str
    """With the types around it: `Extraction.Options.output`."""
    kind: str
    """Such as `swift.struct`."""
    documentation: str
    """Its comment; empty where it has none."""
    declaration: str
    """As it is written."""
    place: str
    """The file, where the compiler kept it."""
    types: tuple[str, ...]
    """Those of its declaration, by their mangled names."""

    @property
    def is_type(self) -> bool:
        return self.kind in TYPES


def symbols(folder: Path) -> list[Symbol]:
    """The declarations of every graph of a folder, by their names."""
    found = []
    for path in sorted(folder.glob("*.symbols.json")):
        for symbol in json.loads(path.read_text())["symbols"]:
            found.append(
                Symbol(
                    name=".".join(symbol["pathComponents"]),
                    kind=symbol["kind"]["identifier"],
                    documentation="\n".join(line["text"] for line in symbol.get("docComment", {}).get("lines", [])),
                    declaration="".join(part["spelling"] for part in symbol.get("declarationFragments", [])),
                    types=tuple(
                        part["preciseIdentifier"]
                        for part in symbol.get("declarationFragments", [])
                        if "preciseIdentifier" in part
                    ),
                    place=symbol.get("location", {}).get("uri", "").rpartition("/")[2],
                )
            )
    return sorted(found, key=lambda symbol: (symbol.name, symbol.declaration))
