"""Programs as PTX, each compiled once."""

import hashlib
import os
from pathlib import Path

from gpu.clang import to_ptx

from .captured import Launch


def ptx_of(launch: Launch, folder: Path) -> str:
    """A launch's program as PTX, which is kept in `folder`."""
    key = hashlib.sha256(launch.source.read_bytes() + "\n".join(launch.options).encode())
    target = folder / f"{launch.source.stem}-{key.hexdigest()[:16]}.ptx"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Others may be compiling the same.
        mine = target.with_suffix(f".{os.getpid()}")
        to_ptx(launch.source, launch.options, mine)
        mine.rename(target)
    return target.read_text()
