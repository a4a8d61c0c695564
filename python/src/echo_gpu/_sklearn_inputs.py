"""What a table of embeddings is made of: signals at one sample rate, or files."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._signals.signals import whole_rate
from .errors import SignalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .encoder import Echo
    from .results import Row

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Signals:
    """Signals of any lengths at one sample rate (Hz)."""

    signals: Any
    sample_rate: int
    batch_size: int

    def width(self, encoder: Echo) -> int:
        """Give the width of a row, without embedding anything."""
        return encoder.width(self.sample_rate)

    def embed(self, encoder: Echo) -> Floats:
        """Embed them: float32, ``[n, width]``."""
        rows = encoder.embed(self.signals, self.sample_rate, batch_size=self.batch_size)
        return np.asarray(rows)  # of tensors they are tensors


@dataclass(frozen=True)
class Recordings:
    """Files, and how they are read."""

    paths: tuple[str, ...]
    reading: Mapping[str, Any]
    batch_size: int

    def first(self) -> Recordings:
        """Give the first of them."""
        return Recordings(self.paths[:1], self.reading, self.batch_size)

    def width(self, encoder: Echo) -> int:
        """Give the width of their rows."""
        return int(self.embed(encoder).shape[1])

    def embed(self, encoder: Echo) -> Floats:
        """Embed them: float32, ``[n, width]``; a path that is there twice is embedded once.

        Raises
        ------
        SignalError
            If one cannot be embedded.
        ValueError
            If their rows have several widths.
        """
        # Sampling with replacement repeats paths. As records, none is a pattern or a folder.
        positions: dict[str, int] = {}
        for position, path in enumerate(self.paths):
            positions.setdefault(path, position)
        places = {path: place for place, path in enumerate(positions)}
        records = [{"path": path, "id": str(place)} for path, place in places.items()]
        found = encoder.embed_files(
            recordings=records, batch_size=self.batch_size, on_error="row", **self.reading
        )
        _require_none_failed(found, list(positions.values()))
        rows = {row.input: row for row in found}
        if len(found) != len(records) or set(rows) != set(places.values()):
            raise UsageError(
                f"{len(records)} paths gave {len(found)} rows: each has to be one recording. "
                "Name recordings one by one, not folders or archives."
            )
        require_one_width(rows.values())
        table: Floats = np.stack([rows[places[path]].utterance for path in self.paths])  # type: ignore[misc]
        return table


def read_inputs(
    inputs: Any,
    *,
    sample_rate: int | None,
    channels: str,
    reading: Mapping[str, Any] | None,
    batch_size: int,
) -> Signals | Recordings:
    """Find out what `inputs` are.

    Parameters
    ----------
    inputs
        An array ``[n, samples]``, a sequence of arrays ``[samples]``, or a sequence of paths.
    sample_rate
        Hz; None if files say it.
    channels, reading
        How files are read.
    batch_size
        Segments that are computed together.

    Raises
    ------
    UsageError
        If they are none of these, are empty or mixed, or if signals have no sample rate.
    """
    if isinstance(inputs, (str, bytes, os.PathLike)):
        raise UsageError(
            f"X is one path, {os.fspath(inputs)!r}. Pass a sequence of paths: [path] for one."
        )
    items = _sequence(inputs)
    if len(items) == 0:
        raise UsageError("X is empty: there is nothing to embed.")
    are_paths = [isinstance(item, (str, os.PathLike)) for item in items]
    if all(are_paths):
        if channels == "each":
            raise UsageError(
                'channels="each" gives a row for each channel. '
                'Choose "mean", "first" or "concatenate".'
            )
        twice = {"channels", "sample_rate"} & set(reading or {})
        if twice:
            raise UsageError(f"reading has {' and '.join(sorted(twice))}: they are parameters.")
        options = {"channels": channels, **(reading or {})}
        if sample_rate is not None:
            options["sample_rate"] = sample_rate
        return Recordings(tuple(os.fspath(item) for item in items), options, batch_size)
    if any(are_paths):
        place = are_paths.index(not are_paths[0])
        raise UsageError(
            f"X mixes paths and signals: X[0] and X[{place}] differ. Embed each kind by itself."
        )
    if reading:
        raise UsageError(f"reading={dict(reading)!r} says how files are read, and X has signals.")
    return Signals(_signals(items), _one_rate(sample_rate), batch_size)


def _require_none_failed(rows: list[Row], positions: list[int]) -> None:
    """Refuse rows that failed; `positions` says where in X each input is."""
    failed = [row for row in rows if row.status == "failed"]
    if failed:
        row, position = failed[0], positions[failed[0].input]
        more = f" ({len(failed) - 1} more failed.)" if len(failed) > 1 else ""
        raise SignalError(f"X[{position}], {row.path}: {row.reason}{more}", index=position)


def require_one_width(rows: Iterable[Row]) -> None:
    """Refuse rows of several widths.

    Raises
    ------
    ValueError
        With the widths, the sample rates that make them, and a recording of each.
    """
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.width].append(row)
    if len(groups) < 2:  # noqa: PLR2004
        return
    parts = []
    for width, members in sorted(groups.items()):
        rates = " and ".join(sorted({f"{row.sample_rate} Hz" for row in members}))
        parts.append(f"{width} ({len(members)} recordings at {rates}, such as {members[0].path})")
    raise UsageError(
        f"Recordings give rows of {len(groups)} widths, which make no table: "
        f"{'; '.join(parts)}. The width follows from the sample rate (a band is 32 bins of 40 Hz), "
        'and with channels="concatenate" from the number of channels. Embed each group by itself, '
        'or resample: reading={"resample": 16000}.'
    )


def _sequence(inputs: Any) -> Sequence[Any] | np.ndarray[Any, Any]:
    """Give `inputs` as something with a length; pandas' and polars' columns as arrays."""
    if hasattr(inputs, "to_numpy"):
        inputs = inputs.to_numpy()
    if isinstance(inputs, np.ndarray):
        return _array(inputs)
    if hasattr(inputs, "toarray"):
        raise UsageError("X is sparse, and signals are not: pass X.toarray().")
    if not hasattr(inputs, "__len__") or not hasattr(inputs, "__getitem__"):
        raise UsageError(
            f"X is {type(inputs).__name__}: pass an array, or a list of signals or paths."
        )
    items: Sequence[Any] = inputs
    return items


def _array(inputs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give an array of signals, or one of objects: paths or signals."""
    if inputs.dtype.kind in "US":
        inputs = inputs.astype(object)
    if inputs.dtype != object and inputs.ndim != 2:  # noqa: PLR2004
        raise UsageError(
            f"X has the shape {list(inputs.shape)}: pass [signals, samples], or a list of signals "
            "of any lengths. One signal is X[None, :]."
        )
    if inputs.dtype == object and inputs.ndim != 1:
        raise UsageError(
            f"X is a table of objects of shape {list(inputs.shape)}. Pass one column of it."
        )
    return inputs


def _signals(items: Sequence[Any] | np.ndarray[Any, Any]) -> Any:
    if isinstance(items, np.ndarray) and items.dtype != object:
        return items
    signals = [item if hasattr(item, "ndim") else np.asarray(item) for item in items]
    for place, signal in enumerate(signals):
        if signal.ndim != 1:
            raise UsageError(
                f"X[{place}] has the shape {list(signal.shape)}: a signal is [samples]. "
                "Give a signal for each channel, or their mean."
            )
    return signals


def _one_rate(sample_rate: Any) -> int:
    if sample_rate is None:
        raise UsageError("Signals have no sample rate of their own. Pass sample_rate, in Hz.")
    if np.ndim(sample_rate) != 0:
        raise UsageError(
            f"sample_rate={sample_rate!r}: rows of one table have one sample rate, since their "
            "width follows from it. Use a transformer for each rate, or Echo.embed(), which takes "
            "several."
        )
    return whole_rate(sample_rate)
