"""The vendors' compilers, fetched once: NVIDIA's from PyPI, Intel's from Debian.

They are unpacked, not installed: Debian's package would make Intel's driver one of the machine's OpenCL platforms,
which every test would find. Needs x86-64, pip, and about 400 MB in ~/.cache/echo-gpu-dev.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# ptxas and nvdisasm stand alone: without what they depend on.
WHEELS = ("nvidia-cuda-nvcc==13.5.37", "nvidia-cuda-nvdisasm==13.5.37")
PROGRAMS = ("ptxas", "nvdisasm")
# ocloc 22.43 and its libraries; what they need besides is installed (Makefile).
PACKAGES = (
    "intel-opencl-icd", "libigc1", "libigdfcl1", "libigdgmm12", "libopencl-clang14", "libllvmspirvlib14",
)  # fmt: skip


def fetch() -> Path:
    """The folder of the tools: ptxas and nvdisasm in it, ocloc's root in ocloc/."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "echo-gpu-dev" / "gpu-tools"
    stamp = folder / "installed"
    wanted = "\n".join((*WHEELS, *PACKAGES))
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    print(f"gpu-code: fetching {', '.join((*WHEELS, PACKAGES[0]))}", file=sys.stderr)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        _fetch_wheels(work)
        _fetch_packages(work)
        (work / "installed").write_text(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _fetch_wheels(folder: Path) -> None:
    wheels = folder / "wheels"
    _run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
          "--only-binary", ":all:", "--dest", str(wheels), *WHEELS])  # fmt: skip
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                name = Path(entry.filename).name
                if "/bin/" in entry.filename and name in PROGRAMS:
                    (folder / name).write_bytes(archive.read(entry))
                    (folder / name).chmod(0o755)
    shutil.rmtree(wheels)


def _fetch_packages(folder: Path) -> None:
    packages = folder / "packages"
    packages.mkdir()
    # apt would fetch as a user of its own, who may not write here.
    _run(["apt-get", "-o", "APT::Sandbox::User=root", "download", *PACKAGES], packages)
    for package in packages.glob("*.deb"):
        _run(["dpkg", "-x", str(package), str(folder / "ocloc")])
    shutil.rmtree(packages)


def _run(command: list[str], folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"gpu-code: {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
