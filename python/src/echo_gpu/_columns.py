"""What an archive keeps of its manifests: columns of numbers.

The rest of a line is read again where somebody asks for it: so a million recordings are columns and
a list of ids, not a million dictionaries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ._manifest import REMEDY, Chunk, Integers, Line, chunks
from ._refusal import damaged, unreadable

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Failure:
    """A recording that could not be embedded, and has not been since.

    Attributes
    ----------
    id, path : str
        Its name, and where it was read. The id is empty for what was no recording: a folder or
        archive that could not be searched.
    code : str
        Why, as a name that stays the same, such as ``"unreadable"``.
    reason : str
        Why, as a sentence.
    """

    id: str
    path: str
    code: str
    reason: str


@dataclass
class Columns:
    """What is kept of the lines that hold, a value each.

    ``utterance_row`` is -1 where the file is the row itself; a file of -1 is none.
    """

    ids: list[str] = field(default_factory=list)
    numbers: dict[str, Integers] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Integers:
        return self.numbers[name]


@dataclass
class Content:
    """What the manifests of a folder say."""

    columns: Columns
    failures: list[Failure]
    replaced: int


def read_columns(folder: Path, names: list[str], *, appended: bool) -> Content:
    """Read manifests, and keep the lines that hold.

    Parameters
    ----------
    folder
        The folder that they are in.
    names
        Their names, in order.
    appended
        True in a folder of files: lines are added to a manifest, and a last line without an end is
        none. Manifests of parts appear whole.

    Returns
    -------
    Content
        The lines with the highest attempt of their id.

    Raises
    ------
    EchoError
        Of kind ``"data"``, with the file and the line, where one is not what echo-gpu wrote.
    """
    collector = _Collector()
    for number, name in enumerate(names):
        path = folder / name
        try:
            for chunk in chunks(path, appended=appended):
                collector.add(chunk, number)
        except OSError as error:
            raise unreadable(path, error) from None
    return collector.finished(folder, names)


def read_unsearched(folder: Path) -> list[Failure]:
    """Read what the last run could not search: the entries of ``errors.jsonl`` without an id.

    Raises
    ------
    EchoError
        Of kind ``"data"``, where a list is not what echo-gpu wrote.
    """
    found: list[Failure] = []
    for path in sorted(folder.glob("errors*.jsonl")):
        for chunk in chunks(path, appended=True):
            for line in chunk.lines:
                texts = [str(line.get(name, "")) for name in ("id", "path", "code", "reason")]
                if not texts[0]:
                    found.append(Failure(*texts))
    return found


class _WrongMember(Exception):  # noqa: N818
    """A member that is not there or not of its type."""


def _texts(chunk: list[Line], name: str) -> list[str]:
    column = [line.get(name) for line in chunk]
    if set(map(type, column)) - {str}:
        raise _WrongMember(name)
    return column  # type: ignore[return-value]


def _integers(values: list[Any], name: str, least: int = 0) -> Integers:
    if set(map(type, values)) - {int}:
        raise _WrongMember(name)
    try:
        column = np.array(values, dtype=np.int64)
    except OverflowError:
        raise _WrongMember(name) from None
    if column.size and int(column.min()) < least:
        raise _WrongMember(name)
    return column


class _Numbering:
    """Gives texts numbers in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def add(self, texts: list[Any]) -> Integers:
        numbers = self.numbers
        return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


class _Collector:
    """Columns of lines, and what is known of their ids."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.columns: dict[str, list[Integers]] = {}
        self.failures: list[tuple[int, Failure]] = []
        self.last: dict[str, int] = {}
        self.files = _Numbering()
        self.runs = _Numbering()

    def add(self, chunk: Chunk, manifest: int) -> None:
        try:
            self._add(chunk, manifest)
        except _WrongMember as error:
            raise self._blame(chunk, str(error)) from None

    @staticmethod
    def _blame(chunk: Chunk, name: str) -> Exception:
        """Name the line: each is taken alone, until one is refused."""
        for number, line in enumerate(chunk.lines, chunk.first):
            alone = Chunk(chunk.path, number, [line], [0], [0])
            try:
                _Collector()._add(alone, 0)  # noqa: SLF001
            except _WrongMember as error:
                what = f'line {number}: "{error}" is not there or not of its type'
                return damaged(chunk.path, f"is not what echo-gpu wrote: {what}", REMEDY)
        return damaged(chunk.path, f'is not what echo-gpu wrote: "{name}" is wrong', REMEDY)

    def _add(self, chunk: Chunk, manifest: int) -> None:
        ids = _texts(chunk.lines, "id")
        attempts = _integers([line.get("attempt") for line in chunk.lines], "attempt", 1)
        last = self.last
        for name, attempt in zip(ids, attempts.tolist(), strict=True):
            if last.get(name, 0) < attempt:
                last[name] = attempt
        status = _texts(chunk.lines, "status")
        good = [index for index, text in enumerate(status) if text == "ok"]
        for index, text in enumerate(status):
            if text == "failed":
                self._add_failure(chunk.lines[index], int(attempts[index]))
            elif text != "ok":
                raise _WrongMember("status")
        self._add_embedded(chunk, manifest, good, attempts[good])
        self.ids += [ids[index] for index in good]

    def _add_failure(self, line: Line, attempt: int) -> None:
        texts = [_texts([line], name)[0] for name in ("id", "path", "code", "reason")]
        self.failures.append((attempt, Failure(*texts)))

    def _add_embedded(
        self, chunk: Chunk, manifest: int, good: list[int], attempts: Integers
    ) -> None:
        rows = [chunk.lines[index] for index in good]
        bounds = [line.get("segment_rows", (0, 0)) for line in rows]
        if any(type(pair) not in (list, tuple) or len(pair) != 2 for pair in bounds):  # noqa: PLR2004
            raise _WrongMember("segment_rows")
        channels = [line.get("channel") for line in rows]
        places = [line.get("utterance_row") for line in rows]
        columns = {
            "manifest": np.full(len(rows), manifest, dtype=np.int64),
            "offset": np.array([chunk.offsets[index] for index in good], dtype=np.int64),
            "length": np.array([chunk.lengths[index] for index in good], dtype=np.int64),
            "attempt": attempts,
            "channel": _integers([-1 if c is None else c for c in channels], "channel", -1),
            "sample_rate": _integers([line.get("sample_rate") for line in rows], "sample_rate", 1),
            "frames": _integers([line.get("frames") for line in rows], "frames", 1),
            "width": _integers([line.get("width") for line in rows], "width", 1),
            "utterance_file": self._files(rows, "utterance_file"),
            "utterance_row": _integers(
                [-1 if p is None else p for p in places], "utterance_row", -1
            ),
            "segment_file": self._files(rows, "segment_file"),
            "segment_first": _integers([pair[0] for pair in bounds], "segment_rows"),
            "segment_end": _integers([pair[1] for pair in bounds], "segment_rows"),
            "run": self.runs.add(_texts(rows, "run")),
            "has_fields": np.array(["fields" in line for line in rows], dtype=np.int64),
        }
        if (columns["segment_end"] < columns["segment_first"]).any():
            raise _WrongMember("segment_rows")
        for name, column in columns.items():
            kept: Integers = column.astype(np.int32 if name in _NARROW else np.int64)
            self.columns.setdefault(name, []).append(kept)

    def _files(self, rows: list[Line], name: str) -> Integers:
        """Give the number of the file of each row; -1 where it has none of that level."""
        have = [index for index, line in enumerate(rows) if name in line]
        texts = _texts([rows[index] for index in have], name)
        if any(not _is_below(text) for text in set(texts)):
            raise _WrongMember(name)
        numbers = np.full(len(rows), -1, dtype=np.int64)
        numbers[have] = self.files.add(texts)
        return numbers

    def finished(self, folder: Path, names: list[str]) -> Content:
        """Leave out what a later run put right."""
        columns = Columns(
            self.ids,
            {name: np.concatenate(parts) for name, parts in self.columns.items()},
            list(self.files.numbers),
            list(self.runs.numbers),
        )
        if not columns.numbers:
            empty: Integers = np.zeros(0, dtype=np.int64)
            columns.numbers = dict.fromkeys(_COLUMNS, empty)
        last = self.last
        attempts = columns.numbers.pop("attempt").tolist()
        holds = [last[name] == attempt for name, attempt in zip(self.ids, attempts, strict=True)]
        replaced = holds.count(False)
        if replaced:
            mask = np.array(holds)
            columns.ids = [name for name, kept in zip(self.ids, holds, strict=True) if kept]
            columns.numbers = {name: c[mask] for name, c in columns.numbers.items()}
        _require_unique(columns, folder, names)
        failures = [failure for attempt, failure in self.failures if last[failure.id] == attempt]
        return Content(columns, failures, replaced)


_COLUMNS = (
    "manifest", "offset", "length", "attempt", "channel", "sample_rate", "frames", "width",
    "utterance_file", "utterance_row", "segment_file", "segment_first", "segment_end", "run",
    "has_fields",
)  # fmt: skip
_NARROW = {"manifest", "length", "attempt", "channel", "utterance_file", "segment_file", "run"}


def _is_below(name: str) -> bool:
    """Whether a path stays in its folder."""
    parts = name.split("/")
    return "\0" not in name and not any(part in ("", ".", "..") for part in parts)


def _require_unique(columns: Columns, folder: Path, names: list[str]) -> None:
    channels = columns["channel"]
    keys: list[Any] = columns.ids
    if channels.size and int(channels.max()) >= 0:
        keys = list(zip(columns.ids, channels.tolist(), strict=True))
    if len(set(keys)) == len(keys):
        return
    seen: dict[Any, int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            first, second = (names[int(columns["manifest"][i])] for i in (seen[key], index))
            raise damaged(
                folder,
                f"{columns.ids[index]} is there twice, in {first} and in {second}",
                "Two folders were perhaps copied into one: keep them apart.",
            )
        seen[key] = index
