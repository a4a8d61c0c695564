"""The library's encoder: opened once, used by any thread, closed when nobody is in it."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

from ._calls import run
from ._library import LOG, Library, check, library, take_json
from .errors import ForkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


def _log(_context: int | None, level: bytes, text: bytes) -> None:
    """Hand a message of the library to Python's logging."""
    message = text.decode(errors="replace")
    number = _LEVELS.get(level.decode(), logging.INFO)
    if message.startswith("the weights are untrained"):
        number = logging.INFO  # `Echo.from_pretrained` warns of it
    logging.getLogger("echo_gpu").log(number, "%s", message)


_native_log = LOG(_log)


class _Owned:
    """The pointer and how many calls are in it, apart from `Handle`, whose end closes it."""

    def __init__(self, native: Library, pointer: ctypes.c_void_p) -> None:
        self.native = native
        self.pointer: ctypes.c_void_p | None = pointer
        self.process = os.getpid()
        self.users = 0
        self.is_closed = False
        # Reentrant: the collector may end a `Handle` wherever this thread is.
        self.lock = threading.RLock()

    def close(self) -> None:
        if os.getpid() != self.process:
            return  # the parent's, and a thread that fork() left behind may hold the lock
        with self.lock:
            self.is_closed = True
            self._free()

    def leave(self) -> None:
        with self.lock:
            self.users -= 1
            if self.is_closed:
                self._free()

    def _free(self) -> None:
        if self.users == 0 and self.pointer is not None:
            self.native.close(self.pointer)
            self.pointer = None


class Handle:
    """An encoder of the library.

    It is closed by `close`, or when nobody refers to it, or at the end of the interpreter: calls
    that are in it come to their end first.
    """

    def __init__(self, native: Library, pointer: ctypes.c_void_p) -> None:
        self._owned = _Owned(native, pointer)
        self.close = weakref.finalize(self, self._owned.close)

    @contextlib.contextmanager
    def use(self) -> Iterator[ctypes.c_void_p]:
        """Give the pointer, which stays valid until the end of the block.

        Raises
        ------
        ForkError
            In a process that fork() made.
        UsageError
            Where it is closed.
        """
        owned = self._owned
        if os.getpid() != owned.process:
            raise ForkError(
                f"this encoder was opened by process {owned.process}, and fork() made this one, "
                f"{os.getpid()}, where its device would hang. Start processes with spawn or "
                'forkserver (multiprocessing.get_context("spawn")), or open an encoder in each.'
            )
        with owned.lock:
            if owned.is_closed or owned.pointer is None:
                raise closed_error()
            owned.users += 1
            pointer = owned.pointer
        try:
            yield pointer
        finally:
            owned.leave()

    def describe(self) -> dict[str, Any]:
        """Say what it is: ``echo_gpu_describe``."""
        text = ctypes.c_void_p()
        with self.use() as pointer:
            check(library().describe(pointer, ctypes.byref(text)))
        description: dict[str, Any] = take_json(text)
        return description


def open_handle(model: str, devices: Sequence[str], precision: str) -> Handle:
    """Load a model and open devices: ``echo_gpu_open``.

    Raises
    ------
    EchoError
        Where that fails. An interrupt ends the waiting at once; the encoder is closed as soon as it
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
        Where it has a zero byte, or is not Unicode.
    """
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the {what} {text!r} is not UTF-8. Rename it.") from None
    if b"\0" in encoded:
        raise UsageError(f"the {what} {text!r} has a zero byte. Leave it out.")
    return encoded
