"""How far a call is, as the caller wants to be told."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from echo_gpu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = bool | Callable[[int, int], object] | None

_INTERVAL = 5.0  # seconds between two lines, if there is no bar


@contextlib.contextmanager
def reporter(progress: Progress, unit: str) -> Iterator[Callable[[int, int], object] | None]:
    """Give what is to be called with (done, total), or None.

    Parameters
    ----------
    progress
        True for a bar of tqdm on standard error, or a line now and then where tqdm is not
        installed; something to call; None or False for nothing.
    unit
        What is counted: "signals".
    """
    if progress is None or progress is False:
        yield None
    elif progress is True:
        with _display(unit) as display:
            yield display
    elif callable(progress):
        yield progress
    else:
        raise UsageError(
            f"progress={progress!r} is neither True nor something to call. Pass True for a bar, or "
            "a function that takes (done, total)."
        )


@contextlib.contextmanager
def _display(unit: str) -> Iterator[Callable[[int, int], object]]:
    try:
        from tqdm.auto import tqdm  # noqa: PLC0415 - not everybody has it
    except ImportError:
        yield _Lines(unit)
        return
    bar: Any
    with tqdm(unit=f" {unit}") as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


class _Lines:
    """Lines on standard error: one after five seconds, and so on."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._last < _INTERVAL:
            return
        self._last = time.monotonic()
        print(f"echo-gpu: {done} of {total} {self._unit}", file=sys.stderr, flush=True)  # noqa: T201
