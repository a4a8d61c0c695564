"""Rows of a table that hold signals, through the encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import SignalError
from echo_gpu.results import Row

from ._inputs import signals, whole_number
from ._settings import failed, provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from echo_gpu.encoder import Echo

    from ._inputs import Source
    from ._settings import Work

    Signal = tuple[NDArray[np.generic], int]


def signal_rows(echo: Echo, table: pa.Table, _source: Source, work: Work) -> Iterator[Row]:
    """Embed the signals that a table holds; rows come in the order of their inputs.

    Signals that cannot be embedded are sorted out first, since one of them ends a call.
    """
    rates = table.column(work.sample_rate_column).to_pylist()
    arrays = signals(table.column(work.signal_column), work.signal_column)
    answers: dict[int, Row] = {}
    good: dict[int, Signal] = {}
    for number, (array, stated) in enumerate(zip(arrays, rates, strict=True)):
        rate = whole_number(stated)
        problem = _problem(echo, array, rate, stated)
        if array is None or rate is None or problem is not None:
            answers[number] = failed(number, "", *(problem or ("", "")), rate)
        else:
            good[number] = (array, rate)
    answers.update(_embedded(echo, good, work))
    for number in range(table.num_rows):
        yield answers[number]


def _problem(
    echo: Echo, array: NDArray[np.generic] | None, rate: int | None, stated: Any
) -> tuple[str, str] | None:
    """Say why a signal cannot be embedded: the code and the sentence; None if it can be."""
    if array is None:
        return "no-input", "the signal of the row is null"
    if rate is None:
        return "no-sample-rate", f"its sample rate is {stated!r}, which is not a whole number of Hz"
    if array.size == 0:
        return "empty", "holds no samples"
    if not np.isfinite(array).all():
        where = int(np.argmin(np.isfinite(array)))
        return "not-finite", f"sample {where} is {array[where]}"
    try:
        echo.rows(array.size, rate)
    except SignalError as error:
        return "too-short" if array.size < rate * 0.025 else "sample-rate", str(error)
    return None


def _embedded(echo: Echo, good: dict[int, Signal], work: Work) -> Iterator[tuple[int, Row]]:
    """Embed signals together; one that is refused after all is left out, and the others go on."""
    made = provenance(echo)
    while good:
        numbers = list(good)
        try:
            outputs = echo.embed(
                [array for array, _ in good.values()],
                [rate for _, rate in good.values()],
                level=work.level,
                batch_size=work.batch_size,
            )
        except SignalError as error:
            if error.index is None:
                raise
            number = numbers[error.index]
            _, rate = good.pop(number)
            yield number, failed(number, "", "signal", str(error), rate)
            continue
        for number, output in zip(numbers, outputs, strict=True):
            array, rate = good[number]
            fields = made | {"samples": array.size}
            yield number, _ok(number, rate, _levels(output, work.level), fields)
        return


def _levels(output: Any, level: str) -> tuple[Any, Any]:
    """Give what one signal gave as its utterance and its segments; None for what is not wanted."""
    if level == "both":
        return output.utterance, output.segments
    return (output, None) if level == "utterance" else (None, output)


def _ok(number: int, rate: int, levels: tuple[Any, Any], fields: dict[str, Any]) -> Row:
    utterance, segments = levels
    return Row(
        id=str(number),
        path="",
        channel=None,
        sample_rate=rate,
        status="ok",
        code=None,
        reason=None,
        note=None,
        width=(segments if utterance is None else utterance).shape[-1],
        utterance=utterance,
        segments=segments,
        input=number,
        fields=fields,
    )
