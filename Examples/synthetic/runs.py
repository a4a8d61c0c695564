"""Bearings that run until they fail, as XJTU-SY and IMS recorded them, file after file.

Both kinds are healthy at first; from a file on one bearing has impulses that grow. A real XJTU file
lasts 1.28 s and comes every minute, a real IMS file 1.02 s and comes every ten; these last 0.32 s
and 0.4 s.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from machines import Machine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FILES = 40
ONSET = 24  # the file, from 0, from which on the fault is there


def _strength(number: int) -> float:
    """Give the fault of a file: none before the onset, then heard at once, and growing."""
    return 0.0 if number < ONSET else 3.0 + 0.35 * (number - ONSET)


def _channels(
    name: str, rate: int, seconds: float, number: int, faulty: tuple[float, ...]
) -> NDArray[np.float64]:
    """Make a file, ``[samples, channels]``; `faulty` is how much of the fault each channel has."""
    signals = []
    for channel, share in enumerate(faulty):
        machine = Machine(
            f"{name}/{channel}", rate, shaft=33.3, resonance=0.15 + 0.03 * channel,
            fault=share * _strength(number),
        )  # fmt: skip
        signals.append(machine.signal(seconds, number))
    return np.stack(signals, axis=1)


def write_xjtu(folder: Path) -> None:
    """Write one bearing of XJTU-SY, ``35Hz12kN/Bearing1_1/1.csv`` and on: a file each minute."""
    place = folder / "35Hz12kN" / "Bearing1_1"
    place.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        signals = _channels("xjtu", 25600, 0.32, number, (1.0, 0.7))
        np.savetxt(
            place / f"{number + 1}.csv", signals, fmt="%.6g", delimiter=",", comments="",
            header="Horizontal_vibration_signals,Vertical_vibration_signals",
        )  # fmt: skip


def write_ims(folder: Path) -> None:
    """Write the second test of IMS: four bearings, of which the first fails."""
    place = folder / "2nd_test"
    place.mkdir(parents=True, exist_ok=True)
    begin = dt.datetime(2004, 2, 12, 10, 32, 39, tzinfo=dt.timezone.utc)
    for number in range(FILES):
        signals = _channels("ims", 20000, 0.4, number, (1.0, 0.0, 0.0, 0.0))
        time = begin + dt.timedelta(minutes=10 * number)
        name = time.strftime("%Y.%m.%d.%H.%M.%S")
        np.savetxt(place / name, signals, fmt="%.3f", delimiter="\t")
