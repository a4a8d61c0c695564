"""The scripts of Examples/ that use the package."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
from recordings import hum, leak, write

EXAMPLES = pathlib.Path(__file__).parents[2] / "Examples"


def run(*arguments):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_anomaly_puts_the_unusual_recording_first(tmp_path):
    pytest.importorskip("sklearn")
    for folder in ("normal", "test"):
        (tmp_path / folder).mkdir()
    for seed in range(4):
        write(tmp_path / f"normal/{seed}.wav", hum(seed))
    write(tmp_path / "test/usual.wav", 0.8 * hum(0) + 0.2 * hum(1))
    write(tmp_path / "test/leak.wav", leak(11))
    script = EXAMPLES / "anomaly.py"
    options = ["--model", "demo", "--device", "cpu"]
    result = run(script, *options, tmp_path / "normal", tmp_path / "test")
    assert result.returncode == 0, result.stderr
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    assert [pathlib.Path(path).name for *_, path in lines] == ["leak.wav", "usual.wav"]
    assert (lines[0][1], lines[1][1]) == ("0.00", "1.00")
    assert float(lines[0][0]) > 2 * float(lines[1][0])

    (tmp_path / "empty").mkdir()
    result = run(script, *options, tmp_path / "empty", tmp_path / "test")
    assert result.returncode != 0
    assert "no recordings" in result.stderr
