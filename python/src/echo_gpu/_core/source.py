"""Where an encoder comes from: what is needed to open it, here or in another process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from echo_gpu import hub
from echo_gpu.errors import ModelError, UsageError

from .handle import Handle, open_handle


@dataclass(frozen=True)
class Source:
    """The arguments of `Echo.from_pretrained`, without the token.

    A token is a secret, and what is pickled travels: another process takes its own, or the cache.
    """

    name: str
    revision: str
    cache_dir: str | None
    local_files_only: bool
    devices: tuple[str, ...]
    precision: str

    def open(self, token: str | bool | None = None) -> Handle:
        """Find the model and open it.

        Raises
        ------
        EchoError
            If that fails.
        """
        return open_handle(self._resolve(token), self.devices, self.precision)

    def _resolve(self, token: str | bool | None) -> str:
        return hub.resolve(
            self.name,
            revision=self.revision,
            cache_dir=self.cache_dir,
            local_files_only=self.local_files_only,
            token=token,
        )

    def describe(self, handle: Handle) -> dict[str, Any]:
        """Say what an encoder of this source is; a model of the hub is called as there."""
        description = handle.describe()
        name = hub.model_name(self.name, self.revision)
        return description if name is None else description | {"model": name}

    def reopen(self, weights_sha256: str) -> Handle:
        """Open the same model again, in another process.

        Raises
        ------
        ModelError
            If there are other weights now: the hub's revision moved, or the file changed.
        EchoError
            If opening fails.
        """
        handle = self.open()
        found = handle.describe()["weights_sha256"]
        if found != weights_sha256:
            raise ModelError(
                f"{self.name} had weights with SHA-256 {weights_sha256[:12]} when this Echo was "
                f"pickled, and has {found[:12]} here. Name a commit by revision=, or copy the same "
                "file to every machine."
            )
        return handle


def text_of(path: str | os.PathLike[str], what: str, *, is_path: bool = False) -> str:
    """Give a path as text, absolute if it is surely one: another process may run elsewhere.

    A text that does not exist as a path may be a name of the hub, where `is_path` does not say
    otherwise; a `pathlib.Path` never is.

    Raises
    ------
    UsageError
        If it is no path.
    """
    try:
        text = os.fspath(path)
    except TypeError:
        text = None
    if not isinstance(text, str) or not text:
        raise UsageError(f"{what} is {path!r}. Pass a str or a pathlib.Path.")
    is_path = is_path or not isinstance(path, str) or (text != "demo" and Path(text).exists())
    return str(Path(text).absolute()) if is_path else text


def device_names(device: str | Sequence[str]) -> tuple[str, ...]:
    """Give the devices that were named.

    Raises
    ------
    UsageError
        If they are no names.
    """
    names = (device,) if isinstance(device, str) or not isinstance(device, Sequence) else device
    if not names or not all(isinstance(name, str) for name in names):
        raise UsageError(
            f"device={device!r}. Pass 'auto', 'cpu', 'gpu', 'all', a name of echo_gpu.devices(), "
            "or a list of those."
        )
    return tuple(names)
