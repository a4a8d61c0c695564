"""Arrays of any numbers to float32, as the command reads ``.npy`` files (docs/arrays.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import SignalError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DOUBTFUL = 1 << 24  # integers of 32 bits that span less are counts, or else nearly silent

_REMEDIES = {
    "b": "Pass the samples that it was made from, or x.astype(numpy.float32)",
    "c": "Pass its real part or its absolute value (x.real, numpy.abs(x))",
    "O": "Pass a list of arrays (list(x)), or one array of float32",
    "U": "Embed files by Echo.embed_files, or pass numbers (x.astype(numpy.float32))",
    "S": "Embed files by Echo.embed_files, or pass numbers (x.astype(numpy.float32))",
    "V": "Pass one of its fields (x['name'])",
}


def to_float32(array: NDArray[Any], name: str, index: int | None) -> NDArray[np.float32]:
    """Make samples of an array's numbers, in C order.

    Floating point is taken as it is: float32 without a copy if it has no gaps, float16 exactly,
    float64 rounded. Integers of 8 to 32 bits are fractions of the full scale, as in recordings:
    divided by 2^(bits - 1), those without a sign less 2^(bits - 1) first. Integers of 64 bits are
    counts, as they are.

    Parameters
    ----------
    array
        Of any shape.
    name
        What messages call it.
    index
        Which signal of the call it is.

    Raises
    ------
    SignalError
        For numbers that are no samples, for float64 beyond float32, and for integers of 32 bits
        that may be counts or fractions.
    """
    kind, size = array.dtype.kind, array.dtype.itemsize
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise SignalError(
            f"{name} has {int(np.sum(array.mask))} masked values. Fill them or cut them out "
            "(x.filled(0), x.compressed()).",
            index=index,
        )
    if kind == "f" and size <= np.dtype(np.float64).itemsize:
        return _rounded(array, name, index)
    if kind in "iu":
        return _integers(array, name, index)
    remedy = _REMEDIES.get(kind, "Pass real numbers, such as float32")
    raise SignalError(f"{name} is of {array.dtype}, which are not samples. {remedy}.", index=index)


def _rounded(array: NDArray[Any], name: str, index: int | None) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        samples = np.asarray(array, dtype=np.float32, order="C")
    if array.dtype.itemsize == np.dtype(np.float64).itemsize:
        lost = np.isinf(samples) & np.isfinite(array)
        if lost.any():
            place = np.unravel_index(int(np.argmax(lost)), array.shape)
            where = int(place[0]) if len(place) == 1 else [int(number) for number in place]
            raise SignalError(
                f"{name}: sample {where} is {array[place]}, beyond float32. Scale it to ±1.",
                index=index,
            )
    return samples


def _integers(array: NDArray[Any], name: str, index: int | None) -> NDArray[np.float32]:
    is_signed, bits = array.dtype.kind == "i", 8 * array.dtype.itemsize
    counts_bits, doubtful_bits = 64, 32
    if bits == counts_bits:
        return np.asarray(array, dtype=np.float32, order="C")
    if bits == doubtful_bits:
        _require_fractions(array, name, index)
    if is_signed:
        samples = np.asarray(array, dtype=np.float32, order="C")
    else:
        samples = np.asarray(
            array.astype(np.int64) - (1 << (bits - 1)), dtype=np.float32, order="C"
        )
    # By a power of two: rounded once, above.
    return samples * np.float32(2.0 ** (1 - bits))


def _require_fractions(array: NDArray[Any], name: str, index: int | None) -> None:
    """Refuse integers of 32 bits that use fewer than 24 of them, and not the upper ones."""
    if array.size == 0:
        return
    least, greatest = int(array.min()), int(array.max())
    if greatest == least or greatest - least >= _DOUBTFUL or not (array % 256).any():
        return
    raise SignalError(
        f"{name} holds {array.dtype} from {least} to {greatest}: as fractions of the full scale, "
        "2^31, nearly nothing, and as counts another signal. Pass x / 2**31 for fractions, or "
        "x.astype(numpy.float32) for counts as they are.",
        index=index,
    )
