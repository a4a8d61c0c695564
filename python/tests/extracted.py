"""Output folders, made by the command."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess

import numpy as np
from conftest import REPOSITORY, TIMEOUT, noise, write_wav

# The reader of docs/output-layout.md, another implementation of the same rules.
recordings = runpy.run_path(str(REPOSITORY / "Examples" / "read_parts.py"))["recordings"]


# Settings of folders that `read` must read alike.
VARIANTS = {
    "files": {"layout": "files"},
    "parts": {"layout": "parts"},
    "small parts": {"layout": "parts", "part_size": 2},
    "safetensors": {"layout": "parts", "part_size": 3, "format": "safetensors"},
    "float16": {"layout": "parts", "part_size": 3, "dtype": "float16"},
    "float16 safetensors": {"layout": "parts", "format": "safetensors", "dtype": "float16"},
}


def command_line(command, output, *inputs, **options):
    """Give `echo-gpu extract --model demo`; options are those of the command."""
    arguments = [command, "extract", "--model", "demo", "--device", "cpu", "--output", output]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        arguments += [flag] if value is True else [flag, value]
    return [str(argument) for argument in [*arguments, *inputs]]


def extract(command, output, *inputs, status=0, **options):
    """Run it to its end."""
    done = subprocess.run(  # noqa: S603  The command that is tested.
        command_line(command, output, *inputs, **options),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    statuses = status if isinstance(status, tuple) else (status,)
    assert done.returncode in statuses, done.stderr
    return output


def make_recordings(folder):
    """Seven recordings, of two rates and several lengths, one of two channels; one is broken."""
    (folder / "deep").mkdir(parents=True)
    for number in range(4):
        write_signal(folder / f"r{number}.wav", 0.6 + 0.2 * number, seed=number)
    write_signal(folder / "deep" / "low.wav", 1, rate=8000, seed=9)
    write_signal(folder / "long.wav", 45, rate=8000, seed=11)
    stereo = np.stack([noise(1, seed=12), noise(1, seed=13)], axis=1)
    write_wav(folder / "stereo.wav", stereo * 32767, 16000)
    (folder / "broken.wav").write_text("no recording")
    return folder


def write_signal(path, seconds, rate=16000, seed=0):
    return write_wav(path, noise(seconds, rate, seed) * 32767, rate)


def write_list(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def by_key(folder):
    """What the example reads: the embedding of each id and channel."""
    return {(line["id"], line["channel"]): array for line, array in recordings(folder)}


def copied(folder, tmp_path):
    """Give a copy that a test may damage."""
    return shutil.copytree(folder, tmp_path / "copy")
