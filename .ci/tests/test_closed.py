"""What `make dist` packs: nothing is loaded from elsewhere; and the bill of materials names every part."""

import json
import subprocess
from pathlib import Path

import pytest
from bundled import closed, sbom

OLD = (2, 2)  # x86-64 has been there since 2.2.5
NEW = (9, 9)


def compile_library(path: Path, source: str, *options: str) -> Path:
    command = ["cc", "-x", "c", "-shared", "-fPIC", "-o", str(path), "-", "-x", "none", *options]
    subprocess.run(command, input=source, text=True, check=True)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """libouter.so, which loads libinner.so of the same folder."""
    inner = compile_library(tmp_path / "libinner.so", "int inner(void) { return 1; }", "-Wl,-soname,libinner.so")
    source = "int inner(void); int outer(void) { return inner(); }"
    compile_library(tmp_path / "libouter.so", source, str(inner), "-Wl,-rpath,$ORIGIN")
    return tmp_path


def test_a_folder_that_has_all_is_accepted(folder: Path) -> None:
    closed.check(folder, NEW)


def test_a_library_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "libinner.so").unlink()
    with pytest.raises(closed.OpenError, match="libouter.so loads libinner.so, which is not here"):
        closed.check(folder, NEW)


@pytest.mark.parametrize("place", ["/usr/lib", "$ORIGIN/../..", "lib"])
def test_a_search_outside_of_the_folder_is_refused(folder: Path, place: str) -> None:
    compile_library(folder / "libodd.so", "int odd(void) { return 1; }", f"-Wl,-rpath,{place}")
    with pytest.raises(closed.OpenError, match="libodd.so looks for libraries in"):
        closed.check(folder, NEW)


def test_a_newer_glibc_is_refused(folder: Path) -> None:
    source = "#include <stdio.h>\nint say(void) { return puts(\"\"); }"
    compile_library(folder / "libsay.so", source)
    closed.check(folder, NEW)
    with pytest.raises(closed.OpenError, match=r"libsay.so needs glibc 2\.\d"):
        closed.check(folder, OLD)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(closed.OpenError, match="no programs"):
        closed.check(tmp_path, NEW)


PARTS = """\
What is here. See: nothing.

libsndfile1 1.2.0-1+deb12u1: LGPL-2.1-or-later
liblzma-dev 5.4.1-1, linked into libecho_gpu.so: LicenseRef-Public-Domain
swift, linked into libecho_gpu.so: Apache-2.0 WITH Swift-exception
"""


def test_the_bill_names_every_part_and_where_its_fixes_are() -> None:
    bill = json.loads(json.dumps(sbom.bill("0.2.0", PARTS)))
    names = [component["name"] for component in bill["components"]]
    assert names == ["libsndfile1", "liblzma-dev", "swift"]
    sound, compression, swift = bill["components"]
    assert sound["purl"] == "pkg:deb/debian/libsndfile1@1.2.0-1%2Bdeb12u1?arch=amd64&distro=debian-12"
    assert sound["licenses"] == [{"expression": "LGPL-2.1-or-later"}]
    assert compression["licenses"] == [{"license": {"name": "Public-Domain"}}]
    assert "version" not in swift
