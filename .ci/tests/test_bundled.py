"""The licences of what a wheel bundles: each is known, and its text is there."""

from email.parser import HeaderParser
from pathlib import Path

import pytest
from bundled import licences

METADATA = """Metadata-Version: 2.5
Name: echo-gpu
License-Expression: MIT
License-File: LICENSE

# echo-gpu

The readme: not a header.
"""


def libraries(folder: Path, *names: str) -> Path:
    """Files with the names that auditwheel gives them."""
    folder = folder / "echo_gpu.libs"
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    return folder


def test_a_package_that_nobody_looked_at_ends_the_build(tmp_path: Path) -> None:
    libc = "libc-0123abcd.so.6"  # a package that is on every Debian, and never bundled
    with pytest.raises(licences.LicenceError, match="libc6: bundled, and not in the table"):
        licences.debian_parts(libraries(tmp_path, "libcurl-0123abcd.so.4", libc))


def test_a_library_of_nobody_ends_the_build(tmp_path: Path) -> None:
    with pytest.raises(licences.LicenceError, match="libnobody.so.1: bundled, and of no Debian package"):
        licences.debian_parts(libraries(tmp_path, "libnobody-0123abcd.so.1"))


def test_a_part_without_its_licence_ends_the_build(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in licences.LINKED}
    for folder in folders.values():
        folder.mkdir()
        (folder / "LICENSE.txt").write_text("as is")
    assert len(licences.linked_parts(folders)) == len(folders)
    (tmp_path / "swift-log/LICENSE.txt").unlink()
    with pytest.raises(licences.LicenceError, match="swift-log: no LICENSE"):
        licences.linked_parts(folders)
    del folders["swift-argument-parser"]
    with pytest.raises(licences.LicenceError, match="swift-argument-parser"):
        licences.linked_parts(folders)


def test_the_wheel_names_every_licence_and_has_every_text(tmp_path: Path) -> None:
    dist_info = tmp_path / "echo_gpu-1.dist-info"
    (dist_info / "licenses").mkdir(parents=True)
    (dist_info / "licenses/LICENSE").write_text("MIT")
    (dist_info / "METADATA").write_text(METADATA)
    copyright_file = tmp_path / "copyright"
    copyright_file.write_text("The text is in /usr/share/common-licenses/LGPL-2.1.\n")
    part = licences.Part("libsndfile1", "1.2", "LGPL-2.1-or-later", (copyright_file,))
    licences.write([part], dist_info)

    text = (dist_info / "METADATA").read_text()
    head = HeaderParser().parsestr(text)
    assert head["License-Expression"] == "MIT AND LGPL-2.1-or-later"
    files = head.get_all("License-File")
    assert {"LICENSE", "THIRD-PARTY.txt", "third-party/libsndfile1.txt"} <= set(files)
    assert all((dist_info / "licenses" / file).is_file() for file in files)
    if (licences.COMMON / "LGPL-2.1").is_file():
        assert "third-party/LGPL-2.1.txt" in files
    assert text.endswith("The readme: not a header.\n")
    assert "libsndfile1 1.2: LGPL-2.1-or-later" in (dist_info / "licenses/THIRD-PARTY.txt").read_text()
