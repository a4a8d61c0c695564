"""What callers pass as signals and spectrograms, as lists of arrays of float32 and their rates."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import SignalError

from .samples import to_float32
from .tensors import is_tensor, to_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WINDOW = 0.025  # seconds of a window, the least that can be embedded
_LARGEST = 1 << 62  # what the library's integers hold with ease


@dataclass(frozen=True)
class Signals:
    """Arrays of float32 in C order, one a signal (or spectrogram).

    Attributes
    ----------
    arrays
        Each ``[samples]``, or ``[bins, frames]``.
    rates
        Hz, one for each.
    is_one
        Whether a single one was passed, and not several of which there is one.
    rate
        The sample rate that was passed for all; None if one was passed for each.
    is_torch
        Whether tensors were passed.
    """

    arrays: list[NDArray[np.float32]]
    rates: list[int]
    is_one: bool
    rate: int | None
    is_torch: bool


def signals(value: Any, sample_rate: Any) -> Signals:
    """Take one signal, 1-D, or several: 2-D, or a sequence of 1-D.

    Raises
    ------
    SignalError
        For what is neither, for numbers that are no samples, for a rate that is no whole number.
    """
    return _collected(value, sample_rate, axes=1, what="signal", layout="[samples]")


def spectrograms(value: Any, sample_rate: Any) -> Signals:
    """Take one spectrogram, 2-D, or several: 3-D, or a sequence of 2-D; as `signals`."""
    return _collected(value, sample_rate, axes=2, what="spectrogram", layout="[bins, frames]")


def whole_rate(value: Any, index: int | None = None) -> int:
    """Take a sample rate: an integer, or another number that is whole.

    Raises
    ------
    SignalError
        For everything else.
    """
    is_single = isinstance(value, np.generic) or is_tensor(value) or isinstance(value, np.ndarray)
    number = value.item() if is_single and value.ndim == 0 else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise SignalError(
            f"a sample rate of {value!r} is not a whole number of Hz. Pass an integer, such as "
            "16000.",
            code=65,
            index=index,
        )
    rate = operator.index(number)
    if abs(rate) > _LARGEST:
        raise SignalError(f"a sample rate of {rate} Hz is none. Check its unit, Hz.", index=index)
    return rate


def _collected(value: Any, sample_rate: Any, *, axes: int, what: str, layout: str) -> Signals:
    items, is_one, is_torch = _items(value, axes, what, layout)
    rate, rates = _rates(sample_rate, len(items))
    if is_one and rate is None:
        raise SignalError(
            f"{len(rates)} sample rates for one {what}. Pass one rate, or a list of {what}s."
        )
    if len(rates) != len(items):
        raise SignalError(
            f"{len(rates)} sample rates for {len(items)} {what}s. Pass one for each, or for all."
        )
    if axes == 1 and not is_one and not isinstance(value, Sequence):
        _require_no_channels(items, rates)
    arrays = []
    for index, item in enumerate(items):
        name = what if is_one else f"{what} {index} of the batch"
        arrays.append(to_float32(item, name, index))
    return Signals(arrays, rates, is_one, rate, is_torch)


def _rates(sample_rate: Any, count: int) -> tuple[int | None, list[int]]:
    """Give the one rate of all, or None, and the rate of each."""
    if is_tensor(sample_rate):
        sample_rate = sample_rate.tolist()
    if isinstance(sample_rate, np.ndarray) and sample_rate.ndim > 0:
        sample_rate = list(sample_rate)
    if isinstance(sample_rate, Sequence) and not isinstance(sample_rate, str | bytes):
        return None, [whole_rate(rate, index) for index, rate in enumerate(sample_rate)]
    rate = whole_rate(sample_rate)
    return rate, [rate] * count


def _items(value: Any, axes: int, what: str, layout: str) -> tuple[list[NDArray[Any]], bool, bool]:
    """Give the arrays of whatever number type, whether it is one, and whether they are tensors."""
    _refuse_no_numbers(value, what)
    is_torch = is_tensor(value)
    if not is_torch and isinstance(value, Sequence) and not _is_of_numbers(value):
        kinds = [is_tensor(item) for item in value]
        if any(kinds) and not all(kinds):
            raise SignalError(
                f"{what} {kinds.index(True)} of the batch is a tensor and {what} "
                f"{kinds.index(False)} is none. Pass tensors alone, or arrays alone."
            )
        is_torch = any(kinds)
        items = []
        for index, item in enumerate(value):
            name = f"{what} {index} of the batch"
            items.append(_require_axes(_array(item, name, index), axes, name, layout, index))
        return items, False, is_torch
    array = _array(value, what, None)
    if array.ndim == axes + 1 and array.dtype.kind != "O":
        return list(array), False, is_torch
    return [_require_axes(array, axes, what, layout, None)], True, is_torch


def _refuse_no_numbers(value: Any, what: str) -> None:
    if isinstance(value, str | bytes | bytearray | memoryview) or hasattr(value, "__fspath__"):
        shown = repr(value) if isinstance(value, str) else f"a {type(value).__name__}"
        raise SignalError(
            f"{shown} is no {what}. Embed files by Echo.embed_files, or pass samples."
        )
    if not (isinstance(value, Sequence) or hasattr(value, "__array__") or is_tensor(value)):
        raise SignalError(
            f"a {type(value).__name__} is no {what}. Pass an array, or a list of arrays: "
            f"list({what}s)."
        )


def _is_of_numbers(value: Sequence[Any]) -> bool:
    return len(value) > 0 and all(isinstance(item, int | float | np.number) for item in value)


def _array(value: Any, name: str, index: int | None) -> NDArray[Any]:
    if is_tensor(value):
        return to_array(value, name)
    if isinstance(value, np.ma.MaskedArray):
        return value
    try:
        return np.asarray(value)
    except Exception as error:  # whatever another library's __array__ raises
        raise SignalError(
            f"{name}, a {type(value).__name__}, is not an array: {error}. Pass numbers of one "
            "length, in the CPU's memory.",
            index=index,
        ) from error


def _require_axes(
    array: NDArray[Any], axes: int, name: str, layout: str, index: int | None
) -> NDArray[Any]:
    if array.ndim == axes:
        return array
    shape = list(array.shape)
    if array.ndim == 0:
        problem, remedy = "is a single value", f"Pass an array, {layout}"
    else:
        problem, remedy = f"has the shape {shape}, and not {layout}", "Take one axis away (x[0])"
        if axes == 1 and array.ndim == axes + 1:
            remedy = (
                "Of several channels take one (x[:, 0]), or average them (x.mean(axis=1), of "
                "[samples, channels])"
            )
        elif index is None:
            remedy += f", or pass a list of arrays {layout}"
    raise SignalError(f"{name} {problem}. {remedy}.", index=index)


def _require_no_channels(items: list[NDArray[Any]], rates: list[int]) -> None:
    """Name the likely mistake if no signal of a 2-D array is as long as a window."""
    if not items:
        return
    (count, samples), window = (len(items), len(items[0])), int(_WINDOW * rates[0])
    if samples < window <= count:
        raise SignalError(
            f"an array of the shape [{count}, {samples}] is {count} signals of {samples} samples, "
            f"each shorter than a window of {window} samples at {rates[0]} Hz. If it is "
            "[samples, channels], average the channels (x.mean(axis=1)) or embed each (x.T)."
        )
