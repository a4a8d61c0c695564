"""Tables of an archive in parts whose manifest is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = re.compile(r"(?:utterance|segment)-\d+-((?:\d+of\d+-)?\d{6,})\.(?:npy|safetensors)")
# Names that a warning gives.
_NAMED = 3


def note_of_leftovers(folder: Path, manifests: list[str]) -> str | None:
    """Say which tables no manifest names, as a sentence; None if there are none.

    Parameters
    ----------
    folder
        A folder in parts. A part's tables are there before its manifest is.
    manifests
        The names of its manifests.
    """
    committed = {name.removeprefix("manifest-").removesuffix(".jsonl") for name in manifests}
    left = sorted(
        path.name
        for path in folder.iterdir()
        if (match := _TABLE.fullmatch(path.name)) and match.group(1) not in committed
    )
    if not left:
        return None
    names = ", ".join(left[:_NAMED]) + (", ..." if len(left) > _NAMED else "")
    return (
        f"{folder}: {len(left)} tables have no manifest and are left out: {names}. A run is at "
        "work or was killed, or manifests were removed or not copied. To have their recordings, "
        "run the same extract command again, or restore the manifests."
    )
