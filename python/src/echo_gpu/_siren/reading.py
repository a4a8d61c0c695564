"""Signals of text and MATLAB files, as SIREN reads them.

SIREN's choices decide what is embedded, and with it the figures, so they are kept here, the odd
ones too (siren/core/base_extractor.py, lines 251 to 314, commit f9fa43e).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from echo_gpu.errors import InputError, SignalError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_table", "read_channels"]

# A value of MATLAB with more elements than this is taken for a signal if no name says more.
_LEAST_SAMPLES = 1000


def is_table(path: str) -> bool:
    """Tell whether SIREN reads `path` as numbers, not as sound."""
    return path.endswith((".csv", ".mat"))


def read_channels(path: str) -> NDArray[np.float32]:
    """Read a ``.csv`` (a column a channel, no header) or ``.mat`` file (one channel).

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    ndarray of float32, shape ``[channels, samples]``
        As they stand in the file: nothing is scaled.

    Raises
    ------
    InputError
        There is no such file.
    SignalError
        It cannot be read, or has no signal.
    """
    if not Path(path).is_file():
        raise InputError(f"{path}: there is no such file.")
    try:
        values = _read_csv(path) if path.endswith(".csv") else _read_mat(path)
    except ImportError as error:
        raise SignalError(f"{path}: {error}. SIREN needs it too: pip install it.") from error
    except SignalError:
        raise
    except Exception as error:
        raise SignalError(f"{path}: it cannot be read: {error}") from error
    return np.ascontiguousarray(values, dtype=np.float32)


def _read_csv(path: str) -> NDArray[Any]:
    import pandas as pd  # noqa: PLC0415

    return np.asarray(pd.read_csv(path, header=None).to_numpy().T, dtype=np.float32)


def _read_mat(path: str) -> NDArray[Any]:
    from scipy.io import loadmat  # type: ignore[import-untyped]  # noqa: PLC0415

    values = {key: value for key, value in loadmat(path).items() if not key.startswith("_")}
    key = _signal_key(values)
    if key is None:
        names = ", ".join(sorted(values)) or "none"
        raise SignalError(f"{path}: no value is a signal of an accelerometer; it has {names}.")
    return np.asarray(values[key], dtype=np.float32).reshape(1, -1)


def _signal_key(values: dict[str, Any]) -> str | None:
    """Pick the drive end's signal, else the fan end's, the base's, or the first that is long."""
    sensors = ("DE", "FE", "BA")
    exact = [f"{sensor}_time" for sensor in sensors] + [f"X097_{sensor}_time" for sensor in sensors]
    named = [key for key in values if "time" in key and any(sensor in key for sensor in sensors)]
    long = [
        key
        for key, value in values.items()
        if isinstance(value, np.ndarray) and value.size > _LEAST_SAMPLES
    ]
    return next((key for key in (*exact, *named, *long) if key in values), None)
