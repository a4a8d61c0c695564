"""Failures: each of its class, with the sentence of the command."""

import json
import pickle
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import noise, open_demo

import echo_gpu
from echo_gpu import (
    BusyError,
    DeviceError,
    Echo,
    EchoError,
    ForkError,
    InputError,
    LibraryError,
    ModelError,
    SignalError,
    StoppedError,
    UntrainedWarning,
    UsageError,
)
from echo_gpu._core import library

CLASSES = {
    BusyError: Exception,
    DeviceError: RuntimeError,
    ForkError: Exception,
    InputError: FileNotFoundError,
    LibraryError: ImportError,
    ModelError: OSError,
    SignalError: ValueError,
    StoppedError: Exception,
    UsageError: ValueError,
}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_errors_are_pythons_too_and_can_be_pickled(cls):
    assert issubclass(cls, EchoError)
    assert issubclass(cls, CLASSES[cls])
    error = pickle.loads(pickle.dumps(cls("a: b. c", code=5, kind="d")))
    assert (str(error), error.code, error.kind) == ("a: b. c", 5, "d")
    error = pickle.loads(pickle.dumps(cls("a")))
    assert (error.code, error.kind) == (cls.code, cls.kind)
    assert pickle.loads(pickle.dumps(SignalError("a", index=3))).index == 3


def sentence_of(command, *arguments):
    """What the command says, and the status that it ends with."""
    process = subprocess.run(  # noqa: S603
        [command, *arguments], capture_output=True, text=True, check=False, timeout=300
    )
    return process.returncode, process.stderr


@pytest.mark.parametrize(
    ("model", "device", "cls"),
    [
        ("demo", "no such device", DeviceError),
        ("demo", "7:3", DeviceError),
        ("/no/such/folder", "cpu", ModelError),
        ("/no/such.safetensors", "cpu", ModelError),
        ("/dev/null", "cpu", ModelError),
    ],
)
def test_what_does_not_open_has_the_sentence_of_the_command(
    command, recordings_folder, tmp_path, model, device, cls
):
    with pytest.raises(cls) as caught:
        Echo.from_pretrained(model, device=device)
    told = ["--model", model, "--device", device, "--output", tmp_path / "out"]
    status, text = sentence_of(command, "extract", *told, recordings_folder)
    assert caught.value.code == status
    assert str(caught.value) in " ".join(text.split())


def test_a_device_that_was_named_is_never_replaced(subprocess_run):
    """Where there is no OpenCL at all."""
    output = subprocess_run(
        "import os, warnings",
        "os.environ['OCL_ICD_VENDORS'] = '/nonexistent'",
        "import echo_gpu",
        "warnings.simplefilter('ignore')",
        "print(echo_gpu.devices())",
        "try: echo_gpu.Echo.from_pretrained('demo', device='gpu')",
        "except echo_gpu.DeviceError as error: print(error.code, error)",
        "echo = echo_gpu.Echo.from_pretrained('demo')",
        "print(echo.device, echo.embed([0.5, -0.5] * 8000, 16000).shape)",
    )
    devices, error, embedded = output.splitlines()
    assert devices == "[]"
    assert error.startswith("69 ")
    assert embedded.endswith("(1344,)")


@pytest.mark.parametrize(
    "arguments",
    [
        {"device": []},
        {"device": [0]},
        {"device": 0},
        {"device": "cpu\0"},
        {"precision": "fp64"},
        {"precision": "fp16", "device": "cpu"},
    ],
    ids=str,
)
def test_arguments_that_cannot_be_are_refused(arguments):
    with pytest.raises((UsageError, DeviceError)):
        open_demo(**{"device": "cpu"} | arguments)


@pytest.mark.parametrize("model", [None, 3, "", b"demo", "model\0", "model\udcff"])
def test_models_that_are_no_names_are_refused(model):
    with pytest.raises(UsageError):
        Echo.from_pretrained(model, device="cpu")


def test_a_path_is_no_name_of_the_hub():
    with pytest.raises(ModelError, match="there is no such model") as caught:
        Echo.from_pretrained(Path("acme/echo-test"), device="cpu")
    assert caught.value.kind == "model"


def test_a_length_is_a_whole_number(demo):
    with pytest.raises(TypeError):
        demo.rows(32000.5, 16000)


def test_the_demonstration_warns_that_it_is_untrained():
    with pytest.warns(UntrainedWarning, match="mean nothing") as caught:
        echo = Echo.from_pretrained("demo", device="cpu")
    assert caught[0].filename == __file__
    assert not echo.is_trained
    echo.close()


def test_what_is_closed_says_so():
    with open_demo() as echo:
        pass
    for call in (
        lambda: echo.embed(noise(1), 16000),
        lambda: echo.width(16000),
        lambda: echo.spectrogram(noise(1), 16000),
        lambda: echo.embed_files("a.wav"),
    ):
        with pytest.raises(UsageError, match="this Echo is closed"):
            call()
    assert echo.model.startswith("demo")
    assert "closed" in repr(echo)
    echo.close()


def test_messages_of_the_library_are_logged(caplog):
    with caplog.at_level("DEBUG", logger="echo_gpu"), open_demo():
        pass
    assert caplog.records
    assert {record.name for record in caplog.records} == {"echo_gpu"}


def test_devices_are_those_of_the_command(command):
    text = subprocess.check_output([command, "devices", "--json"])  # noqa: S603
    expected = [
        device for platform in json.loads(text)["platforms"] for device in platform["devices"]
    ]
    found = echo_gpu.devices()
    assert [device.selector for device in found] == [device["selector"] for device in expected]
    assert [device.name for device in found] == [device["name"] for device in expected]


class TestLibrary:
    """The native library that is not there, is damaged, or of another release."""

    def test_missing(self, tmp_path):
        with pytest.raises(LibraryError, match="make wheel"):
            library.load(tmp_path / "libecho_gpu.so")

    def test_damaged(self, tmp_path):
        path = tmp_path / "libecho_gpu.so"
        path.write_bytes(b"\x7fELF, and no more")
        with pytest.raises(LibraryError, match="does not load"):
            library.load(path)

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("int echo_gpu_abi(void) { return 2; }", "has interface 2, and .* needs 1"),
            ("int other(void) { return 1; }", "does not load.*echo_gpu_abi"),
        ],
    )
    def test_of_another_release(self, tmp_path, source, words):
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("no C compiler (Debian: gcc)")
        path = tmp_path / "libecho_gpu.so"
        subprocess.run(  # noqa: S603
            [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", path],
            input=source.encode(),
            check=True,
        )
        with pytest.raises(LibraryError, match=words):
            library.load(path)


def test_the_package_has_what_it_says(subprocess_run):
    for name in echo_gpu.__all__:
        assert name in dir(echo_gpu)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = echo_gpu.nothing
    output = subprocess_run(
        "import sys, echo_gpu",
        "print([name for name in ('numpy', 'torch', 'ctypes') if name in sys.modules])",
    )
    assert output == "[]\n"


def test_an_echo_is_opened_by_its_name():
    with pytest.raises(TypeError, match=r"Echo\.from_pretrained"):
        Echo("demo")
    with pytest.raises(ModelError, match=r"python -m echo_gpu convert echo\.pth"):
        Echo.from_pretrained("echo.pth")
