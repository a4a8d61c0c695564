"""Debian's changelog, made of ours."""

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
import debian_changelog

TODAY = datetime(2026, 12, 24, 12, tzinfo=timezone.utc)
WHO = "The authors <echo@users.noreply.github.com>"
RELEASED = """\
# Changelog

## Unreleased

## 0.2.0, 2026-11-28

New:

- A point that goes on
  in a second line.

## 0.1.0

- What had no day.
"""


def make(text: str, version: str = "0.2.0") -> str:
    return debian_changelog.changelog(text, version, WHO, TODAY)


def test_a_release_has_its_own_day_and_an_empty_section_none() -> None:
    assert make(RELEASED) == f"""\
echo-gpu (0.2.0-1) unstable; urgency=medium

  * New:
    - A point that goes on in a second line.

 -- {WHO}  Sat, 28 Nov 2026 00:00:00 +0000
"""


def test_what_is_unreleased_has_the_commits_day() -> None:
    text = make(RELEASED.replace("## Unreleased\n", "## Unreleased\n\n- New since.\n"))
    assert text.count("echo-gpu (0.2.0-1)") == 1
    assert text.index("* New since.") < text.index("A point that goes on")
    assert text.endswith("Thu, 24 Dec 2026 12:00:00 +0000\n")


def test_another_version_than_the_newest_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no section for 0\.3\.0"):
        make(RELEASED, "0.3.0")


def test_debians_own_parser_reads_this_repositorys(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text()
    newest = next(s for s in debian_changelog.sections(text) if s.points)
    version = "9.9.9" if newest.name == "Unreleased" else newest.name
    path = tmp_path / "changelog"
    path.write_text(make(text, version))
    command = ["dpkg-parsechangelog", "--file", str(path), "--all", "--show-field", "Version"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.split()[0] == f"{version}-1"
    assert result.stderr == ""
    assert max(map(len, path.read_text().splitlines())) <= 80
