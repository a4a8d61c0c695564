"""Signals and spectrograms through the library."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import SignalError

from .calls import run
from .library import SIGNAL, SPECTROGRAM, Shape, check, library
from .outputs import Level, Outputs, address, require_batch, require_level
from .progress import Progress, reporter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from echo_gpu._signals.signals import Signals

    from .handle import Handle


@dataclass(frozen=True)
class Kind:
    """What is embedded: its name, its structure, and the two functions of the library."""

    name: str
    structure: np.dtype[Any]
    shape: str
    features: str


SIGNALS = Kind("signal", SIGNAL, "shape_of_signal", "features_of_signals")
SPECTROGRAMS = Kind("spectrogram", SPECTROGRAM, "shape_of_spectrogram", "features_of_spectrograms")


def shape_of(handle: Handle, kind: Kind, length: int, rate: int) -> Shape:
    """Give the shape of what a signal of so many samples, or a spectrogram of frames, gives."""
    shape = Shape()
    function = getattr(library(), kind.shape)
    check(function(handle.use(), length, rate, ctypes.byref(shape)))
    return shape


def width_of_rate(handle: Handle, rate: int) -> int:
    """Give N*D at a sample rate, by a signal of a second."""
    return int(shape_of(handle, SIGNALS, max(rate, 1), rate).width)


def embed(
    handle: Handle, kind: Kind, given: Signals, level: Level, batch_size: int, progress: Progress
) -> Any:
    """Embed signals or spectrograms, and give what the caller of `Echo.embed` gets."""
    require_level(level)
    require_batch(batch_size)
    shapes = _shapes(handle, kind, given)
    outputs = Outputs(shapes, level, _common_width(handle, given, shapes))
    if given.arrays:
        native = _structures(given, kind)
        function = getattr(library(), kind.features)
        pointer = handle.use()
        with reporter(progress, f"{kind.name}s") as report:
            run(
                lambda callback: function(
                    pointer,
                    native.ctypes.data,
                    len(native),
                    outputs.native.ctypes.data,
                    int(batch_size),
                    callback,
                    None,
                ),
                report,
                uses=given,
            )
    return outputs.results(given)


def spectrogram(handle: Handle, given: Signals, progress: Progress) -> NDArray[np.float32]:
    """Give the normalised log spectrogram of the one signal."""
    shape = _shapes(handle, SIGNALS, given)[0]
    values = np.empty((shape.bins, shape.frames), np.float32)
    native = _structures(given, SIGNALS)
    function = library().spectrogram_of_signal
    pointer = handle.use()
    with reporter(progress, "signals") as report:
        run(
            lambda callback: function(
                pointer, native.ctypes.data, values.ctypes.data, callback, None
            ),
            report,
            uses=given,
        )
    return values


def _structures(given: Signals, kind: Kind) -> NDArray[Any]:
    """Make the library's structures of arrays, which have to be kept as long as these are used."""
    pairs = zip(given.arrays, given.rates, strict=True)
    return np.array([(address(array), *array.shape, rate) for array, rate in pairs], kind.structure)


def _shapes(handle: Handle, kind: Kind, given: Signals) -> list[Shape]:
    known: dict[tuple[int, int], Shape] = {}
    shapes = []
    for index, (array, rate) in enumerate(zip(given.arrays, given.rates, strict=True)):
        key = (array.shape[-1], rate)
        if key not in known:
            try:
                known[key] = shape_of(handle, kind, *key)
            except SignalError as error:
                raise _placed(error, kind, given, index) from None
        shapes.append(known[key])
    return shapes


def _placed(error: SignalError, kind: Kind, given: Signals, index: int) -> SignalError:
    """Say which signal it was; of one the library's sentence says enough."""
    text = str(error)
    if not given.is_one and text.startswith(f"{kind.name}:"):
        text = f"{kind.name} {index} of the batch{text.removeprefix(kind.name)}"
    return SignalError(text, code=error.code, kind=error.kind, index=index)


def _common_width(handle: Handle, given: Signals, shapes: list[Shape]) -> int | None:
    """Give the width of all, where one sample rate was given for several."""
    if given.is_one or given.rate is None:
        return None
    return int(shapes[0].width) if shapes else width_of_rate(handle, given.rate)
