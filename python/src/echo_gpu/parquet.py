"""Archives as Parquet files, for everything that reads those."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._arrow import REPEATED, frame
from ._atomic import appearing
from .errors import UsageError

if TYPE_CHECKING:
    import os

    import pyarrow as pa

    from .archive import Archive, Level

# Rows of a row group: 22 MB of embeddings of width 1344.
ROW_GROUP = 4096
# Offsets of a list are 32 bits: so many rows of the widest embedding fit.
LARGEST_GROUP = 1 << 15


def write(
    archive: Archive,
    path: str | os.PathLike[str],
    *,
    level: Level = "utterance",
    width: int | None = None,
    batch: int = ROW_GROUP,
) -> Path:
    """Write an archive as a Parquet file, a row group at a time.

    The file appears whole or not at all. Values are as they are in the archive, to the bit: not
    compressed, since embeddings do not compress, and without dictionaries of floats.

    Parameters
    ----------
    archive
        The archive.
    path
        The file to write; one that is there is replaced.
    level
        ``"utterance"``: a row for each item. ``"segment"``: a row for each segment row, with its
        number and the second at which it starts.
    width
        Only items of this width; None for all.
    batch
        Rows of a row group.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ImportError
        Where pyarrow is not installed.
    UsageError
        Where the archive has no such level or width.
    EchoError
        Where a table is damaged (kind ``"data"``), or the file cannot be written (``"create"``,
        ``"write"``).
    """
    if not 1 <= batch <= LARGEST_GROUP:
        raise UsageError(f"batch {batch} is not 1 to {LARGEST_GROUP} rows. Use {ROW_GROUP}.")
    table = frame(archive, level, width)
    import pyarrow.parquet as pq  # noqa: PLC0415

    with (
        appearing(path) as temporary,
        pq.ParquetWriter(temporary, table.schema, **_options(table.schema)) as writer,
    ):
        for rows in table.batches(batch):
            writer.write_batch(rows, row_group_size=batch)
    return Path(path)


def _options(schema: pa.Schema) -> dict[str, Any]:
    """Choose how columns are stored, by their paths in the file."""
    lists = {"embedding", "columns"}
    leaves = [
        f"{field.name}.list.element" if field.name in lists else field.name for field in schema
    ]
    embedding = "embedding.list.element"
    return {
        "use_dictionary": [leaf for leaf in leaves if leaf in REPEATED],
        "compression": {leaf: "none" if leaf == embedding else "zstd" for leaf in leaves},
        "write_statistics": [leaf for leaf in leaves if leaf != embedding],
    }
