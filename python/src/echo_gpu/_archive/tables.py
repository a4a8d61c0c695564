"""Tables of embeddings, mapped: files of either layout and format."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu._formats import safetensors as _safetensors

from .refusal import damaged, unreadable

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray[Any, np.dtype[Any]]

# Tables that are kept open: each is a descriptor and a mapping.
_MOST = 64
_REMEDY = (
    "Restore it from a copy. Without one, remove what is left of it and run the command that made "
    "the folder again: it embeds its recordings again."
)


class Tables:
    """The tables of a folder, the last of them kept open.

    Parameters
    ----------
    folder
        The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Array] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without what is open."""
        return Tables, (self._folder,)

    def open(self, name: str, level: str, width: int, rows: int) -> Array:
        """Map a table.

        Parameters
        ----------
        name
            Its path from the folder.
        level
            ``"utterance"`` or ``"segment"``.
        width
            The columns that it has to have.
        rows
            The rows that it has to have at least, for those that its manifest names.

        Returns
        -------
        numpy.ndarray
            float32 or float16 ``[rows, width]``, read-only, a mapping of the file. A file that is
            one row has shape ``[1, width]``.

        Raises
        ------
        EchoError
            Of kind ``"data"``, with the file's name: it is missing, damaged, or has fewer rows.
        """
        with self._lock:
            table = self._open.get(name)
            if table is None:
                table = _map(self._folder / name, level)
                while len(self._open) >= _MOST:
                    del self._open[next(iter(self._open))]
                self._open[name] = table
        if table.shape[1] != width or table.shape[0] < rows:
            shape = f"[{table.shape[0]}, {table.shape[1]}]"
            what = f"has shape {shape}, and its manifest names {rows} rows of {width}"
            raise damaged(self._folder / name, what, _REMEDY)
        return table


def _map(path: Path, level: str) -> Array:
    try:
        table = _safetensor(path, level) if path.suffix == ".safetensors" else _npy(path)
    except FileNotFoundError:
        what = "is not there, and a manifest names it"
        raise damaged(
            path, what, "Restore it from a copy, or run the same command again."
        ) from None
    except OSError as error:
        raise unreadable(path, error) from None
    except (ValueError, EOFError) as error:
        raise damaged(path, f"is damaged: {error}", _REMEDY) from None
    return table if table.ndim == 2 else table.reshape(1, -1)  # noqa: PLR2004


def _npy(path: Path) -> Array:
    table: Array = np.lib.format.open_memmap(path, mode="r")
    kinds = ("<f4", "<f2")
    if table.dtype.str not in kinds or table.ndim not in (1, 2) or not table.flags.c_contiguous:
        raise ValueError(f"{table.dtype.str} {list(table.shape)} is not a table of embeddings")
    return table


def _safetensor(path: Path, level: str) -> Array:
    tensors = _safetensors.read_header(path)
    tensor = tensors.get(level)
    if tensor is None or len(tensor.shape) != 2:  # noqa: PLR2004
        names = ", ".join(tensors) or "none"
        raise ValueError(f"it has no table called {level!r}, but {names}")
    return np.memmap(path, tensor.dtype, "r", tensor.offset, tensor.shape)
