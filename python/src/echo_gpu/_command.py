"""The command `echo-gpu` that pip installs: it gives way to the program in the package."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    """Become `echo-gpu`, so that signals and the exit status are its own.

    Raises
    ------
    SystemExit
        If the program cannot be started.
    """
    program = Path(__file__).with_name("_native") / "echo-gpu"
    # Python ignores these two, and what is ignored stays so in the program that takes its place.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execv(program, ["echo-gpu", *sys.argv[1:]])  # noqa: S606
    except OSError as error:
        sys.exit(
            f"echo-gpu: {program} cannot be started ({error.strerror}). "
            "Install the wheel anew: pip install --force-reinstall echo-gpu"
        )
