"""Programs as PTX, each compiled once."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from gpu.clang import to_ptx

from .captured import Launch

# Where they are kept.
WORK = Path(".build/ptx")


def ptx_of(launch: Launch) -> str:
    """A launch's program as PTX."""
    return ptx_of_text(launch.source.read_text(), launch.options, launch.source.stem)


def ptx_of_text(text: str, options: Sequence[str], name: str) -> str:
    """A program's text as PTX."""
    key = hashlib.sha256("\n".join([text, *options]).encode()).hexdigest()[:16]
    target = WORK / f"{name}-{key}.ptx"
    if not target.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        # Others may be compiling the same.
        source, mine = target.with_suffix(f".{os.getpid()}.cl"), target.with_suffix(f".{os.getpid()}")
        source.write_text(text)
        try:
            to_ptx(source, options, mine)
            mine.rename(target)
        finally:
            source.unlink()
    return target.read_text()
