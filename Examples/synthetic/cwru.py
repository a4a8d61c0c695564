"""CWRU's bearings: MATLAB files of two or three accelerometers, in folders named by fault and size.

``12k_Drive_End_Bearing_Fault_Data/IR/007/105_0.mat``: a fault of 0.007 inches on the inner race, at
load 0, sampled at 12 kHz. Variables: ``X105_DE_time`` (drive end), ``X105_FE_time`` (fan end) and
``X105RPM``; the sample rate stands in the folder's name alone. A real file lasts 10 s; these 0.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from machines import Machine, write_mat

if TYPE_CHECKING:
    from pathlib import Path

# Fault, its place in the load zone, number of the first real file, Hz of its impulses at 1797 RPM,
# and for each size, which is a bearing of its own, the resonance as a share of the sample rate. The
# third ball fault rings much like inner races do: whoever holds bearings out gets a lower figure.
_FAULTS = (
    ("IR", "", 105, 162.2, (0.12, 0.135, 0.124)),
    ("B", "", 118, 141.2, (0.14, 0.155, 0.129)),
    ("OR", "@6", 130, 107.4, (0.16, 0.175, 0.164)),
)
_SIZES = {"007": 1.0, "014": 1.5, "021": 2.0}
_SPEEDS = (1797, 1772, 1750, 1730)  # RPM at loads of 0 to 3 horsepower


def write(folder: Path, seconds: float = 0.6) -> None:
    """Write inner race, ball and outer race, three sizes each, at four loads."""
    place = folder / "12k_Drive_End_Bearing_Fault_Data"
    for fault, position, first, hertz, resonances in _FAULTS:
        for index, (size, strength) in enumerate(_SIZES.items()):
            for load, speed in enumerate(_SPEEDS):
                number = first + 64 * index + load
                machine = Machine(
                    f"cwru/{fault}/{size}", 12000, shaft=speed / 60, resonance=resonances[index],
                    fault=strength, fault_rate=hertz * speed / _SPEEDS[0],
                )  # fmt: skip
                arrays = {
                    f"X{number}_{sensor}_time": machine.signal(seconds, size, load, sensor)
                    for sensor in ("DE", "FE")
                }
                arrays[f"X{number}RPM"] = np.array([float(speed)])
                name = f"{number}{position}_{load}.mat"
                write_mat(place / fault / size / position / name, arrays)
