"""Puts what is tested on the path, and builds the driver that stands in for NVIDIA's."""
import pathlib
import shutil
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(FOLDER / "ptx"), str(FOLDER / "cost")]


@pytest.fixture(scope="session")
def driver_library(tmp_path_factory) -> str:
    """The path of stand_in_cuda.c, compiled."""
    compiler = next((c for c in ("cc", "clang-19", "clang", "gcc") if shutil.which(c)), None)
    if compiler is None:
        pytest.skip("no C compiler")
    library = tmp_path_factory.mktemp("cuda") / "libcuda.so.1"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(library),
         str(pathlib.Path(__file__).with_name("stand_in_cuda.c"))], check=True)
    return str(library)
