"""The cache of huggingface_hub, read: what it has of a model.

    models--ORG--NAME/refs/REVISION              the commit
    models--ORG--NAME/snapshots/COMMIT/FILE      a link to the content
    models--ORG--NAME/.no_exist/COMMIT/FILE      empty: the commit has no such file
    models--ORG--NAME/trees/COMMIT.json          all files of the commit; newer versions

It is read here, so that a model that was fetched is found without that package, and without asking
the hub: as the command echo-gpu does.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

CHECKPOINT = "model.safetensors"
# Says the number of heads; a model may have none.
CONFIGURATION = "config.json"

_PART = r"(?![.-])(?!.*--)(?!.*\.\.)[A-Za-z0-9._-]{1,96}(?<![.-])"
_NAME = re.compile(rf"{_PART}/(?!.*\.git$){_PART}")
_REVISION_PART = re.compile(r"(?!\.)(?!.*\.\.)[!-~]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Repository:
    """``ORG/NAME`` at a revision: a branch, a tag or a commit."""

    id: str
    revision: str

    def __str__(self) -> str:
        return self.id if self.revision == "main" else f"{self.id}@{self.revision}"


def is_name(text: str) -> bool:
    """Whether ``text`` is ``ORG/NAME``, by the hub's rules."""
    return _NAME.fullmatch(text) is not None


def is_revision(text: str) -> bool:
    """Whether ``text`` may be a revision, and stays below ``refs/``."""
    parts = text.split("/")
    return (
        len(text) <= 200  # noqa: PLR2004
        and not text.endswith(".lock")
        and not set(text) & set("~^:?*[\\")
        and all(_REVISION_PART.fullmatch(part) for part in parts)
    )


def default_root() -> Path:
    """Give the cache's folder, from the environment as huggingface_hub reads it."""
    environment = os.environ
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return _path(environment[name])
    caches = _path(environment.get("XDG_CACHE_HOME") or "~/.cache")
    home = environment.get("HF_HOME")
    return (_path(home) if home else caches / "huggingface") / "hub"


def is_offline() -> bool:
    """Whether the environment forbids requests."""
    on = ("1", "ON", "YES", "TRUE")
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    return any(os.environ.get(name, "").upper() in on for name in names)


def _path(text: str) -> Path:
    return Path(os.path.expandvars(text)).expanduser().absolute()


@dataclass(frozen=True)
class Snapshot:
    """A commit of a model in the cache."""

    folder: Path
    # Whether it is known that there is, or is not, a configuration.
    is_complete: bool


def find(root: Path, repository: Repository) -> Snapshot | None:
    """Give what the cache has of a model; None if it lacks the checkpoint.

    Parameters
    ----------
    root
        The cache's folder.
    repository
        The model.
    """
    home = root / ("models--" + repository.id.replace("/", "--"))
    commit = _commit(home, repository.revision)
    if commit is None:
        return None
    folder = home / "snapshots" / commit
    if not (folder / CHECKPOINT).is_file():
        return None
    known = (folder / CONFIGURATION).is_file() or _lacks(home, commit, CONFIGURATION)
    return Snapshot(folder, known)


def _commit(home: Path, revision: str) -> str | None:
    if _COMMIT.fullmatch(revision):
        return revision
    try:
        text = (home / "refs" / revision).read_text("utf-8").strip()
    except (OSError, ValueError):
        return None
    return text if _COMMIT.fullmatch(text) else None


def _lacks(home: Path, commit: str, file: str) -> bool:
    if (home / ".no_exist" / commit / file).is_file():
        return True
    try:
        tree = json.loads((home / "trees" / f"{commit}.json").read_bytes())
        return tree["format_version"] == 1 and file not in tree["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
