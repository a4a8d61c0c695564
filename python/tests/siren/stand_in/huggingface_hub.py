"""Stands in for huggingface_hub: SIREN's ECHO extractor asks for weights when it is imported.

The folder in ``$SIREN_ECHO`` has what the hub's has: upstream's modules and ``model.safetensors``.
"""

from __future__ import annotations

import os


def snapshot_download(repo_id: str, **_options: object) -> str:
    """Gives the folder, whatever is asked for."""
    del repo_id
    return os.environ["SIREN_ECHO"]
