"""Rows of a table that name files, or hold them, through the encoder."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import EchoError, UsageError
from echo_gpu.results import Row

from ._inputs import file_name, is_archive, local_path, whole_number
from ._settings import failed, provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from echo_gpu.encoder import Echo

    from ._inputs import Source
    from ._settings import Work


def file_rows(echo: Echo, table: pa.Table, source: Source, work: Work) -> Iterator[Row]:
    """Embed the files that a table names or holds; rows come in the order of their inputs."""
    yield from _whole(_with_provenance(echo, _file_rows(echo, table, source, work)), table.num_rows)


def _file_rows(echo: Echo, table: pa.Table, source: Source, work: Work) -> Iterator[Row]:
    if source == "path":
        paths = table.column(work.path_column).to_pylist()
        yield from _embed(echo, _listed(paths, work), _options(table, work), work)
        return
    for first in range(0, table.num_rows, work.batch_size):
        part = table.slice(first, work.batch_size)
        with tempfile.TemporaryDirectory(prefix="echo-gpu-") as folder:
            files = _written(part, Path(folder), work)
            for row in _embed(echo, files, _options(part, work), work):
                yield replace(row, input=first + row.input)


_ARCHIVE = (
    "archive",
    "is an archive of recordings, and a row is one recording: unpack it, or use `echo-gpu extract`",
)


def _options(table: pa.Table, work: Work) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = table.select(list(work.option_columns)).to_pylist()
    return options


def _listed(paths: list[str | None], work: Work) -> list[str | Row]:
    """Give the path of each row, or its failure."""
    listed: list[str | Row] = []
    for number, text in enumerate(paths):
        if not text:
            what = "is empty" if text == "" else "is null"
            listed.append(failed(number, "", "no-input", f"the path of the row {what}"))
            continue
        path = local_path(text, work.folder)
        if path is None:
            listed.append(
                failed(
                    number,
                    text,
                    "remote",
                    "is a URL, and files are read from disks: mount it, or fetch the bytes first "
                    "(ray.data.read_binary_files(..., include_paths=True))",
                )
            )
            continue
        listed.append(failed(number, text, *_ARCHIVE) if is_archive(path) else path)
    return listed


def _written(table: pa.Table, folder: Path, work: Work) -> list[str | Row]:
    """Write the bytes of each row to a file of its own, which has the name that its path has."""
    contents = table.column(work.bytes_column)
    has_names = work.path_column in table.column_names
    paths = table.column(work.path_column).to_pylist() if has_names else [None] * len(contents)
    files: list[str | Row] = []
    try:
        for number, (content, path) in enumerate(zip(contents, paths, strict=True)):
            if not content.is_valid:
                reason = "the bytes of the row are null"
                files.append(failed(number, path or "", "no-input", reason))
                continue
            name = file_name(path)
            if is_archive(name):
                files.append(failed(number, path or "", *_ARCHIVE))
                continue
            file = folder / str(number) / name
            file.parent.mkdir()
            file.write_bytes(content.as_buffer())
            files.append(str(file))
    except OSError as error:
        raise EchoError(
            f"A file of the column {work.bytes_column!r} cannot be written to {folder}: "
            f"{error.strerror}. Set TMPDIR to a folder with room for {work.batch_size} files, or "
            "lower batch_size.",
            code=74,
            kind="write",
        ) from error
    return files


def _embed(
    echo: Echo, inputs: list[str | Row], options: list[dict[str, Any]], work: Work
) -> Iterator[Row]:
    """Embed those rows that have a path, and put the others' failures in their places."""
    numbers = [number for number, row in enumerate(inputs) if not isinstance(row, Row)]
    recordings = [
        {"id": str(number), "path": inputs[number]}
        | {name: value for name, value in options[number].items() if value is not None}
        for number in numbers
    ]
    failures = [row for row in inputs if isinstance(row, Row)]
    rows, refused = _begin(echo, recordings, work)
    for place, reason in refused:
        number = numbers.pop(place)
        failures.append(failed(number, str(inputs[number]), "option", reason))
    embedded = (_placed(row, numbers[row.input], options) for row in rows)
    yield from _merged(embedded, sorted(failures, key=lambda row: row.input))


def _begin(
    echo: Echo, recordings: list[dict[str, Any]], work: Work
) -> tuple[Iterator[Row], list[tuple[int, str]]]:
    """Begin with recordings, without those that have an option which is none.

    One of those ends the call before its first row, with its place in the list.

    Returns
    -------
    iterator of Row
        What the others give.
    list of (int, str)
        The place of each that was taken out of the list, one after the other, and the sentence.
    """
    refused: list[tuple[int, str]] = []
    while recordings:
        rows = echo.iter_files(
            recordings=recordings,
            level=work.level,
            batch_size=work.batch_size,
            channels=work.channels,
            on_error="row",
            **work.reading,
        )
        try:
            first = next(rows)
        except UsageError as error:
            place = re.match(r"recordings\[(\d+)\]\.?(.*)", str(error), re.DOTALL)
            if place is None:
                raise
            refused.append((int(place[1]), place[2]))
            del recordings[int(place[1])]
            continue
        return chain([first], rows), refused
    return iter(()), refused


def _placed(row: Row, number: int, options: list[dict[str, Any]]) -> Row:
    """Say which row of the table it is of; where it failed, its sample rate stays what it was."""
    rate = whole_number(options[number].get("sample_rate")) if row.status == "failed" else None
    return replace(row, input=number, sample_rate=rate or row.sample_rate)


def _merged(embedded: Iterator[Row], failed: list[Row]) -> Iterator[Row]:
    """Merge two lists of rows in the order of their inputs."""
    rest = list(reversed(failed))
    for row in embedded:
        while rest and rest[-1].input < row.input:
            yield rest.pop()
        yield row
    yield from reversed(rest)


def _whole(rows: Iterator[Row], count: int) -> Iterator[Row]:
    """Check that every input has its rows: none may go without being said."""
    expected = 0
    for row in rows:
        if row.input not in (expected - 1, expected):
            break
        expected = row.input + 1
        yield row
    else:
        if expected == count:
            return
    raise EchoError(
        f"Row {expected} of the table got no answer. That is a fault of echo-gpu: report it.",
        kind="own",
    )


def _with_provenance(echo: Echo, rows: Iterator[Row]) -> Iterator[Row]:
    """Say of each row what made it, beside the device, which rows say themselves."""
    made = provenance(echo)
    for row in rows:
        yield replace(row, fields=made | dict(row.fields))
