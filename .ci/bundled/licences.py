"""The licences of what a wheel bundles: a table by Debian package, and the texts that go into the wheel."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

# By Debian package, read from its copyright file: the licence of the library itself, not of its build scripts,
# manuals or programs, which are not in the wheel. A package that is not here ends the build.
SPDX = {
    "libaec0": "BSD-2-Clause",
    "libbz2-1.0": "bzip2-1.0.6",
    "libdnnl2": "Apache-2.0",
    "libflac12": "BSD-3-Clause",
    "libgomp1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libhdf5-103-1": "BSD-3-Clause",
    "libkissfft-float131": "BSD-3-Clause",
    "libmp3lame0": "LGPL-2.0-or-later",
    "libmpg123-0": "LGPL-2.1-only",
    "libogg0": "BSD-3-Clause",
    "libopus0": "BSD-3-Clause",
    "libpng16-16": "libpng-2.0",
    "libsndfile1": "LGPL-2.1-or-later",
    "libsoxr0": "LGPL-2.1-or-later",
    "libsz2": "BSD-2-Clause",
    "libvorbis0a": "BSD-3-Clause",
    "libvorbisenc2": "BSD-3-Clause",
    "ocl-icd-libopencl1": "BSD-2-Clause",
}
# Of Debian as well, but linked into libecho_gpu.so: `archives` of .ci/library.
LINKED_DEBIAN = {
    "libarchive-dev": "BSD-2-Clause",
    "liblz4-dev": "BSD-2-Clause",
    "liblzma-dev": "LicenseRef-Public-Domain",
    "libzstd-dev": "BSD-3-Clause",
    "nettle-dev": "LGPL-3.0-or-later",
}
# And what is not of Debian, by the name of its folder of licences.
LINKED = {
    "swift": "Apache-2.0 WITH Swift-exception",
    "swift-argument-parser": "Apache-2.0 WITH Swift-exception",
    "swift-log": "Apache-2.0",
}
# Our own, under the names of the libraries that they stand for (stand_in.py).
STAND_INS = {"libcurl.so.4", "libcrypto.so.3"}
IN_LIBRARY = ", linked into libecho_gpu.so"
COMMON = Path("/usr/share/common-licenses")
HEAD = """\
What is packed here besides echo-gpu itself, which is under the MIT licence (LICENSE). The texts are in the folder
third-party beside this file.

The shared objects in the wheel's echo_gpu.libs, or in the tar file's lib, are those of Debian, as that ships them but for
the names of what they load. Each can be replaced by a build of your own with the same interface. The sources of all that
is Debian's are those of the packages named here, in these versions: https://snapshot.debian.org keeps them. What is linked
into the library can be replaced there by building it anew: `make library` in echo-gpu's sources.

Two files there are no such libraries, whatever their names say: libcurl and libcrypto are echo-gpu's own, and only
say no to HDF5, which would read from S3 with the real ones.

"""


class LicenceError(Exception):
    """Something is bundled whose licence nobody has looked at, or whose text is not here."""


@dataclasses.dataclass(frozen=True)
class Part:
    """Something of others in the wheel."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    where: str = ""  # in echo_gpu.libs, where it is empty


def debian_parts(libraries: Path) -> list[Part]:
    """The packages of the shared objects that auditwheel put into a wheel's folder of libraries.

    Each is looked up by its name: auditwheel's own list (sboms/) lacks those of which dpkg knows another path.
    """
    names = [re.sub(r"-[0-9a-f]{8}(?=\.)", "", path.name, count=1) for path in sorted(libraries.iterdir())]
    packages = {_owner(name) for name in names if name not in STAND_INS}
    if unknown := sorted(packages - SPDX.keys()):
        raise LicenceError(
            f"{', '.join(unknown)}: bundled, and not in the table of .ci/bundled/licences.py. Read "
            f"/usr/share/doc/{unknown[0]}/copyright, and add the package, or build without it."
        )
    return [_debian_part(name, _version(name), SPDX[name]) for name in sorted(packages)]


def _owner(library: str) -> str:
    command = ["dpkg-query", "--search", f"*/x86_64-linux-gnu/{library}"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if not shown:
        raise LicenceError(f"{library}: bundled, and of no Debian package: whose is it?")
    return shown.partition(":")[0]


def _version(package: str) -> str:
    command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def linked_debian_parts() -> list[Part]:
    """The packages whose static libraries are linked into the library, as they are installed here."""
    return [
        _debian_part(name, _version(name), licence, IN_LIBRARY)
        for name, licence in LINKED_DEBIAN.items()
    ]


def _debian_part(name: str, version: str, licence: str, where: str = "") -> Part:
    return Part(name, version, licence, (Path("/usr/share/doc", name, "copyright"),), where)


def linked_parts(folders: dict[str, Path]) -> list[Part]:
    """What is linked into the library: the folder of each with its LICENSE and NOTICE."""
    if set(folders) != set(LINKED):
        raise LicenceError(f"licences of {sorted(LINKED)} are needed, {sorted(folders)} are given")
    parts = []
    for name, folder in sorted(folders.items()):
        texts = sorted([*folder.glob("LICENSE*"), *folder.glob("NOTICE*")])
        if not any(text.name.startswith("LICENSE") for text in texts):
            raise LicenceError(f"{name}: no LICENSE in {folder}")
        parts.append(Part(name, "", LINKED[name], tuple(texts), IN_LIBRARY))
    return parts


def write(parts: list[Part], dist_info: Path) -> None:
    """Writes the texts and THIRD-PARTY.txt into a wheel's licenses, and names all of them in its METADATA."""
    licences = dist_info / "licenses"
    folder = licences / "third-party"
    folder.mkdir(parents=True, exist_ok=True)
    common: set[str] = set()
    for part in parts:
        for text in part.texts:
            name = part.name if text.name == "copyright" else f"{part.name}.{text.stem}"
            content = text.read_text(errors="replace")
            (folder / f"{name}.txt").write_text(content)
            common.update(re.findall(rf"{COMMON}/([\w.+-]*\w)", content))
    for name in sorted(common):  # what Debian's files refer to instead of repeating it
        if (COMMON / name).is_file():
            (folder / f"{name}.txt").write_text((COMMON / name).read_text())
    lines = [f"{part.name} {part.version}".strip() + f"{part.where}: {part.licence}\n" for part in parts]
    (licences / "THIRD-PARTY.txt").write_text(HEAD + "".join(lines))
    _declare(dist_info / "METADATA", parts, sorted(p for p in licences.rglob("*") if p.is_file()))


def _declare(metadata: Path, parts: list[Part], files: list[Path]) -> None:
    head, _, body = metadata.read_text().partition("\n\n")
    message: Message = HeaderParser().parsestr(head)
    own = message["License-Expression"]
    # "A WITH B AND C" is "(A WITH B) AND C" (SPDX 2.3, annex D).
    expression = " AND ".join([own, *sorted({part.licence for part in parts} - {own})])
    message.replace_header("License-Expression", expression)
    del message["License-File"]
    for file in files:
        message["License-File"] = file.relative_to(metadata.parent / "licenses").as_posix()
    lines = [f"{name}: {value}" for name, value in message.items()]
    metadata.write_text("\n".join(lines) + "\n\n" + body)
