"""The list of what is bundled that scanners read: CycloneDX, from THIRD-PARTY.txt's own lines.

    PYTHONPATH=.ci python -m bundled.sbom VERSION THIRD-PARTY.txt > sbom.cdx.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from urllib.parse import quote

# "libsndfile1 1.2.0-1: LGPL-2.1-or-later", "swift, linked into ...: Apache-2.0"
LINE = re.compile(r"^(?P<name>[\w.+-]+)(?: (?P<version>[^\s,]+))?(?P<linked>, linked into [^:]+)?: (?P<licence>.+)$")


def components(text: str) -> list[dict[str, object]]:
    """Each part, with its version where it is Debian's, and the address by which Debian's fixes are looked up."""
    found = []
    for line in text.splitlines():
        if not (match := LINE.match(line)):
            continue
        component: dict[str, object] = {"type": "library", "name": match["name"]}
        if match["version"]:
            component["version"] = match["version"]
            version = quote(match["version"], safe="")
            component["purl"] = f"pkg:deb/debian/{match['name']}@{version}?arch=amd64&distro=debian-12"
        component["licenses"] = [_licence(match["licence"])]
        found.append(component)
    return found


def _licence(expression: str) -> dict[str, object]:
    if expression.startswith("LicenseRef-"):
        return {"license": {"name": expression.removeprefix("LicenseRef-")}}
    return {"expression": expression}


def bill(version: str, text: str) -> dict[str, object]:
    """The whole list. No time and no serial number: the same parts give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "echo-gpu", "version": version}},
        "components": components(text),
    }


if __name__ == "__main__":
    print(json.dumps(bill(sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8")), indent=2))
