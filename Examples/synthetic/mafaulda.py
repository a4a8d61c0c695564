"""MAFAULDA, the machinery fault database: eight sensors at 50 kHz, as text without a header.

A file has a line for each sample: tachometer, three accelerations of the underhang bearing, three
of the overhang bearing, microphone. Its name is the shaft's frequency in Hz. A real file lasts 5 s;
these last 0.15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from machines import RETRIES, Machine, least_bin

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def _channel(fault: int, channel: int, *names: object) -> NDArray[np.float64]:
    """Makes 0.15 s; windows of 1250 samples round more than those of 400 do."""
    resonance = 0.03 * (channel + 1) + 0.004 * fault
    machine = Machine(f"mafaulda/{channel}", 50000, shaft=12, resonance=resonance)
    attempts = (machine.signal(0.15, *names, *retry) for retry in RETRIES)
    return next(signal for signal in attempts if least_bin(signal, machine.rate) > 1e-3)


def write(folder: Path) -> None:
    """Writes eight channels at 50 kHz as text, one line a sample."""
    faults = ("ball_fault/0g", "cage_fault/0g", "outer_race/0g")
    places = [
        "normal",
        "imbalance/6g",
        "horizontal-misalignment/0.5mm",
        "vertical-misalignment/0.51mm",
    ]
    places += [f"{end}/{fault}" for end in ("overhang", "underhang") for fault in faults]
    for fault, place in enumerate(places):
        for number in range(5):  # SIREN sets a fifth aside, which must have every class
            channels = [_channel(fault, channel, place, number) for channel in range(8)]
            path = folder / place / f"{12 + number}.288.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savetxt(path, np.stack(channels, axis=1), fmt="%.5g", delimiter=",")
