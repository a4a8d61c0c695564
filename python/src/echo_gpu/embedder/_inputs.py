"""What a table gives the encoder: paths, files' bytes or signals, whatever Arrow type they have.

Numbers stay where they are: a signal is a view of the table's memory wherever Arrow allows it.
"""

from __future__ import annotations

import os
import re
import urllib.parse
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from echo_gpu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

Source = Literal["path", "bytes", "signal"]
SOURCES: tuple[Source, ...] = ("path", "bytes", "signal")


def choose_source(schema: pa.Schema, columns: Mapping[Source, str]) -> Source:
    """Tell from the columns of a table what is to be embedded.

    A path beside bytes is the name of what they are, as `ray.data.read_binary_files` gives both.

    Raises
    ------
    UsageError
        If no such column is there, or if two could be meant.
    """
    there: list[Source] = [source for source in SOURCES if columns[source] in schema.names]
    if there == ["path", "bytes"]:
        return "bytes"
    if len(there) == 1:
        return there[0]
    if there:
        both = " and ".join(f"{columns[source]!r}" for source in there)
        raise UsageError(
            f"The table has the columns {both}, and each could be what to embed. Say which: "
            + " or ".join(f"source={source!r}" for source in there)
            + "."
        )
    wanted = ", ".join(f"{columns[source]!r} (source={source!r})" for source in SOURCES)
    raise UsageError(
        f"The table has no column to embed. Its columns are {names(schema)}; looked for were "
        f"{wanted}. Name yours with path_column=, bytes_column= or signal_column=."
    )


def require(schema: pa.Schema, column: str, why: str) -> None:
    """Check that a column is there.

    Raises
    ------
    UsageError
        If it is not.
    """
    if column not in schema.names:
        raise UsageError(
            f"The table has no column {column!r}, {why}. Its columns are {names(schema)}."
        )


def names(schema: pa.Schema) -> str:
    """Write the names of columns one after the other."""
    return ", ".join(repr(name) for name in schema.names) or "none"


def local_path(text: str, folder: str) -> str | None:
    """Make a path of what a table has for one: a path or a ``file:`` URI; None for another URI."""
    scheme, colon, rest = text.partition(":")
    if colon and scheme == "file":
        return urllib.parse.unquote("/" + rest.lstrip("/"))
    if colon and rest.startswith("//") and scheme.replace("+", "").isalnum():
        return None
    return os.path.join(folder, text)  # noqa: PTH118 - pathlib changes names, such as a/./b


def file_name(path: str | None) -> str:
    """Name a file of bytes as its path does: some formats are known by their ending alone."""
    name = PurePosixPath(path or "").name
    return name if name not in ("", "..") else "recording"


def is_archive(path: str) -> bool:
    """Tell by the ending whether the library takes a file for a tar of recordings."""
    return re.search(r"\.(tar|tar\.\w+|t(gz|bz2|xz|zst|lz4|lzma))$", path.lower()) is not None


def whole_number(value: Any) -> int | None:
    """Read a sample rate, which may be a float without a fraction; None if it is none."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    # NaN and infinity are not below either.
    return int(value) if 0 < value < 2**31 and value == int(value) else None


def signals(column: pa.ChunkedArray, name: str) -> Iterator[NDArray[np.generic] | None]:
    """Give each row's samples, shape ``[samples]``; None if the row has none.

    Raises
    ------
    UsageError
        If the column does not hold lists of numbers.
    """
    for chunk in column.chunks:
        yield from _signals(_lists(chunk, name), name)


def _lists(chunk: pa.Array, name: str) -> pa.Array:
    """Take a chunk of lists out of what wraps it: Arrow's and Ray's types for tensors."""
    if isinstance(chunk, pa.ExtensionArray):
        dimensions = _dimensions(chunk.type)
        if dimensions != 1:
            raise UsageError(
                f"The column {name!r} holds arrays of {dimensions} dimensions ({chunk.type}), and "
                "a signal has one, [samples]. Give each channel a row of its own, or mix them."
            )
        chunk = chunk.storage
    if pa.types.is_struct(chunk.type) and {"data", "shape"} <= {field.name for field in chunk.type}:
        # Ray's tensors of several lengths. A row that is null is null in both.
        chunk = chunk.field("data")
    return chunk


def _dimensions(kind: Any) -> int:
    """Count the dimensions of a type for tensors: Arrow's and Ray's have a shape or a number."""
    return int(kind.ndim) if hasattr(kind, "ndim") else len(kind.shape)


def _signals(chunk: pa.Array, name: str) -> Iterator[NDArray[np.generic] | None]:
    kind = chunk.type
    is_fixed = pa.types.is_fixed_size_list(kind)
    is_list = is_fixed or pa.types.is_list(kind) or pa.types.is_large_list(kind)
    number = kind.value_type if is_list else None
    if number is None or not (pa.types.is_floating(number) or pa.types.is_integer(number)):
        raise UsageError(
            f"The column {name!r} is of type {kind}, and signals are lists of numbers, one channel "
            "a row, such as list<float>."
        )
    values = chunk.values
    is_whole = values.null_count == 0
    if is_whole:
        values = values.to_numpy(zero_copy_only=True)
    for row in range(len(chunk)):
        if not chunk[row].is_valid:
            yield None
            continue
        if is_fixed:
            first = (chunk.offset + row) * kind.list_size
            end = first + kind.list_size
        else:
            first, end = chunk.offsets[row].as_py(), chunk.offsets[row + 1].as_py()
        # A sample that is null becomes NaN, which is refused by name as any other.
        part = values[first:end]
        yield part if is_whole else part.to_numpy(zero_copy_only=False)
