"""Calls of the library that may take long: they can be interrupted, and end with the program.

Each runs on a thread of its own, while the thread that asked for it waits. Python handles signals
on the main thread alone, between two of its instructions. Were the library called there, Ctrl-C
would be noticed in its callbacks only, before their first line, where no ``try`` holds yet: ctypes
then prints the exception and forgets it. A thread that waits for a queue is interrupted at once
instead, tells the call to stop (the library asks every 0.25 s), and raises what it got.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import EchoError, StoppedError

from .library import PROGRESS, last_error, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_PATIENCE = 5.0  # seconds that the interpreter waits at its end for calls that were told to stop

_SILENCE = 2.0  # seconds that a driver's compiler is waited for without a word

_COMPILER_PATIENCE = 120.0  # seconds that it is waited for; some never end

_GLANCE = 0.1  # seconds between two looks for signals, if nothing else happens

_running: set[NativeCall] = set()
_is_ending = False


class NativeCall:
    """A call of the library, and the events of it.

    Parameters
    ----------
    function
        Makes the call, with the progress callback that it is given; gives the status.
    uses
        What has the memory that the library reads. The call keeps it: a second Ctrl-C ends the
        waiting, and the library may read on for a moment.
    reports
        Whether how far it is becomes an event, ``(done, total)``.
    room
        Events from `put` that wait at most; then the call does.
    is_awaited
        Whether a call that is told to stop is waited for; without it, what it gives is dropped.
    """

    def __init__(
        self,
        function: Callable[[Any], int],
        *,
        uses: object = None,
        reports: bool = False,
        room: int = 1,
        is_awaited: bool = True,
    ) -> None:
        self._function = function
        self._uses = uses
        self._reports = reports
        self.is_awaited = is_awaited
        self._events: SimpleQueue[Any] = SimpleQueue()
        self._room = threading.Semaphore(room)
        self._is_stopped = False
        self._error: BaseException | None = None
        self.thread = threading.Thread(target=self._work, name="echo_gpu", daemon=True)

    def events(self) -> Generator[Any, None, None]:
        """Make the call; give what it reports and what is `put`, until it ends.

        Closing the iterator stops the call.

        Raises
        ------
        EchoError
            If the call failed.
        """
        self._start()
        try:
            while (event := self._next()) is not self:
                if isinstance(event, tuple):
                    yield event
                elif event is not None:
                    self._room.release()
                    yield event
        finally:
            self.stop()
            if self.is_awaited:
                self.thread.join()
        if self._error is not None:
            raise self._error

    def _next(self) -> Any:
        # With a time limit, as a signal that comes just before the waiting does not end it: Python
        # then looks again.
        try:
            return self._events.get(timeout=_GLANCE)
        except Empty:
            return None

    def stop(self) -> None:
        """Tell the call to stop; it does when the library asks next."""
        self._is_stopped = True

    def put(self, event: Any) -> bool:
        """Hand an event on, from a callback; say whether the call is to stop."""
        while not self._is_stopped:
            if self._room.acquire(timeout=0.1):
                self._events.put(event)
                break
        return self._is_stopped

    def guard(self, callback: Callable[..., bool]) -> Callable[..., int]:
        """Make a callback for the library: what it raises ends the call, and is raised again."""

        def guarded(_context: int | None, *arguments: Any) -> int:
            try:
                return int(callback(*arguments))
            except BaseException as error:  # noqa: BLE001 - it goes on in the thread that waits
                self._error = error
                return 1

        return guarded

    def _start(self) -> None:
        if _is_ending:
            raise StoppedError("Python is ending, and begins no call any more.")
        _running.add(self)
        try:
            self.thread.start()
        except RuntimeError as error:
            _running.discard(self)
            raise EchoError(
                f"Python has no thread for the call: {error}. Raise the limit on threads "
                "(ulimit -u), or leave some to it."
            ) from error

    def _work(self) -> None:
        try:
            status = self._function(PROGRESS(self.guard(self._progress)))
            if status and self._error is None:
                self._error = last_error(status)
        except BaseException as error:  # noqa: BLE001 - it goes on in the thread that waits
            self._error = error
        finally:
            _running.discard(self)
            self._events.put(self)

    def _progress(self, done: int, total: int) -> bool:
        if self._reports:
            self._events.put((done, total))
        return self._is_stopped


def run(
    function: Callable[[Any], int],
    progress: Callable[[int, int], object] | None = None,
    *,
    uses: object = None,
    is_awaited: bool = True,
) -> None:
    """Make a call and wait for it; `progress` is called on this thread, `uses` is kept.

    Raises
    ------
    EchoError
        If the call failed.
    """
    call = NativeCall(function, uses=uses, reports=progress is not None, is_awaited=is_awaited)
    with contextlib.closing(call.events()) as events:
        for done, total in events:
            if progress is not None:
                progress(done, total)


def _end() -> None:
    """Stop the calls of threads that Python does not wait for, before it is taken down."""
    global _is_ending  # noqa: PLW0603 - a fact of the process
    _is_ending = True
    calls = [call for call in list(_running) if call.is_awaited]
    for call in calls:
        call.stop()
    deadline = time.monotonic() + _PATIENCE
    for call in calls:
        call.thread.join(max(0.0, deadline - time.monotonic()))
    if not _ends_by_interrupt():
        with contextlib.suppress(KeyboardInterrupt):
            _await_compiler()


def _ends_by_interrupt() -> bool:
    """Say whether Python ends by a Ctrl-C that nobody took.

    It then sends itself SIGINT, past everything that C would take down: nothing is to be waited
    for.
    """
    kind = getattr(sys, "last_type", None)  # what was printed last as uncaught
    is_prompt = hasattr(sys, "ps1")  # which goes on after it
    return isinstance(kind, type) and issubclass(kind, KeyboardInterrupt) and not is_prompt


def _await_compiler() -> None:
    """Wait for a driver's compiler, under which an exit of C would end the process by a signal.

    Ctrl-C ends the waiting.
    """
    native = loaded()
    if native is None:
        return
    begin, is_said = time.monotonic(), False
    while native.prepare_exit() and (waited := time.monotonic() - begin) < _COMPILER_PATIENCE:
        if waited > _SILENCE and not is_said:
            is_said = True
            logging.getLogger("echo_gpu").warning(
                "Waiting for the OpenCL driver, which compiles kernels and cannot be stopped "
                "(%d s at most; Ctrl-C ends the waiting).",
                _COMPILER_PATIENCE,
            )
        time.sleep(_GLANCE)


atexit.register(_end)
