"""What several tests need: encoders, upstream's outputs, recordings, the command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
import wave
from pathlib import Path

import numpy as np
import pytest
import synthetic

import echo_gpu
from echo_gpu import Echo, UntrainedWarning

REPOSITORY = Path(__file__).parents[2]
FIXTURES = REPOSITORY / "Tests" / "Fixtures"
GOLDEN = FIXTURES / "golden"
TIMEOUT = 300  # seconds after which a process hangs; nothing else is decided by it

# The command's defaults are its own, not those of whoever runs the tests.
os.environ["ECHO_GPU_CONFIG"] = ""


def pytest_addoption(parser):
    # An option, since whatever begins with ECHO_ in the environment is refused as a setting.
    parser.addoption("--command", help="the echo-gpu command that results are compared with")
    parser.addoption("--siren", help="a checkout of github.com/yucongzh/SIREN, to run it")
    parser.addoption("--siren-echo", help="models/ECHO of github.com/yucongzh/ECHO, for SIREN")


def open_demo(device="cpu", **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UntrainedWarning)
        return Echo.from_pretrained("demo", device=device, **arguments)


@pytest.fixture(scope="session")
def demo():
    """The demonstration model on the CPU path."""
    with open_demo() as echo:
        yield echo


@pytest.fixture(scope="session", params=["cpu", "opencl"])
def on_each_device(request):
    """The demonstration model on the CPU path, and on the first OpenCL device."""
    with open_demo(device_of(request.param)) as echo:
        yield echo


def device_of(kind):
    if kind == "cpu":
        return "cpu"
    found = echo_gpu.devices()
    if not found:
        pytest.skip("no OpenCL device is here (Debian: pocl-opencl-icd)")
    return found[0].selector


@pytest.fixture(scope="session")
def command(request):
    """The `echo-gpu` command."""
    path = request.config.getoption("--command") or shutil.which("echo-gpu")
    if path is None:
        pytest.skip("no echo-gpu command: pass --command PATH")
    return path


@pytest.fixture(scope="session")
def recordings_folder(tmp_path_factory):
    import extracted  # noqa: PLC0415  It imports this file.

    return extracted.make_recordings(tmp_path_factory.mktemp("recordings") / "in")


@pytest.fixture(scope="session")
def archives(command, recordings_folder, tmp_path_factory):
    """Gives a folder of each variant, with both levels and each channel; made once."""
    import extracted  # noqa: PLC0415  It imports this file.

    folder, made = tmp_path_factory.mktemp("archives"), {}

    def give(name):
        if name not in made:
            options = extracted.VARIANTS[name] | {"level": "both", "channels": "each"}
            output = folder / name.replace(" ", "-")
            made[name] = extracted.extract(command, output, recordings_folder, status=3, **options)
        return made[name]

    return give


class Golden:
    """Upstream's float64 outputs on a recording and a synthetic checkpoint."""

    def __init__(self, case):
        self.case = case
        self.name = case["name"]
        self.rate = case["rate"]

    def samples(self):
        """The recording, int16."""
        with wave.open(str(GOLDEN / "audio" / f"{self.name}.wav")) as file:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2")

    def expected(self, output):
        return np.load(GOLDEN / f"{self.name}.{output}.npy")

    def check(self, output, actual):
        """Hold it to the bound of `Golden.tolerance` in the Swift tests.

        5e-5 and 4 times what upstream's own float32 run loses on this case.
        """
        expected = self.expected(output)
        assert actual.shape == expected.shape
        assert actual.dtype == np.float32
        bound = 5e-5 + 4 * self.case["upstream_f32_max_abs_error"].get(output, 0)
        error = np.abs(actual.astype(np.float64) - expected).max()
        assert error <= bound, f"{output}: {error} is more than {bound}"
        if output != "spectrogram":
            a, b = actual.ravel().astype(np.float64), expected.ravel().astype(np.float64)
            assert a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) >= 0.999999


CASES = [Golden(case) for case in json.loads((GOLDEN / "index.json").read_text())]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def golden(request):
    return request.param


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """Gives the folder of a golden case's checkpoint, made once."""
    folder, made = tmp_path_factory.mktemp("checkpoints"), {}

    def give(golden):
        sizes = golden.case["config"]
        key = (golden.case["weights_seed"], golden.case["gain"], sizes["dim"], sizes["depth"])
        if key not in made:
            made[key] = synthetic.write(folder / "-".join(map(str, key)), *key)
        return made[key]

    return give


@pytest.fixture(scope="session")
def golden_echo(checkpoint):
    """Gives the encoder of a golden case on a device, opened once."""
    opened = {}

    def give(golden, kind):
        key = (checkpoint(golden), kind)
        if key not in opened:
            opened[key] = Echo.from_pretrained(key[0], device=device_of(kind))
        return opened[key]

    yield give
    for echo in opened.values():
        echo.close()


def noise(seconds, rate=16000, seed=0):
    """float32 noise, an eighth of the full scale."""
    count = round(seconds * rate)
    return (np.random.default_rng(seed).standard_normal(count) / 8).astype(np.float32)


def write_wav(path, channels, rate):
    """Write int16 samples, `[samples]` or `[samples, channels]`."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if channels.ndim == 1 else channels.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(channels.astype("<i2").tobytes())
    return path


@pytest.fixture
def subprocess_run():
    """Runs lines of Python in a process of its own; gives what it printed."""

    def run(*lines, arguments=(), status=0):
        process = subprocess.run(  # noqa: S603
            [sys.executable, "-c", "\n".join(lines), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert process.returncode == status, process.stderr
        return process.stdout

    return run
