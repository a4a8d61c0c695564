"""Bit by bit what the command `echo-gpu extract` writes on the same device."""

import json
import subprocess
import wave

import numpy as np
import pytest
from conftest import FIXTURES, device_of, noise, open_demo, write_wav

RECORDINGS = sorted((FIXTURES / "recordings").iterdir())


def extract(command, output, device, *arguments):
    """Run the command; give the lines of its manifest by id (and channel), and the folder."""
    subprocess.run(  # noqa: S603
        [
            *(command, "extract", "--model", "demo", "--device", device, "--level", "both"),
            *("--output", output, *arguments),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    text = (output / "manifest-000000.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    return {(line["id"], line["channel"]): line for line in lines}


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_recordings(command, tmp_path, kind):
    device = device_of(kind)
    lines = extract(command, tmp_path, device, *RECORDINGS)
    with open_demo(device) as echo:
        rows = echo.embed_files(RECORDINGS, level="both")
    assert [row.path for row in rows] == [str(path) for path in RECORDINGS]
    for row in rows:
        line = lines[row.id, None]
        assert np.array_equal(row.utterance, np.load(tmp_path / line["utterance_file"]))
        assert np.array_equal(row.segments, np.load(tmp_path / line["segment_file"]))
        mine = {name: value for name, value in row.fields.items() if name != "input"}
        files = {
            f"{level}_{name}"
            for level in ("utterance", "segment")
            for name in ("file", "row", "rows", "sha256")
        }
        theirs = {name: value for name, value in line.items() if name not in files}
        del theirs["attempt"], theirs["run"]
        assert mine == theirs


@pytest.mark.parametrize("kind", ["cpu", "opencl"])
def test_samples_are_the_recordings(command, tmp_path, kind):
    """int16, float32 and tensors of the samples of a WAV file, and of arrays of every type."""
    device, path = device_of(kind), FIXTURES / "recordings" / "machine-16k.wav"
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    lines = extract(command, tmp_path, device, path)
    expected = np.load(tmp_path / lines["machine-16k.wav", None]["utterance_file"])
    with open_demo(device) as echo:
        assert np.array_equal(echo.embed(samples, 16000), expected)
        assert np.array_equal(echo.embed(samples / np.float32(32768), 16000), expected)


@pytest.mark.parametrize(
    "dtype", ["f2", "f4", ">f4", "f8", "i1", "u1", "i2", ">i2", "u2", "i4", "u4", "i8", "u8"]
)
def test_arrays_of_every_type(command, tmp_path, demo, dtype):
    """Numbers mean in memory what they mean in a `.npy` file (docs/arrays.md)."""
    kind = np.dtype(dtype)
    signal = noise(0.5).astype("f8") if kind.kind == "f" else noise(0.5) * (2**31 - 1)
    if kind.kind in "iu" and kind.itemsize < 8:
        signal = np.clip(signal, -(2**31), 2**31 - 256)
        integers = signal.astype("i8") >> (32 - 8 * kind.itemsize)
        signal = integers + (kind.kind == "u") * (1 << (8 * kind.itemsize - 1))
    elif kind.kind in "iu":
        signal = np.abs(signal / 2**24)
    array = signal.astype(kind)
    np.save(tmp_path / "x.npy", array)
    lines = extract(command, tmp_path / "out", "cpu", tmp_path / "x.npy", "--sample-rate", "16000")
    expected = np.load(tmp_path / "out" / lines["x.npy", None]["utterance_file"])
    assert np.array_equal(demo.embed(array, 16000), expected)


@pytest.mark.parametrize("channels", ["mean", "first", "last", "1", "each", "concatenate"])
def test_channels(command, tmp_path, demo, channels):
    stereo = np.stack([noise(1, seed=1), noise(1, seed=2)], axis=1) * 32767
    path = write_wav(tmp_path / "stereo.wav", stereo, 16000)
    lines = extract(command, tmp_path / "out", "cpu", path, "--channels", channels)
    rows = demo.embed_files(path, channels=int(channels) if channels == "1" else channels)
    assert len(rows) == len(lines) == (2 if channels == "each" else 1)
    for row in rows:
        line = lines[row.id, row.channel]
        assert row.width == line["width"]
        assert np.array_equal(row.utterance, np.load(tmp_path / "out" / line["utterance_file"]))
