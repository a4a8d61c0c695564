"""Hatchling's build hook: the wheel carries the native library, its command and its header.

`make library` leaves the three in the folder that pyproject.toml names. The wheel is for any
Python, since ctypes loads the library, and for Linux on x86-64, for which it was compiled.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where `make library` leaves each file, and its name beside the Python modules (echo_gpu/_native).
NATIVE_FILES = {
    "lib/libecho_gpu.so": "libecho_gpu.so",
    "bin/echo-gpu": "echo-gpu",
    "include/echo_gpu.h": "echo_gpu.h",
}


class NativeLibrary(BuildHookInterface[Any]):
    """Places what `make library` built, and says for which systems the wheel is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the native files to what hatchling packs.

        Parameters
        ----------
        version : str
            "standard", or "editable" for `pip install -e`, which gets links in the source tree.
        build_data : dict
            Hatchling's, changed in place: the files and the tag.

        Raises
        ------
        RuntimeError
            Where the library was not built, the machine is another kind, or a source distribution
            is asked for.
        """
        if self.target_name != "wheel":
            raise RuntimeError(
                "echo-gpu has no source distribution: its library is built from Swift, which pip "
                "cannot do. Clone the repository and run `make wheel`."
            )
        if (system := sysconfig.get_platform()) != "linux-x86_64":
            raise RuntimeError(f"echo-gpu is built for Linux on x86-64. This is {system}.")
        files = self._built_files()
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-linux_x86_64"
        if version == "editable":
            self._link(files)
        else:
            build_data["force_include"].update(
                {str(path): f"echo_gpu/_native/{name}" for name, path in files.items()}
            )

    def _built_files(self) -> dict[str, Path]:
        folder = Path(self.root, self.config["built"]).resolve()
        files = {name: folder / place for place, name in NATIVE_FILES.items()}
        for path in files.values():
            if not path.is_file():
                raise RuntimeError(
                    f"{path} is missing. Run `make library` in the repository first: it builds the "
                    "native library from the Swift sources."
                )
        return files

    def _link(self, files: dict[str, Path]) -> None:
        folder = Path(self.root, "src/echo_gpu/_native")
        folder.mkdir(exist_ok=True)
        for name, path in files.items():
            link = folder / name
            link.unlink(missing_ok=True)
            link.symlink_to(path)
