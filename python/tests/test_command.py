"""The command that comes with the package is the program itself: its status, its signals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

import echo_gpu
from echo_gpu import _command

COMMAND = shutil.which("echo-gpu", path=sysconfig.get_path("scripts"))

pytestmark = pytest.mark.skipif(
    COMMAND is None, reason="the package is not installed here: `make test-python` does it"
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [str(COMMAND), *arguments], capture_output=True, text=True, check=False
    )


def test_the_command_and_the_package_are_one_version() -> None:
    assert run("--version").stdout.strip().endswith(echo_gpu.__version__)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["devices", "--json"], 0),
        (["no-such-command"], 64),
        (["extract", "--model", "demo", "--output", "out", "not-there.wav"], 66),
    ],
)
def test_the_exit_status_is_the_programs_own(
    arguments: list[str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.returncode == status, result.stderr


def test_it_takes_the_place_of_python(tmp_path: Path) -> None:
    """A signal to the process that was started is a signal to the program."""
    fifo = tmp_path / "list"
    os.mkfifo(fifo)
    arguments = ["extract", "--model", "demo", "--output", str(tmp_path / "out"), "--manifest"]
    process = subprocess.Popen(  # noqa: S603
        [str(COMMAND), *arguments, str(fifo)], stderr=subprocess.PIPE
    )
    try:
        program = Path(f"/proc/{process.pid}/exe")
        limit = time.monotonic() + 60  # when it would never
        while program.resolve().name != "echo-gpu" and time.monotonic() < limit:
            time.sleep(0.01)
        assert program.resolve() == Path(_command.__file__).with_name("_native") / "echo-gpu"
    finally:
        process.kill()
        process.wait()


def run_in_place_of_the_program(folder: Path) -> subprocess.CompletedProcess[str]:
    """`main` where the package is `folder`."""
    code = f"import echo_gpu._command as c\nc.__file__ = {str(folder / 'x.py')!r}\nc.main()\n"
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )


def test_what_python_ignores_is_not_ignored_in_the_program(tmp_path: Path) -> None:
    """Ignored signals stay so in a program that takes the process over."""
    program = tmp_path / "_native/echo-gpu"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ngrep SigIgn /proc/self/status\n")
    program.chmod(0o755)
    ignored = int(run_in_place_of_the_program(tmp_path).stdout.split()[1], 16)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        assert not ignored & 1 << (number - 1), number


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run_in_place_of_the_program(tmp_path)
    assert result.returncode == 1
    assert f"{tmp_path}/_native/echo-gpu" in result.stderr
    assert "pip install --force-reinstall echo-gpu" in result.stderr
