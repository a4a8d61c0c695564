"""Manifests: which there are, and their lines.

A line is a JSON object of about 400 bytes: one recording, or one channel of it. The rules are those
of docs/output-layout.md.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .refusal import damaged, replaced, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Line = dict[str, Any]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

_NAME = re.compile(r"manifest-(?:(\d+)of(\d+)-)?(\d{6,})\.jsonl")
# Lines that are parsed at a time: enough to make calls cheap, few enough to need no memory.
_CHUNK = 4096
REMEDY = "Restore the file from a copy, or embed into another folder."


def find(folder: Path) -> list[str]:
    """List the manifests of a folder, in order of shards and numbers.

    Raises
    ------
    OSError
        If the folder cannot be listed.
    """
    found: list[tuple[int, int, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match:
                index, count, number = match.groups()
                found.append((int(count or 1), int(index or 0), int(number), entry.name))
    return [name for *_, name in sorted(found)]


def lines(path: Path, offsets: Integers, lengths: Integers) -> list[Line]:
    """Read lines again.

    Parameters
    ----------
    path
        The manifest.
    offsets, lengths
        Where they begin and how long they are, in bytes.
    """
    texts: list[bytes] = []
    try:
        with path.open("rb") as file:
            for offset, length in zip(offsets.tolist(), lengths.tolist(), strict=True):
                file.seek(offset)
                texts.append(file.read(length))
        parsed = _parse(texts)
    except (FileNotFoundError, ValueError):
        raise replaced(path) from None
    except OSError as error:
        raise unreadable(path, error) from None
    return parsed


@dataclass
class Chunk:
    """Some lines of a manifest, the number of the first, and where each lies in bytes."""

    path: Path
    first: int
    lines: list[Line]
    offsets: list[int]
    lengths: list[int]


def chunks(path: Path, *, appended: bool) -> Iterator[Chunk]:
    """Read a manifest, some thousand lines at a time.

    Parameters
    ----------
    path
        The manifest.
    appended
        True in a folder of files: lines are added to a manifest, and a last line without an end is
        none. Manifests of parts appear whole.

    Raises
    ------
    EchoError
        Of kind ``"data"``, with the line, if it is not what echo-gpu wrote.
    OSError
        If it cannot be read.
    """
    offset, first = 0, 1
    with path.open("rb") as file:
        while texts := list(itertools.islice(file, _CHUNK)):
            if not texts[-1].endswith(b"\n"):
                if not appended:
                    raise damaged(path, "it is cut off: its last line has no end", REMEDY)
                texts.pop()
            *offsets, end = itertools.accumulate(map(len, texts), initial=offset)
            if texts:
                yield _chunk(path, first, texts, offsets)
            offset, first = end, first + len(texts)


def _chunk(path: Path, first: int, texts: list[bytes], offsets: list[int]) -> Chunk:
    try:
        parsed = _parse(texts)
    except ValueError:
        raise _first_malformed(path, first, texts) from None
    return Chunk(path, first, parsed, offsets, list(map(len, texts)))


def _parse(texts: list[bytes]) -> list[Line]:
    try:
        parsed = json.loads(str(b"[" + b",".join(texts) + b"]", "utf-8"))
    except RecursionError:
        raise ValueError from None
    if len(parsed) != len(texts) or set(map(type, parsed)) - {dict}:
        raise ValueError
    return parsed  # type: ignore[no-any-return]


def _first_malformed(path: Path, first: int, texts: list[bytes]) -> Exception:
    for number, text in enumerate(texts, first):
        if not _is_object(text):
            what = f"is not what echo-gpu wrote: line {number} is no JSON object"
            return damaged(path, what, REMEDY)
    return damaged(path, "is not what echo-gpu wrote", REMEDY)


def _is_object(text: bytes) -> bool:
    try:
        _parse([text])
    except ValueError:
        return False
    return True
