"""The systemd units of Examples/: systemd itself finds nothing to say about them."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "Examples/systemd"
COMMAND = "/usr/bin/echo-gpu"

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def verify(folder: Path, replaced: dict[str, str]) -> str:
    """What systemd says of the units, with some texts replaced."""
    for unit in UNITS.iterdir():
        text = unit.read_text()
        for old, new in replaced.items():
            text = text.replace(old, new)
        (folder / unit.name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(folder.iterdir()))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    # A command that every system has, in the place of ours.
    assert COMMAND in (UNITS / "echo-gpu.service").read_text()
    assert verify(tmp_path, {COMMAND: "/usr/bin/env"}) == ""


def test_systemd_names_what_it_does_not_know(tmp_path: Path) -> None:
    said = verify(tmp_path, {COMMAND: "/usr/bin/env", "ProtectSystem=": "ProtectSistem="})
    assert "ProtectSistem" in said


@pytest.mark.parametrize("calendar", ["*-*-* 02:30"])
def test_the_timer_has_a_next_time(calendar: str) -> None:
    assert f"OnCalendar={calendar}\n" in (UNITS / "echo-gpu.timer").read_text()
    subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=True)
