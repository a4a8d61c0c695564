"""Recordings of files through the library, as rows."""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import SignalError, UsageError
from echo_gpu.results import Row

from .calls import NativeCall
from .library import ROW, NativeRow, library, take_json
from .progress import Progress, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .handle import Handle

_WAITING_ROWS = 8


def require_on_error(on_error: str) -> None:
    """Raise `UsageError` if it is none of the two."""
    if on_error not in ("raise", "row"):
        raise UsageError(f"on_error={on_error!r}. Pass 'raise' or 'row'.")


def iterate(
    handle: Handle, request: bytes | None, progress: Progress, *, raises: bool = False
) -> Iterator[Row]:
    """Embed recordings: ``echo_gpu_features_of_files``.

    Closing the iterator stops it.

    Parameters
    ----------
    handle, request, progress
        With what, what (None for nothing), and who is told how far it is.
    raises
        Whether a recording that failed is raised, or is a row too.
    """
    if request is None:
        return
    summary = ctypes.c_void_p()

    def take(row: ctypes._Pointer[NativeRow]) -> bool:
        return call.put(_row(row.contents))

    on_row: Any = None

    def function(callback: Any) -> int:
        nonlocal on_row
        on_row = ROW(call.guard(take))
        status: int = library().features_of_files(
            pointer, request, on_row, callback, None, ctypes.byref(summary)
        )
        return status

    pointer = handle.use()
    with contextlib.ExitStack() as stack:
        report = stack.enter_context(reporter(progress, "recordings"))
        call = NativeCall(function, reports=report is not None, room=_WAITING_ROWS)
        events = stack.enter_context(contextlib.closing(call.events()))
        for event in events:
            if isinstance(event, Row):
                if raises and event.status == "failed":
                    raise failure(event)
                yield event
            elif report is not None:
                report(*event)
    _log_summary(take_json(summary))


def failure(row: Row, others: int = 0) -> SignalError:
    """Make the error of a recording that failed, as `others` did."""
    text = f"{row.path}: {row.reason}"
    if others:
        text += f" ({others} other recording{'s' * (others > 1)} failed, too.)"
    text += " With on_error='row' the others are given."
    return SignalError(text, index=row.input, failure_code=row.code)


def _row(native: NativeRow) -> Row:
    fields: dict[str, Any] = json.loads(native.fields)
    width = native.width
    return Row(
        id=fields["id"],
        path=fields["path"],
        channel=fields.get("channel"),
        sample_rate=fields.get("sample_rate"),
        status=fields["status"],
        code=fields.get("code"),
        reason=fields.get("reason"),
        note=fields.get("note"),
        width=width,
        utterance=_copy(native.utterance, (width,)),
        segments=_copy(native.segments, (native.rows, width)),
        input=fields["input"],
        fields=fields,
    )


def _copy(values: Any, shape: tuple[int, ...]) -> NDArray[np.float32] | None:
    return np.ctypeslib.as_array(values, shape).copy() if values else None


def _log_summary(summary: dict[str, Any] | None) -> None:
    """Log what is unusual about the inputs, and what the search of folders left out.

    What an option would take is a warning, as it may have been meant.
    """
    if summary is None:
        return
    logger = logging.getLogger("echo_gpu")
    for warning in summary["warnings"]:
        logger.warning("%s", warning)
    skipped = summary["skipped"]
    remedies = [ending for ending in skipped["endings"] if "remedy" in ending]
    others = {
        "of other endings": skipped["count"] - sum(ending["count"] for ending in remedies),
        "that are pipes, devices or sockets": skipped["special_count"],
        "hidden": skipped["hidden_count"],
        "written by echo-gpu": skipped["own_file_count"],
        "in folders written by echo-gpu": skipped["own_folder_count"],
    }
    for ending in remedies:
        logger.warning(
            "%d files of %s are left out: %s", ending["count"], ending["ending"], ending["remedy"]
        )
    for what, count in others.items():
        if count:
            logger.info("%d files %s are left out", count, what)
