"""Recordings, and output folders of them: by the command itself, or, where ten thousand are asked for, written here."""

import array
import json
import math
import os
import pathlib
import random
import struct
import subprocess
import wave

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Names that a page must show as they are. No one of them may run, end an element or turn text around.
HOSTILE = [
    "<img src=x onerror=document.title='run'>.wav",
    "</script><script>document.title='run'<!--.wav",
    "\"onmouseover=\"document.title='run'.wav",
    "a&lt;b&amp;c'd\".wav",
    "line\u2028separator\u202eflow.wav",
    "öffnen דלת  zwei.wav",
    # A letter that makes one character with the sign behind it.
    "\u0d4e</script><img src=x onerror=document.title='run'>.wav",
]


def command() -> str:
    """The command under test: what `ECHO_GPU_COMMAND` of the caller says, or the release build of this repository."""
    return os.environ.get("REPORT_TEST_COMMAND") or str(ROOT / ".build/release/echo-gpu")


def run(*arguments: object, status: int = 0) -> str:
    """What a command prints; it must exit with `status`."""
    result = subprocess.run([command(), *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stderr}"
    return result.stdout


def tone(path: pathlib.Path, hertz: float, knocks: float = 0, rate: int = 8000, seconds: float = 1) -> None:
    """A hum with noise, and `knocks` of a resonance, the louder the larger: 16-bit PCM."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = random.Random(path.name)
    samples = array.array("h")
    for index in range(int(rate * seconds)):
        time = index / rate
        value = 0.2 * math.sin(2 * math.pi * hertz * time) + 0.02 * noise.gauss(0, 1)
        since = time % 0.125
        value += knocks * math.exp(-60 * since) * math.sin(2 * math.pi * 2100 * since)
        samples.append(int(32767 * max(-1, min(1, value))))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def machines(folder: pathlib.Path, normal: int = 14, odd: int = 4) -> None:
    """A tree as the DCASE challenge has it: two machines, trained and tested, some of the tested ones knocking."""
    for number, machine in enumerate(("fan", "pump")):
        def name(split: str, label: str, index: int) -> pathlib.Path:
            return folder / machine / split / f"section_00_source_{split}_{label}_{index:04d}.wav"
        hum = 180 + 130 * number
        for index in range(normal):
            tone(name("train", "normal", index), hum + index)
            if index % 2:
                tone(name("test", "normal", index), hum + index + 0.5)
        for index in range(odd):
            tone(name("test", "anomaly", index), hum + 3 * index, knocks=0.1 * (index + 1))


def large(folder: pathlib.Path, like: pathlib.Path, count: int, width: int = 1344) -> None:
    """An output folder in parts with `count` rows of `width`, as docs/output-layout.md says; its recordings are those
    of another folder, over and over."""
    folder.mkdir(parents=True)
    lines = [json.loads(line) for part in sorted(like.glob("manifest-*.jsonl")) for line in part.open()]
    record = json.loads((like / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record))
    numbers = random.Random(7)
    centres = [[numbers.gauss(0, 1) for _ in range(width)] for _ in range(8)]
    values = array.array("f")
    manifest = []
    for row in range(count):
        of = numbers.randrange(len(centres))
        # Few random numbers a row are enough for a cloud, and a hundred times faster.
        shift, scale = numbers.gauss(0, 3), numbers.gauss(1, 0.2)
        step = numbers.randrange(width)
        centre, other = centres[of], centres[(of + 1) % 8]
        values.extend(
            scale * value + shift * 0.1 * other[(index + step) % width] for index, value in enumerate(centre))
        line = dict(lines[row % len(lines)])
        line |= {
            "id": f"plant-{of}/{row % 31 + 1:02d}/recording-{row:05d}.wav", "width": width,
            "utterance_file": f"utterance-{width}-000000.npy", "utterance_row": row, "attempt": 1,
        }
        line.pop("segment_file", None)
        line.pop("segment_rows", None)
        manifest.append(json.dumps(line))
    head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {width}), }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    with (folder / f"utterance-{width}-000000.npy").open("wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode())
        values.tofile(file)
    (folder / "manifest-000000.jsonl").write_text("\n".join(manifest) + "\n")
