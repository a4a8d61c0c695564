"""Small data sets in the layouts that SIREN reads, made from a seed: no download, nothing random.

`python siren_sets.py FOLDER` writes them: ``dcase2020_t2`` to ``dcase2025_t2``, ``cwru``, ``iica``,
``iiee``, ``mafaulda``. A machine is a shaft with harmonics, a resonance and noise; what is bad
has impulses that ring, of random strength, so that scores lie between chance and
perfection.
The layouts are those of SIREN's DATASET_STRUCTURE.md and of its data loaders (commit f9fa43e).
"""

from __future__ import annotations

import argparse
import csv
import itertools
import wave
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
FAULT_SETS = ("cwru", "iica", "iiee", "mafaulda")

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

# What makes a signal anew where a bin of its spectrogram has next to nothing. The model takes the
# logarithm, and there the rounding of an FFT in single precision becomes as much as 1e-3 of an
# embedding, with PyTorch as well as with us.
_RETRIES = [(), *((number,) for number in range(1, 20))]


def generator(*names: object) -> np.random.RandomState:
    """Gives random numbers that depend on the names alone, the same with every version of numpy."""
    # Of a Generator the numbers may change from one version to another; these are frozen.
    return np.random.RandomState(zlib.crc32("/".join(map(str, names)).encode()))


@dataclass(frozen=True)
class Machine:
    """What a machine sounds like. `fault` is 0 for a healthy one; 1 is easy to hear."""

    name: str
    rate: int
    shaft: float = 29.7  # Hz
    resonance: float = 0.21  # of the sample rate
    fault: float = 0.0
    fault_rate: float = 87.3  # Hz, of the impulses

    def signal(self, seconds: float, *names: object) -> NDArray[np.float64]:
        """Makes a recording, full scale being -1 to 1; `names` tell it from the others."""
        random = generator(self.name, *names)
        time = np.arange(int(seconds * self.rate)) / self.rate
        shaft = self.shaft * random.uniform(0.97, 1.03)
        phase = random.uniform(0, 2 * np.pi, 8)
        x = sum(0.2 / k * np.sin(2 * np.pi * shaft * k * time + phase[k - 1]) for k in range(1, 9))
        x = x + 0.1 * (1 + np.sin(2 * np.pi * 3.1 * time)) * np.sin(
            2 * np.pi * self.resonance * self.rate * time
        )
        x = x + random.uniform(0.015, 0.03) * random.standard_normal(len(time))
        strength = self.fault * random.uniform(0.2, 1.0)
        ringing = np.sin(2 * np.pi * 0.34 * self.rate * time) * np.exp(
            -((time * self.fault_rate) % 1.0) * 8
        )
        return np.clip(x + 0.15 * strength * ringing, -1, 1) * random.uniform(0.6, 0.9)


def write_wav(path: Path, signal: NDArray[np.float64], rate: int, bits: int = 16) -> None:
    """Writes one channel as PCM of 16 or 24 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.rint(np.clip(signal, -1, 1) * (2 ** (bits - 1) - 1)).astype("<i4")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(whole.view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes())


def write_mat(path: Path, arrays: dict[str, NDArray[np.float64]]) -> None:
    """Writes columns of doubles as MATLAB level 4, which needs no library to write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for name, values in arrays.items():
            header = np.array([0, len(values), 1, 0, len(name) + 1], "<i4")
            file.write(header.tobytes() + name.encode() + b"\0" + values.astype("<f8").tobytes())


def _least_bin(signal: NDArray[np.float64], rate: int) -> float:
    """Gives the smallest magnitude in the spectrogram that the model makes."""
    length, hop = int(0.025 * rate), int(0.01 * rate)
    frames = np.lib.stride_tricks.sliding_window_view(signal - signal.mean(), length)[::hop]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return float(np.abs(np.fft.rfft(frames * window)).min())


# ---- DCASE ----


def _domains(year: int) -> tuple[str, ...]:
    return ("source",) if year == 2020 else ("source", "target")


def _clip(
    year: int, machine: str, section: int, domain: str, fault: float, *names: object
) -> NDArray[np.float64]:
    model = Machine(
        f"dcase{year}/{machine}/{section}",
        16000,
        shaft=20.0
        + 7.0 * (zlib.crc32(machine.encode()) % 5)
        + (4.0 if domain == "target" else 0.0),
        resonance=0.12 + 0.03 * section,
        fault=fault,
    )
    seconds = generator("length", year, machine, section, *names).uniform(1.0, 1.4)
    attempts = (model.signal(seconds, domain, *names, *retry) for retry in _RETRIES)
    # What is in the file counts: 16 bits.
    return next(
        clip for clip in attempts if _least_bin(np.rint(clip * 32767) / 32768, 16000) > 2e-5
    )


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


def write_dcase(root: Path, year: int) -> None:
    """Writes the development and the evaluation set of a year below `root/dcaseYEAR_t2`."""
    folder = root / f"dcase{year}_t2"
    development, evaluation = _SECTIONS[year]
    rows: list[list[object]] = []
    for part, machines in (("development", development), ("evaluation", evaluation)):
        # Up to 2021 what the evaluation set is trained on lies in a folder of its own.
        training = "additional_train" if part == "evaluation" and year <= 2021 else part
        for machine, sections in machines.items():
            if part == "evaluation":
                rows.append([machine])
            for section in sections:
                for domain, name in _training_clips(year, section):
                    clip = _clip(year, machine, section, domain, 0.0, "train", name)
                    write_wav(folder / training / machine / "train" / name, clip, 16000)
                for test in _test_clips(year):
                    seen = test.revealing(year, section)
                    name = seen if part == "development" else test.hiding(year, section)
                    clip = _clip(
                        year, machine, section, test.domain, 0.5 * test.label, "test", seen
                    )
                    write_wav(folder / part / machine / test.folder(year) / name, clip, 16000)
                    if part == "evaluation":
                        rows.append([name, seen, test.label])
    with (folder / "evaluation" / f"eval_data_list_{year}_converted.csv").open(
        "w", newline=""
    ) as file:
        csv.writer(file).writerows(rows)


# ---- Fault sets ----


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


def _channel(fault: int, channel: int, *names: object) -> NDArray[np.float64]:
    """Makes 0.15 s; windows of 1250 samples round more than those of 400 do."""
    resonance = 0.03 * (channel + 1) + 0.004 * fault
    machine = Machine(f"mafaulda/{channel}", 50000, shaft=12, resonance=resonance)
    attempts = (machine.signal(0.15, *names, *retry) for retry in _RETRIES)
    return next(signal for signal in attempts if _least_bin(signal, machine.rate) > 1e-3)


def write_mafaulda(root: Path) -> None:
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
            path = root / "mafaulda" / place / f"{12 + number}.288.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savetxt(path, np.stack(channels, axis=1), fmt="%.5g", delimiter=",")


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
