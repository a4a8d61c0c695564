"""Uses an installed wheel as its first user would: check.py "no OpenCL"|pocl EXAMPLE

Runs where there are Python and numpy, in a folder of recordings. Ends with an AssertionError, or another, at the first
thing that is not as it should be.
"""

import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import echo_gpu
import numpy as np

COMMAND = str(Path(sys.executable).with_name("echo-gpu"))
RECORDING = "engine.flac"
# What needs a package that is not here, and the extra that brings it.
EXTRAS = {
    "sklearn": lambda: importlib.import_module("echo_gpu.sklearn"),
    "ray": lambda: importlib.import_module("echo_gpu.ray"),
    "torch": lambda: importlib.import_module("echo_gpu.upstream"),
    "parquet": lambda: echo_gpu.read("embeddings").to_arrow(),
    "hub": lambda: echo_gpu.Echo.from_pretrained("yucongzh/echo-tiny-0828"),
}


def run(*arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """What the command echo-gpu prints; it must exit with `status`."""
    result = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == status, (arguments, result)
    return result


def check_extras() -> None:
    """What is missing is named, with the words that install it."""
    for extra, use in EXTRAS.items():
        try:
            use()
        except (ImportError, echo_gpu.EchoError) as error:
            assert f"pip install 'echo-gpu[{extra}]'" in str(error), (extra, error)
            print(f"{extra}: {error}")
        else:
            raise AssertionError(f"what needs echo-gpu[{extra}] did without it")


def check_command(echo: echo_gpu.Echo, device: str) -> None:
    """The command comes with the wheel, and gives the same bits."""
    assert run("--version").stdout.strip().endswith(echo_gpu.__version__)
    run("extract", "--model", "demo", "--device", device, "--output", "embeddings", RECORDING)
    (row,) = echo.embed_files(RECORDING)
    assert row.utterance.shape == (3648,), row
    assert np.array_equal(np.load(f"embeddings/{RECORDING}.utterance.npy"), row.utterance)


def check_no_opencl() -> None:
    """`auto` takes the CPU path; a GPU that is asked for is an error, in the command's words."""
    echo = echo_gpu.Echo.from_pretrained("demo")
    assert "CPU" in echo.device, echo.device
    try:
        echo_gpu.Echo.from_pretrained("demo", device="gpu")
    except echo_gpu.DeviceError as error:
        printed = run("extract", "--model", "demo", "--device", "gpu", "--output", "none", RECORDING, status=69)
        assert error.code == 69, error.code
        assert str(error) in printed.stderr, (str(error), printed.stderr)
        print("gpu:", error)
    else:
        raise AssertionError("a GPU was found")
    check_command(echo, "cpu")
    check_extras()


def check_pocl() -> None:
    """The wheel's own loader finds the system's driver."""
    (device,) = [device for device in echo_gpu.devices() if device.selector != "cpu"]
    print("found:", device.name, "of", device.platform)
    echo = echo_gpu.Echo.from_pretrained("demo")
    assert echo.device != "cpu", echo.device
    assert "CPU path" not in echo.device, echo.device
    check_command(echo, "auto")


if __name__ == "__main__":
    warnings.simplefilter("ignore", echo_gpu.UntrainedWarning)
    print(sys.argv[1])
    {"no OpenCL": check_no_opencl, "pocl": check_pocl}[sys.argv[1]]()
    print("README:", subprocess.run([sys.executable, sys.argv[2]], capture_output=True, text=True, check=True).stdout)
