"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from echo_gpu.errors import EchoError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def appearing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name beside ``path``; what is written there gets its name at the end.

    Parameters
    ----------
    path
        The file to write. One that is there is replaced.

    Yields
    ------
    pathlib.Path
        A name that does not exist, in the same folder.

    Raises
    ------
    EchoError
        Of kind ``"create"`` (73) or ``"write"`` (74), if it cannot be written. Nothing is left
        behind then.
    """
    final = Path(path)
    if final.is_dir():
        raise EchoError(f"{final}: is a folder. Name a file to write.", code=73, kind="create")
    if not final.parent.is_dir():
        raise EchoError(
            f"{final}: there is no folder {final.parent}. Make it first.", code=73, kind="create"
        )
    temporary = final.with_name(f".{final.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        flush_folder(temporary)
        temporary.replace(final)
        flush_folder(final.parent)
    except OSError as error:
        if isinstance(error, EchoError):
            raise
        reason = error.strerror or str(error)
        raise EchoError(
            f"{final}: cannot write: {reason}. Check the folder's permissions and room.",
            code=74,
            kind="write",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def flush(file: IO[Any]) -> None:
    """Put what was written to a file on the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Put the names of a folder, or a file's content, on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
