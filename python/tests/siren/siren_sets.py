"""Small data sets in the layouts that SIREN reads, made from a seed: no download, nothing random.

`python siren_sets.py FOLDER` writes them: ``dcase2020_t2`` to ``dcase2025_t2``, ``cwru``, ``iica``,
``iiee``, ``mafaulda``. A machine is a shaft with harmonics, a resonance and noise; what is bad
has impulses that ring, of random strength, so that scores lie between chance and
perfection.
The layouts are those of SIREN's DATASET_STRUCTURE.md and of its data loaders (commit f9fa43e).
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "Examples" / "synthetic"))
import dcase
import mafaulda
from machines import Machine, generator, write_mat, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS = dcase.YEARS
FAULT_SETS = ("cwru", "iica", "iiee", "mafaulda")


def write_dcase(root: Path, year: int) -> None:
    """Writes the development and the evaluation set of a year below `root/dcaseYEAR_t2`."""
    folder = root / f"dcase{year}_t2"
    dcase.write_development(folder / "development", year)
    # Up to 2021 what the evaluation set is trained on lies in a folder of its own.
    training = folder / ("additional_train" if year <= 2021 else "evaluation")
    rows = dcase.write_evaluation(folder / "evaluation", training, year)
    dcase.write_list(folder / "evaluation" / f"eval_data_list_{year}_converted.csv", rows)


def write_mafaulda(root: Path) -> None:
    """Writes eight channels at 50 kHz as text, one line a sample."""
    mafaulda.write(root / "mafaulda")


def write_cwru(root: Path, seconds: float = 0.6) -> None:
    """Writes bearings at 12 kHz, two sensors a file, of which SIREN takes the first."""
    parts = (("IR", ""), ("B", ""), ("OR", "@3"), ("OR", "@6"), ("OR", "@12"))
    # SIREN stops with a KeyError where a class is missing, so all ten are here.
    for index, (end, (part, position)) in enumerate(itertools.product(("Drive", "Fan"), parts)):
        machine = Machine(f"cwru/{end}/{part}", 12000, resonance=0.1 + 0.02 * index, fault=0.5)
        for number in range(5):
            key = f"X{100 + index * 10 + number}"
            sensors = {
                f"{key}_{sensor}_time": machine.signal(seconds, position, sensor, number)
                for sensor in ("DE", "FE")
            }
            folder = root / "cwru" / f"12k_{end}_End_Bearing_Fault_Data" / part / "007" / position
            write_mat(folder / f"{key}.mat", sensors | {f"{key}RPM": np.array([1797.0])})


def write_iica(root: Path, seconds: float = 0.4) -> None:
    """Writes leaks of compressed air at 48 kHz, in 24 bits."""
    for leak, fault in (("tubeleak", 0.5), ("ventleak", 0.8)):
        for place in ("lab", "work"):
            for number in range(8):
                leaking = number % 2 == 1
                machine = Machine(
                    f"iica/{leak}/{leaking}", 48000, fault=fault * leaking, fault_rate=200 * fault
                )
                name = f"1_{'niO' if leaking else 'iO'}_{number}_1_.wav"
                path = root / "iica" / "raw" / leak / place / "1" / name
                write_wav(path, machine.signal(seconds, place, number), 48000, bits=24)


def write_iiee(root: Path) -> None:
    """Writes engines at 44.1 kHz: clean ones to learn from, noisy ones to test on."""
    conditions = ("talking_1", "atmo_low", "atmo_high", "whitenoise_low", "stresstest")
    for index, engine in enumerate(("engine1_good", "engine2_broken", "engine3_heavyload")):
        machine = Machine(f"iiee/{engine}", 44100, resonance=0.1 + 0.03 * index, fault=0.3)
        for number in range(6):
            path = root / "iiee" / "train_cut" / engine / f"pure_{number}.wav"
            write_wav(path, machine.signal(0.4, number), 44100)
        for condition in conditions:
            signal = machine.signal(0.4, condition)
            noise = generator(engine, condition).standard_normal(len(signal))
            write_wav(
                root / "iiee" / "test" / engine / f"{condition}.wav", signal + 0.02 * noise, 44100
            )


WRITERS = {"cwru": write_cwru, "iica": write_iica, "iiee": write_iiee, "mafaulda": write_mafaulda}


def write_sets(
    root: Path, years: Iterable[int] = YEARS, fault_sets: Iterable[str] = FAULT_SETS
) -> None:
    """Writes the sets that are named below `root`."""
    for year in years:
        write_dcase(root, year)
    for name in fault_sets:
        WRITERS[name](root)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    write_sets(parser.parse_args().folder)
