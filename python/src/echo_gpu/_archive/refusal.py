"""Refusals that several modules of archives give, in one wording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from echo_gpu.errors import BusyError, EchoError

if TYPE_CHECKING:
    from pathlib import Path


def damaged(path: Path | str, what: str, remedy: str) -> EchoError:
    """Give the error for a file or folder that is not what it should be.

    Parameters
    ----------
    path
        The file or folder.
    what
        What is wrong, with the values.
    remedy
        What to do, as a sentence.

    Returns
    -------
    EchoError
        Of kind ``"data"`` and code 65, as the command gives.
    """
    return EchoError(f"{path}: {what}. {remedy}", code=65, kind="data")


def replaced(path: Path | str) -> BusyError:
    """Give the error for a manifest that went, or became another, after its folder was read."""
    what = "another process, such as echo-gpu compact, replaced it since the folder was read"
    return BusyError(f"{path}: {what}. Read the folder again.")


def unreadable(path: Path | str, error: OSError) -> EchoError:
    """Give the error for a file of an archive that the system does not let us read."""
    reason = error.strerror or str(error)
    return damaged(path, f"cannot read: {reason}", "Check the path and its permissions.")
