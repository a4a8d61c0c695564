"""``run.json``: what the embeddings of a folder were made with."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .refusal import damaged, unreadable

if TYPE_CHECKING:
    from pathlib import Path

# Settings that make other embeddings of the same recording, with what a folder without them has.
_DECIDING: dict[str, Any] = {
    "weights_sha256": None,
    "heads": None,
    "results": 1,
    "precision": None,
    "channels": None,
    "resample": None,
}
_EARLIER = re.compile(r"run-([0-9a-f]{12})\.json")


@dataclass(frozen=True)
class Run:
    """The settings of a run, and what it ran on.

    Attributes
    ----------
    digest : str
        What lines of manifests call it: 12 hexadecimal digits.
    settings : dict
        Everything that changes an embedding or its file: ``weights_sha256``, ``precision``,
        ``level``, ``channels``, how recordings are read.
    information : dict
        What changes no number: version, the model's name, ``trained``, device, driver, tiles.
    """

    digest: str
    settings: dict[str, Any]
    information: dict[str, Any]

    @property
    def layout(self) -> str:
        """``"files"`` or ``"parts"``."""
        return "files" if self.settings.get("layout") == "files" else "parts"


def read_runs(folder: Path) -> tuple[Run | None, dict[str, Run]]:
    """Read the run of a folder, and those of before.

    Returns
    -------
    tuple
        The run of ``run.json``, None if there is no such file; and all runs by their digest.

    Raises
    ------
    EchoError
        Of kind ``"data"``, if a file is not what echo-gpu wrote.
    """
    current = folder / "run.json"
    if not current.exists():
        return None, {}
    run = _read(current, None)
    runs = {}
    for path in sorted(folder.glob("run-*.json")):
        match = _EARLIER.fullmatch(path.name)
        if match:
            runs[match.group(1)] = _read(path, match.group(1))
    runs[run.digest] = run
    return run, runs


def note_of_mixture(folder: Path, runs: dict[str, Run], counts: dict[str, int]) -> str | None:
    """Say which rows have no distance to each other, as a sentence; None if all have.

    Parameters
    ----------
    folder
        What they are of.
    runs
        Its runs, by their digest.
    counts
        How many rows each run made.
    """
    known = [runs[digest].settings for digest, count in counts.items() if count and digest in runs]
    kinds = {
        json.dumps([settings.get(name, none) for name, none in _DECIDING.items()])
        for settings in known
    }
    if len(kinds) < 2:  # noqa: PLR2004
        return None
    names = [
        name
        for name, none in _DECIDING.items()
        if len({json.dumps(settings.get(name, none)) for settings in known}) > 1
    ]
    return (
        f"{folder} holds embeddings of {len(kinds)} models or settings, which are not comparable: "
        f"they differ in {', '.join(names)}. Recording.run says which is which, as do the "
        "columns of frames."
    )


def _read(path: Path, digest: str | None) -> Run:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        content = json.loads(str(text, "utf-8"))
        settings, information = content["settings"], content.get("information", {})
        # Folders of release 0.1.0, which had parts alone, call their layout 1.
        is_ours = settings["layout"] in ("files", "parts", 1) and isinstance(information, dict)
    except (ValueError, KeyError, TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise damaged(
            path, "is not what echo-gpu wrote", "Name an output folder of echo-gpu extract."
        )
    return Run(digest or _digest(settings), settings, information)


def _digest(settings: dict[str, Any]) -> str:
    compact = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(compact.encode()).hexdigest()[:12]
