"""The library's encoder: opened once, used by any thread, closed once."""

from __future__ import annotations

import ctypes
import logging
import os
import weakref
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import ForkError, UsageError

from .calls import run
from .library import LOG, Library, check, library, take_json

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


def _log(_context: int | None, level: bytes, text: bytes) -> None:
    """Hand a message of the library to Python's logging."""
    message = text.decode(errors="replace")
    number = _LEVELS.get(level.decode(), logging.INFO)
    if message.startswith("the weights are untrained"):
        number = logging.INFO  # `Echo.from_pretrained` warns of it
    logging.getLogger("echo_gpu").log(number, "%s", message)


_native_log = LOG(_log)


class Handle:
    """An encoder of the library.

    It is closed by `close`, or when nobody refers to it, or at the end of the interpreter. Calls of
    other threads come to their end first, and the library knows a closed one from all others.
    """

    def __init__(self, native: Library, pointer: ctypes.c_void_p) -> None:
        self._pointer = pointer
        self._process = os.getpid()
        self.close = weakref.finalize(self, native.close, pointer)

    def use(self) -> ctypes.c_void_p:
        """Give the pointer for a call.

        Raises
        ------
        ForkError
            In a process that fork() made.
        UsageError
            If it is closed.
        """
        if os.getpid() != self._process:
            raise ForkError(
                f"this encoder was opened by process {self._process}, and fork() made this one, "
                f"{os.getpid()}, where its device would hang. Start processes with spawn or "
                'forkserver (multiprocessing.get_context("spawn")), or open an encoder in each.'
            )
        if not self.close.alive:
            raise closed_error()
        return self._pointer

    def describe(self) -> dict[str, Any]:
        """Say what it is: ``echo_gpu_describe``."""
        text = ctypes.c_void_p()
        check(library().describe(self.use(), ctypes.byref(text)))
        description: dict[str, Any] = take_json(text)
        return description


def open_handle(model: str, devices: Sequence[str], precision: str) -> Handle:
    """Load a model and open devices: ``echo_gpu_open``.

    Raises
    ------
    EchoError
        If that fails. An interrupt ends the waiting at once; the encoder is closed as soon as it
        is open.
    """
    native = library()
    names = (ctypes.c_char_p * len(devices))(*(encode(name, "device") for name in devices))
    model_name, precision_name = encode(model, "model"), encode(precision, "precision")
    opened: list[Handle] = []

    def call(_progress: Any) -> int:
        pointer = ctypes.c_void_p()
        status: int = native.open(
            model_name,
            names,
            len(devices),
            precision_name,
            _native_log,
            None,
            ctypes.byref(pointer),
        )
        if status == 0:
            opened.append(Handle(native, pointer))
        return status

    run(call, is_awaited=False)
    return opened[0]


def closed_error() -> UsageError:
    """Make the error of who uses what was closed."""
    return UsageError(
        "this Echo is closed. Open another by Echo.from_pretrained, or close it later."
    )


def encode(text: str, what: str) -> bytes:
    """Make a text of C.

    Raises
    ------
    UsageError
        If it has a zero byte, or is not Unicode.
    """
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the {what} {text!r} is not UTF-8. Rename it.") from None
    if b"\0" in encoded:
        raise UsageError(f"the {what} {text!r} has a zero byte. Leave it out.")
    return encoded
