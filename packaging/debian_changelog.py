"""Makes Debian's changelog of CHANGELOG.md: debian_changelog.py VERSION MAINTAINER < CHANGELOG.md > debian/changelog

A section `## 0.2.0, 2026-11-28` becomes an entry of that day, its paragraphs and points become the entry's points. What
is unreleased is in the entry of VERSION, of the day that SOURCE_DATE_EPOCH says, with the section of VERSION itself where
there is one. Sections that are empty, and older ones without a day, are left out: an entry must have both.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime

HEADING = re.compile(r"^## (?P<name>\S+?)(?:, (?P<day>\d{4}-\d\d-\d\d))?$")


@dataclass
class Section:
    """A release: its points, each as one line, with the depth of those below a paragraph."""

    name: str
    day: datetime | None
    points: list[tuple[int, str]] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """Reads the changelog."""
    found: list[Section] = []
    is_open = False  # whether the next line goes on with the last point
    for line in text.splitlines():
        if match := HEADING.match(line):
            day = match["day"] and datetime.fromisoformat(match["day"]).replace(tzinfo=timezone.utc)
            found.append(Section(match["name"], day or None))
        elif not line.strip():
            is_open = False
            continue
        elif not found:
            continue
        elif line.startswith("- "):
            has_paragraph = any(depth == 0 for depth, _ in found[-1].points)
            found[-1].points.append((1 if has_paragraph else 0, line[2:]))
        elif is_open and found[-1].points:
            depth, point = found[-1].points.pop()
            found[-1].points.append((depth, f"{point} {line.strip()}"))
        else:
            found[-1].points.append((0, line.strip().removeprefix("### ")))
        is_open = not HEADING.match(line)
    return found


def entry(section: Section, version: str, maintainer: str, day: datetime) -> str:
    """One entry, as deb-changelog(5) has it."""
    lines = [f"echo-gpu ({version}-1) unstable; urgency=medium", ""]
    for depth, point in section.points:
        indent = "  " + "  " * depth
        mark = "*-"[depth]
        lines += textwrap.wrap(
            point, 78, initial_indent=f"{indent}{mark} ", subsequent_indent=f"{indent}  ",
            break_long_words=False, break_on_hyphens=False,
        )
    lines += ["", f" -- {maintainer}  {format_datetime(day)}", ""]
    return "\n".join(lines)


def changelog(text: str, version: str, maintainer: str, today: datetime) -> str:
    """All entries, the newest first.

    Raises
    ------
    ValueError
        Where no section is of the version.
    """
    known = [section for section in sections(text) if section.points]
    if not known or known[0].name not in ("Unreleased", version):
        raise ValueError(f"CHANGELOG.md has no section for {version}, and nothing below ## Unreleased")
    newest, older = known[0], known[1:]
    if newest.name != version and older and older[0].name == version:
        newest.points += older.pop(0).points
    entries = [entry(newest, version, maintainer, newest.day or today)]
    entries += [entry(section, section.name, maintainer, section.day) for section in older if section.day]
    return "\n".join(entries)


if __name__ == "__main__":
    now = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    try:
        print(changelog(sys.stdin.read(), sys.argv[1], sys.argv[2], now), end="")
    except ValueError as error:
        sys.exit(f"debian_changelog: {error}")
