"""DCASE's task 2, anomalous sounds of machines, as its data sets are laid out: 2020 to 2025.

A development set has labels in its names, an evaluation set does not; from 2021 on a section has
recordings of two domains. A real clip lasts 10 s, or from 2023 on 6 to 18; these last about one.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from machines import RETRIES, Machine, generator, least_bin, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

# Strengths of anomalies: hardly to be heard, and heard at once.
FAINT, AUDIBLE = 0.5, 2.0

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)

# Machines and sections of the development and the evaluation set. As in the challenge, the years up
# to 2022 have the same machines with other sections, the later ones others with one section.
_DEVELOPMENT = {"fan": (0, 2), "valve": (0, 2)}
_SECTIONS = {
    2020: (_DEVELOPMENT, {"fan": (1,), "valve": (1,)}),
    2021: (_DEVELOPMENT, {"fan": (3,), "valve": (3,)}),
    2022: (_DEVELOPMENT, {"fan": (3,), "valve": (3,)}),
    2023: ({"bearing": (0,), "slider": (0,)}, {"bandsaw": (0,), "Vacuum": (0,)}),
    2024: ({"bearing": (0,), "slider": (0,)}, {"3DPrinter": (0,), "Scanner": (0,)}),
    2025: ({"bearing": (0,), "slider": (0,)}, {"Polisher": (0,), "ScrewFeeder": (0,)}),
}
_TRAINING_CLIPS = {"source": 6, "target": 3}
_TEST_CLIPS = 5  # of each domain, normal and anomalous
_RATE = 16000  # Hz


def _domains(year: int) -> tuple[str, ...]:
    return ("source",) if year == 2020 else ("source", "target")


def _clip(
    year: int, machine: str, section: int, domain: str, fault: float, *names: object
) -> NDArray[np.float64]:
    model = Machine(
        f"dcase{year}/{machine}/{section}",
        _RATE,
        shaft=20.0
        + 7.0 * (zlib.crc32(machine.encode()) % 5)
        + (4.0 if domain == "target" else 0.0),
        resonance=0.12 + 0.03 * section,
        fault=fault,
    )
    seconds = generator("length", year, machine, section, *names).uniform(1.0, 1.4)
    attempts = (model.signal(seconds, domain, *names, *retry) for retry in RETRIES)
    # What is in the file counts: 16 bits.
    return next(clip for clip in attempts if least_bin(np.rint(clip * 32767) / 32768, _RATE) > 2e-5)


@dataclass(frozen=True)
class _TestClip:
    """A clip of a test set: what its name says, and where it belongs."""

    domain: str
    label: int
    number: int

    def revealing(self, year: int, section: int) -> str:
        """Names it as the development set does, with its label."""
        word = "anomaly" if self.label else "normal"
        if year == 2020:
            return f"{word}_id_{section:02d}_{self.number:08d}.wav"
        condition = "" if year == 2021 else "_vel_7"
        return f"section_{section:02d}_{self.domain}_test_{word}_{self.number:04d}{condition}.wav"

    def hiding(self, year: int, section: int) -> str:
        """Names it as the evaluation set does, without."""
        if year == 2020:
            return f"id_{section:02d}_{self.number:08d}.wav"
        if year == 2021:
            return f"section_{section:02d}_{self.domain}_test_{self.number:04d}.wav"
        return f"section_{section:02d}_{self.number:04d}.wav"

    def folder(self, year: int) -> str:
        """Names the folder below the machine's."""
        return f"{self.domain}_test" if year == 2021 else "test"


def _test_clips(year: int) -> Iterator[_TestClip]:
    number = 0
    for domain in _domains(year):
        for label in (0, 1):
            for _ in range(_TEST_CLIPS if len(_domains(year)) == 2 else _TEST_CLIPS + 2):
                yield _TestClip(domain, label, number)
                number += 1


def _training_clips(year: int, section: int) -> Iterator[tuple[str, str]]:
    """Gives domain and file name."""
    for domain in _domains(year):
        for number in range(_TRAINING_CLIPS[domain] + (2 if year == 2020 else 0)):
            if year == 2020:
                yield domain, f"normal_id_{section:02d}_{number:08d}.wav"
            else:
                condition = "" if year == 2021 else "_vel_7"
                yield (
                    domain,
                    f"section_{section:02d}_{domain}_train_normal_{number:04d}{condition}.wav",
                )


def write_development(folder: Path, year: int, fault: float = FAINT) -> None:
    """Writes a year's development set: ``MACHINE/train`` and ``MACHINE/test`` below `folder`.

    `fault` is how strong anomalies are, see `Machine`.
    """
    development, _ = _SECTIONS[year]
    for machine, section in _sections(development):
        _write_training(folder / machine, year, machine, section)
        for test in _test_clips(year):
            name = test.revealing(year, section)
            _write_test(folder, year, machine, section, test, name, fault)


def write_evaluation(folder: Path, training: Path, year: int) -> list[list[object]]:
    """Writes a year's evaluation set below `folder`, and what it is trained on below `training`.

    Returns
    -------
    list
        For each machine its name, then of each test clip its name, the name that reveals its label
        and the label.
    """
    rows: list[list[object]] = []
    for machine, section in _sections(_SECTIONS[year][1]):
        if [machine] not in rows:
            rows.append([machine])
        _write_training(training / machine, year, machine, section)
        for test in _test_clips(year):
            name = test.hiding(year, section)
            _write_test(folder, year, machine, section, test, name, FAINT)
            rows.append([name, test.revealing(year, section), test.label])
    return rows


def write_list(path: Path, rows: list[list[object]]) -> None:
    """Writes the list of an evaluation set, with the labels."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def _sections(machines: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, int]]:
    for machine, sections in machines.items():
        for section in sections:
            yield machine, section


def _write_training(folder: Path, year: int, machine: str, section: int) -> None:
    for domain, name in _training_clips(year, section):
        clip = _clip(year, machine, section, domain, 0.0, "train", name)
        write_wav(folder / "train" / name, clip, _RATE)


def _write_test(
    folder: Path, year: int, machine: str, section: int, test: _TestClip, name: str, fault: float
) -> None:
    seen = test.revealing(year, section)
    clip = _clip(year, machine, section, test.domain, fault * test.label, "test", seen)
    write_wav(folder / machine / test.folder(year) / name, clip, _RATE)
