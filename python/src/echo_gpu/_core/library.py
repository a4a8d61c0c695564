"""The C library, found and checked: its functions, its structures and its errors.

Everything here follows ``Sources/EchoC/include/echo_gpu.h``; that header says what a function does.
"""

from __future__ import annotations

import ctypes
import functools
import json
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_float, c_int32, c_int64, c_size_t, c_void_p
from pathlib import Path
from typing import Any

import numpy as np

from echo_gpu.errors import (
    BusyError,
    DeviceError,
    EchoError,
    ForkError,
    InputError,
    LibraryError,
    ModelError,
    SignalError,
    StoppedError,
    UsageError,
)

ABI = 1
PATH = Path(__file__).parent.parent / "_native" / "libecho_gpu.so"

LOG = CFUNCTYPE(None, c_void_p, c_char_p, c_char_p)
PROGRESS = CFUNCTYPE(c_int32, c_void_p, c_int64, c_int64)


class Shape(ctypes.Structure):
    """``echo_gpu_shape``."""

    _fields_ = (
        ("width", c_int64),
        ("rows", c_int64),
        ("bands", c_int64),
        ("bins", c_int64),
        ("frames", c_int64),
    )


class NativeRow(ctypes.Structure):
    """``echo_gpu_row``."""

    _fields_ = (
        ("fields", c_char_p),
        ("utterance", POINTER(c_float)),
        ("segments", POINTER(c_float)),
        ("width", c_int64),
        ("rows", c_int64),
    )


ROW = CFUNCTYPE(c_int32, c_void_p, POINTER(NativeRow))

# Structures of which a call takes many are arrays of numpy, which are made at once: the same bytes.
SIGNAL = np.dtype([("samples", "u8"), ("count", "i8"), ("sample_rate", "i8")])
SPECTROGRAM = np.dtype([("values", "u8"), ("bins", "i8"), ("frames", "i8"), ("sample_rate", "i8")])
OUTPUT = np.dtype([("utterance", "u8"), ("segments", "u8")])

_TEXT = POINTER(c_void_p)
_MANY = (c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, PROGRESS, c_void_p)

_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "abi": (c_int32, ()),
    "version": (c_char_p, ()),
    "error_text": (c_char_p, ()),
    "error_kind": (c_char_p, ()),
    "error_code": (c_int32, ()),
    "error_index": (c_int64, ()),
    "free": (None, (c_void_p,)),
    "devices": (c_int32, (_TEXT,)),
    "prepare_exit": (c_int32, ()),
    "open": (
        c_int32,
        (c_char_p, POINTER(c_char_p), c_size_t, c_char_p, LOG, c_void_p, POINTER(c_void_p)),
    ),
    "close": (None, (c_void_p,)),
    "describe": (c_int32, (c_void_p, _TEXT)),
    "shape_of_signal": (c_int32, (c_void_p, c_int64, c_int64, POINTER(Shape))),
    "shape_of_spectrogram": (c_int32, (c_void_p, c_int64, c_int64, POINTER(Shape))),
    "features_of_signals": (c_int32, _MANY),
    "spectrogram_of_signal": (c_int32, (c_void_p, c_void_p, c_void_p, PROGRESS, c_void_p)),
    "features_of_spectrograms": (c_int32, _MANY),
    "features_of_files": (c_int32, (c_void_p, c_char_p, ROW, PROGRESS, c_void_p, _TEXT)),
}

_ERRORS: dict[str, type[EchoError]] = {
    "busy": BusyError,
    "usage": UsageError,
    "signal": SignalError,
    "data": SignalError,
    "input": InputError,
    "hub": ModelError,
    "model": ModelError,
    "device": DeviceError,
    "fork": ForkError,
    "stopped": StoppedError,
}


class Library:
    """The functions of the library, each without its prefix: ``library().describe(...)``."""

    def __init__(self, native: ctypes.CDLL) -> None:
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(native, f"echo_gpu_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


@functools.cache
def library() -> Library:
    """Load the library where this process has not yet.

    Raises
    ------
    LibraryError
        If it is missing, does not load, or has another interface.
    """
    return load(PATH)


def loaded() -> Library | None:
    """Give the library where this process has loaded it."""
    return library() if library.cache_info().currsize else None


def load(path: Path) -> Library:
    """Load the library from this file; see `library`."""
    if not path.exists():
        raise LibraryError(
            f"{path} is missing: this copy of echo_gpu has no native library. Install the wheel "
            "(pip install --force-reinstall echo-gpu), or build it from the sources (make wheel)."
        )
    try:
        native = ctypes.CDLL(str(path))
        abi = native.echo_gpu_abi()
    except (OSError, AttributeError) as error:
        raise LibraryError(
            f"{path} does not load: {error}. Install the wheel that was made for this system "
            "(pip install --force-reinstall echo-gpu)."
        ) from error
    if abi != ABI:
        raise LibraryError(
            f"{path} has interface {abi}, and this copy of echo_gpu needs {ABI}: they are of two "
            "releases. Install one wheel anew (pip install --force-reinstall echo-gpu)."
        )
    return Library(native)


def check(status: int) -> None:
    """Raise the thread's last error where a function of the library failed.

    Raises
    ------
    EchoError
        Of the class that its kind has.
    """
    if status:
        raise last_error(status)


def last_error(status: int) -> EchoError:
    """Give the thread's last error; to be asked for on the thread that called the function."""
    native = library()
    kind = native.error_kind().decode() or "system"
    text = native.error_text().decode(errors="replace")
    make = _ERRORS.get(kind, EchoError)
    if make is SignalError:
        index = native.error_index()
        return SignalError(text, code=status, kind=kind, index=index if index >= 0 else None)
    return make(text, code=status, kind=kind)


def take_json(text: c_void_p) -> Any:
    """Read a JSON text that a function of the library gave, and free it."""
    try:
        return json.loads(ctypes.string_at(text)) if text else None
    finally:
        library().free(text)
