"""Columns for what users say of their recordings: the ``fields`` of manifests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Integers that a float64 has exactly.
_EXACT = 1 << 53
_LARGEST = (1 << 63) - 1


class FieldKinds:
    """What type each field has, over all recordings.

    A field of one type becomes a column of that type; integers beside other numbers become numbers
    if that is exact. Everything else becomes text: strings as they are, all other values as
    JSON. So no value is left out, though a 1 and a "1" in one field are then alike.
    """

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def add(self, fields: dict[str, Any]) -> None:
        """Take the fields of a recording into account."""
        for name, value in fields.items():
            self._seen.setdefault(name, set()).add(_kind(value))

    def finished(self) -> dict[str, str]:
        """Give for each name string, integer, number, boolean or text."""
        return {name: _common(kinds - {"null"}) for name, kinds in self._seen.items()}


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        if abs(value) <= _EXACT:
            return "integer"
        return "long" if abs(value) <= _LARGEST else "text"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "text"


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1:
        kind = next(iter(kinds))
        return "integer" if kind == "long" else kind
    if kinds == {"integer", "long"}:
        return "integer"
    if kinds == {"integer", "number"}:
        return "number"
    return "text" if kinds else "string"


def column_names(fields: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Name the columns of fields: as they are, or ``field_NAME`` where another column is so named.

    Parameters
    ----------
    fields
        Names of fields.
    taken
        Names of other columns.

    Returns
    -------
    dict
        The column of each field.
    """
    used = set(taken)
    names = {name: name for name in fields if name not in used}
    used.update(names)
    for name in fields:
        if name in names:
            continue
        column = f"field_{name}"
        while column in used:
            column = f"field_{column}"
        used.add(column)
        names[name] = column
    return names


def as_column(values: list[Any], kind: str) -> list[Any]:
    """Give values as their column has them."""
    if kind != "text":
        return values
    return [
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
    ]
