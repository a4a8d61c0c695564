"""Refusals that several modules of archives give, in one wording."""

from __future__ import annotations

import os
import re
from pathlib import Path

from echo_gpu.errors import BusyError, EchoError, UsageError


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


# Of an address the slashes behind the scheme, of which pathlib leaves one.
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/{1,2}(?P<rest>[^/].*)")


def refuse_address(path: str | os.PathLike[str]) -> None:
    """Refuse an address on the network where a folder is asked for.

    Raises
    ------
    UsageError
        If it is one, and no folder here is called so.
    """
    text = os.fspath(path)
    found = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if found is None or Path(text).exists():
        return
    raise UsageError(
        f"{found['scheme']}://{found['rest']} is an address, and only folders are read. Mount it "
        "(mountpoint-s3, s3fs, rclone mount) or copy it here, and give its folder."
    )
