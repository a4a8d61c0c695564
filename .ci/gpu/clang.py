"""OpenCL C by clang-19 and libclc-19, for GPUs that are not here."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

# Where Debian's libclc-19 has its libraries; $LIBCLC where it is unpacked elsewhere.
LIBRARIES = Path(os.environ.get("LIBCLC", "/usr/lib/clc"))
NVIDIA = "nvptx64--nvidiacl"
AMD = "amdgcn--amdhsa"


class CompileError(Exception):
    """A kernel that a compiler refused."""


def to_ptx(source: Path, options: Sequence[str], target: Path) -> None:
    """A program for NVIDIA, sm_80 and later, as PTX without calls."""
    flags = [
        "-Xclang", "-target-cpu", "-Xclang", "sm_80", "-Xclang", "-target-feature", "-Xclang", "+ptx81",
        "-mllvm", "-inline-threshold=100000",
    ]  # fmt: skip
    _compile(source, NVIDIA, [*flags, *options], target)


def to_amd(source: Path, options: Sequence[str], gpu: str, target: Path) -> None:
    """A program for a GPU of AMD as assembly."""
    wave = ["-mno-wavefrontsize64"] if gpu.startswith(("gfx10", "gfx11", "gfx12")) else []
    # half as a type of its own needs OpenCL C 2.0 there, or cl_khr_fp16, which fragment.cl enables.
    _compile(source, AMD, [f"-mcpu={gpu}", *wave, "-mcode-object-version=5", *options], target)


def _compile(source: Path, triple: str, flags: Sequence[str], target: Path) -> None:
    library = LIBRARIES / f"{triple}.bc"
    if not library.exists():
        raise CompileError(f"{library} is missing. Install libclc-19, or set LIBCLC to its folder.")
    command = [
        "clang-19", "-x", "cl", "-Xclang", "-finclude-default-header", "-target", triple, "-O3",
        "-nogpulib", "-Xclang", "-mlink-builtin-bitcode", "-Xclang", str(library),
        "-Wno-pass-failed", *flags, "-S", "-o", str(target), str(source),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(f"clang-19 refused {source.name} with {' '.join(flags)}:\n{done.stderr}")
