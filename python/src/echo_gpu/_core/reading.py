"""How files are read: the options, and the request to the library that has them."""

from __future__ import annotations

import difflib
import json
import math
import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict

import numpy as np

from echo_gpu._signals.signals import whole_rate
from echo_gpu.errors import UsageError

from .outputs import Level, require_batch, require_level

PathText = str | os.PathLike[str]


class Reading(TypedDict, total=False):
    """Options of how files are read; each is the option of ``echo-gpu extract`` of that name.

    ``echo-gpu help extract`` and docs/arrays.md describe them in full. What is not given is decided
    by the file, and refused where the file can be read in two ways.
    """

    sample_rate: int
    """Hz of signals that do not say it: .npy, .npz, .csv, .txt, .mat."""
    resample: int
    """Hz to resample to first. ECHO is made for every rate: leave recordings at their own."""
    csv_columns: Sequence[str | int]
    """Columns of text files that are channels: names, or numbers from 0."""
    csv_time: str | int
    """The timestamp column of text files, which is no channel, or "none"."""
    csv_rate: Literal["s", "ms", "us", "ns"]
    """Take the sample rate of text files from timestamps in this unit."""
    csv_delimiter: str
    """What parts the fields of text files: one character, "tab" or "blanks"."""
    csv_decimal: Literal[".", ","]
    """The decimal mark of text files."""
    csv_skip: int
    """Lines at the start of text files that are left out."""
    text: bool
    """Read files as text, whatever they are called."""
    mat_key: str
    """The variable of .mat files that is the signal, by path, such as "bearing.gs"."""
    mat_rate: str
    """The number in .mat files that is the sample rate, by path."""
    npz_key: str
    """The array of .npz files that is the signal."""
    npz_rate: str
    """The number in .npz files that is the sample rate."""
    tdms_key: str
    """The channels of .tdms files that are the signal, such as "Vibration/x"."""
    time_axis: int
    """Along which extent of arrays time runs, from 0."""
    integer_scale: Literal["full", "none"]
    """What integers of arrays are: fractions of the full scale, or counts as they are."""
    raw: str
    """What files of no known extension hold: "f32le:25600:1" (FORMAT:HZ:CHANNELS)."""
    ffmpeg: bool
    """Let ffmpeg decode what libsndfile does not read."""


def request(
    paths: PathText | Sequence[PathText] | None,
    recordings: Iterable[Mapping[str, Any]] | None,
    manifest: PathText | None,
    *,
    level: Level,
    batch_size: int,
    channels: str | int,
    reading: Mapping[str, Any],
) -> bytes | None:
    """Make the request of ``echo_gpu_features_of_files``; None if there is nothing to embed.

    Raises
    ------
    UsageError
        For what cannot be asked for, and names that are not UTF-8.
    TypeError
        For an option that does not exist.
    """
    require_level(level)
    require_batch(batch_size)
    given = {"paths": paths, "recordings": recordings, "manifest": manifest}
    names = [name for name, value in given.items() if value is not None]
    if len(names) != 1:
        raise UsageError(
            f"{' and '.join(names) or 'nothing'} given. Pass one of paths, recordings and manifest."
        )
    asked: dict[str, Any] = {"level": level, "batch": int(batch_size)}
    if paths is not None:
        asked["inputs"] = _inputs(paths)
    elif recordings is not None:
        asked["recordings"] = [_recording(index, item) for index, item in enumerate(recordings)]
    else:
        asked["manifest"] = _path(manifest, "manifest")
    asked["channels"] = _channels(channels)
    for name, value in reading.items():
        if name not in _OPTIONS:
            near = difflib.get_close_matches(name, _OPTIONS, 1)
            raise TypeError(
                f"{name!r} is not an option of how files are read"
                + (
                    f"; did you mean {near[0]!r}?"
                    if near
                    else f". There are {', '.join(_OPTIONS)}."
                )
            )
        if value is not None:
            asked[name] = _OPTIONS[name](name, value)
    if asked.get("inputs") == [] or asked.get("recordings") == []:
        return None  # which the library takes for a mistake
    return json.dumps(asked, allow_nan=False).encode()


def _inputs(paths: PathText | Sequence[PathText]) -> list[str]:
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    if not isinstance(paths, Sequence | np.ndarray) or isinstance(paths, bytes):
        raise UsageError(
            f"paths is a {type(paths).__name__}. Pass one path, or a list of them: list(paths)."
        )
    return [_path(path, f"paths[{index}]") for index, path in enumerate(paths)]


def _path(path: Any, name: str) -> str:
    try:
        text = os.fspath(path)
    except TypeError:
        text = None
    if not isinstance(text, str) or not text:
        raise UsageError(f"{name} is {path!r}, which is not a path. Pass a str or a pathlib.Path.")
    _require_unicode(text, name)
    return text


def _require_unicode(text: str, name: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"{name} is {text!r}, which is not UTF-8, and JSON cannot hold it. Rename the file."
        ) from None


def _recording(index: int, item: Any) -> dict[str, Any]:
    name = f"recordings[{index}]"
    if not isinstance(item, Mapping) or "path" not in item:
        raise UsageError(f"{name} is {item!r}. Pass a dict with a path: {{'path': 'a.wav'}}.")
    values = {}
    for key, value in item.items():
        if not isinstance(key, str):
            raise UsageError(f"{name} has the key {key!r}. Pass keys that are str.")
        values[key] = _plain(value, f"{name}[{key!r}]")
    values["path"] = _path(item["path"], f"{name}['path']")
    return values


def _plain(value: Any, name: str) -> Any:
    """Make what JSON holds of numpy's numbers and of paths."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{name} is {value}, which JSON cannot hold. Pass None, or leave it out.")
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{name}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{name}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, str):
        _require_unicode(value, name)
    elif not isinstance(value, int | float | None):
        raise UsageError(
            f"{name} is a {type(value).__name__}, which JSON cannot hold. Pass a str or a number."
        )
    return value


def _channels(channels: Any) -> str:
    if isinstance(channels, bool) or not isinstance(channels, str | int | np.integer):
        raise UsageError(
            f"channels={channels!r}. Pass 'mean', 'first', 'last', 'each', 'concatenate', or a "
            "channel's number from 0."
        )
    return str(channels)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name}={value!r} is not text. Pass a str.")
    return value


def _column(name: str, value: Any) -> str:
    is_number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return str(value) if is_number else _text(name, value)


def _columns(name: str, value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise UsageError(f"{name}={value!r}. Pass a list of columns: names, or numbers from 0.")
    return [_column(name, item) for item in value]


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise UsageError(f"{name}={value!r} is not an integer. Pass one.")
    return operator.index(value)


def _truth(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise UsageError(f"{name}={value!r}. Pass True or False.")
    return bool(value)


def _rate(_name: str, value: Any) -> int:
    return whole_rate(value)


_OPTIONS: dict[str, Callable[[str, Any], Any]] = {
    "sample_rate": _rate,
    "resample": _rate,
    "csv_columns": _columns,
    "csv_time": _column,
    "csv_rate": _text,
    "csv_delimiter": _text,
    "csv_decimal": _text,
    "csv_skip": _integer,
    "text": _truth,
    "mat_key": _text,
    "mat_rate": _text,
    "npz_key": _text,
    "npz_rate": _text,
    "tdms_key": _text,
    "time_axis": _integer,
    "integer_scale": _text,
    "raw": _text,
    "ffmpeg": _truth,
}
