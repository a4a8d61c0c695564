"""The class `Embedder`: settings, and one call a table."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from echo_gpu.encoder import Echo
from echo_gpu.errors import SignalError, UsageError

from ._files import file_rows
from ._inputs import SOURCES, Source, choose_source, require
from ._output import OutputColumns, OutputRows
from ._settings import Work
from ._signals import signal_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from typing_extensions import Unpack

    from echo_gpu._core.reading import Reading

__all__ = ["Embedder"]

_encoders: dict[tuple[Any, ...], Echo] = {}
_opening = threading.Lock()


class Embedder:
    """Embeds the recordings that the rows of a table name or hold.

    Every row of the table gives a row, in its place, with all its columns; with ``channels="each"``
    one for each channel. A recording that cannot be embedded gives a row with ``status`` "failed",
    ``code`` and ``reason``. What is no recording's fault (a device that fails, a model that is not
    there, no memory) is raised.

    Added columns (see docs/ray.md): ``channel``, ``sample_rate`` (Hz), ``samples``, ``status``,
    ``code``, ``reason``, ``note``, ``width``, ``embedding`` (list of float32, ``[width]``) and
    ``segments`` (list of lists, ``[T, width]``), ``device``, ``driver``, ``tiles``, ``weights``,
    ``precision``, ``version``.

    Parameters
    ----------
    model : str or path
        As for `Echo.from_pretrained`; every machine must be able to read it.
    level : {"utterance", "segment", "both"}
        "utterance" adds the column ``embedding``, "segment" ``segments``, "both" both.
    channels : str or int
        Of files: "mean", "first", "last", "each", "concatenate" or a number from 0.
    batch_size : int
        Segments of up to 20 s that go to the device together. Embeddings do not depend on it.
    on_error : {"row", "raise"}
        Whether a recording that fails is a row, or raises.
    source : {"path", "bytes", "signal"}, optional
        What is embedded; by default whichever column is there.
    path_column : str
        Paths of files, or ``file:`` URIs. With "bytes", the names of what the bytes are.
    bytes_column : str
        Files as they are on disk. They are written to a temporary folder (``TMPDIR``), as many at a
        time as `batch_size`.
    signal_column : str
        Samples of one channel, full scale being -1 to 1: lists, or arrays of Arrow or Ray.
    sample_rate_column : str
        Hz, of signals.
    option_columns : sequence of str
        Columns that say how a row's file is read, as the columns of a list do: ``sample_rate``,
        ``start``, ``end``, ``channels``, ``mat_key`` and the other names there.
    prefix : str
        Stands before the names of the added columns.
    folder : str
        Where relative paths start; by default the working folder of the process that embeds.
    device, precision, revision, cache_dir, local_files_only
        As for `Echo.from_pretrained`.
    **reading
        How files are read, as for `Echo.embed_files`.

    Raises
    ------
    UsageError
        If a setting is none.
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        level: Literal["utterance", "segment", "both"] = "utterance",
        channels: str | int = "mean",
        batch_size: int = 64,
        on_error: Literal["row", "raise"] = "row",
        source: Source | None = None,
        path_column: str = "path",
        bytes_column: str = "bytes",
        signal_column: str = "signal",
        sample_rate_column: str = "sample_rate",
        option_columns: Sequence[str] = (),
        prefix: str = "",
        folder: str = "",
        device: str | Sequence[str] = "auto",
        precision: Literal["fp32", "fp16"] = "fp32",
        revision: str = "main",
        cache_dir: str | os.PathLike[str] | None = None,
        local_files_only: bool = False,
        **reading: Unpack[Reading],
    ) -> None:
        _one_of("level", level, ("utterance", "segment", "both"))
        _one_of("on_error", on_error, ("row", "raise"))
        if source is not None:
            _one_of("source", source, SOURCES)
        if isinstance(option_columns, str):
            raise UsageError(
                f"option_columns is the text {option_columns!r}, and must be a list of names: "
                f"[{option_columns!r}]."
            )
        self.output = OutputColumns(level, prefix)
        self.on_error = on_error
        self.source = source
        self.columns: dict[Source, str] = {
            "path": path_column,
            "bytes": bytes_column,
            "signal": signal_column,
        }
        self.work = Work(
            level=level,
            channels=channels,
            batch_size=batch_size,
            path_column=path_column,
            bytes_column=bytes_column,
            signal_column=signal_column,
            sample_rate_column=sample_rate_column,
            option_columns=tuple(option_columns),
            folder=folder,
            reading=reading,
        )
        self.work.require()
        self.model = model if isinstance(model, str) else str(Path(model).absolute())
        self.device = device if isinstance(device, str) else tuple(device)
        self._opening: dict[str, Any] = {
            "revision": revision,
            "cache_dir": None if cache_dir is None else os.fspath(cache_dir),
            "local_files_only": local_files_only,
            "precision": precision,
        }

    def __call__(self, table: pa.Table) -> pa.Table:
        """Embed the recordings of a table.

        Parameters
        ----------
        table : pyarrow.Table
            Any columns, and one to embed.

        Returns
        -------
        pyarrow.Table
            The same rows and columns, and those that embedding adds. The memory of the columns that
            were there is shared wherever no row stands twice.

        Raises
        ------
        UsageError
            If the columns do not fit the settings.
        SignalError
            If a recording fails and ``on_error`` is "raise".
        EchoError
            If something else fails: a device, a model, memory.
        """
        source, replaced = self._plan(table.schema)
        rows = OutputRows()
        if table.num_rows:
            echo = self.open()
            embed = signal_rows if source == "signal" else file_rows
            for row in embed(echo, table, source, self.work):
                if row.status == "failed" and self.on_error == "raise":
                    raise SignalError(
                        f"{row.path or f'row {row.input}'}: {row.reason}. With on_error='row' it "
                        "is a row among the others.",
                        index=row.input,
                        failure_code=row.code,
                    )
                rows.add(row)
        return self.output.join(table, rows, replaced)

    def batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Embed record batches one after the other, as Spark's `mapInArrow` passes them."""
        for batch in batches:
            yield from self(pa.Table.from_batches([batch])).to_batches()

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Embed the rows of a pandas frame, as Dask's `map_partitions` passes them.

        The index is kept. Embeddings become numpy arrays, one in each cell; numbers that a row may
        lack are pandas' ``Int32`` and ``Int64``, so that every part has the same types.
        """
        # pandas' metadata in the schema brings the index back.
        embedded: pd.DataFrame = self(pa.Table.from_pandas(frame)).to_pandas()
        return embedded.astype(self.output.pandas_integers())

    def schema(self, table: pa.Schema) -> pa.Schema:
        """Tell the schema of what a table with this schema becomes; no model is opened.

        Raises
        ------
        UsageError
            If the columns do not fit the settings.
        """
        _, replaced = self._plan(table)
        return self.output.schema(table, replaced)

    def open(self) -> Echo:
        """Give the process's encoder for these settings; the first call opens it."""
        key = (self.model, self.device, *self._opening.values())
        with _opening:
            if key not in _encoders:
                _encoders[key] = Echo.from_pretrained(
                    self.model, device=self.device, **self._opening
                )
            return _encoders[key]

    def close(self) -> None:
        """Close the process's encoder for these settings; the next table opens it again."""
        with _opening:
            echo = _encoders.pop((self.model, self.device, *self._opening.values()), None)
        if echo is not None:
            echo.close()

    def _plan(self, schema: pa.Schema) -> tuple[Source, tuple[str, ...]]:
        """Tell what is embedded, and which columns are said anew: the sample rate that was used."""
        source = self.source or choose_source(schema, self.columns)
        require(schema, self.columns[source], f"which source={source!r} embeds")
        rate = self.output.prefix + "sample_rate"
        if source == "signal":
            self.work.refuse_reading()
            require(schema, self.work.sample_rate_column, "the sample rate of its signals in Hz")
            return source, (rate,) if rate == self.work.sample_rate_column else ()
        for column in self.work.option_columns:
            require(schema, column, "which option_columns names")
        return source, (rate,) if rate in self.work.option_columns else ()


def _one_of(name: str, value: object, values: Sequence[str]) -> None:
    if value not in values:
        raise UsageError(f"{name} is {value!r}, and must be one of {', '.join(map(repr, values))}.")
