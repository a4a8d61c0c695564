"""Finishes a wheel that auditwheel repaired: adds the licences of what it bundles, and says what that is.

    PYTHONPATH=.ci python -m bundled WHEEL swift=FOLDER swift-log=FOLDER ...

Fails where a licence is not known, and where the wheel is larger than LIMIT.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from auditwheel.wheeltools import InWheelCtx

from . import licences, symbols

LIMIT = 25_000_000  # bytes


def add_licences(wheel: Path, folders: dict[str, Path]) -> list[licences.Part]:
    """Packs the wheel anew, with the licences in it."""
    with InWheelCtx(wheel, wheel) as opened:
        opened.zip_compression_level = 9
        (dist_info,) = opened.path.glob("*.dist-info")
        parts = licences.debian_parts(opened.path / "echo_gpu.libs")
        parts += licences.linked_debian_parts() + licences.linked_parts(folders)
        licences.write(parts, dist_info)
    return parts


def print_glibc(wheel: Path) -> None:
    """Which files need the newest glibc, and for what."""
    with InWheelCtx(wheel) as opened:
        needs = {p.relative_to(opened.path): symbols.newest_glibc(p) for p in symbols.libraries(opened.path)}
    newest = max(version for version, _ in needs.values())
    print(f"glibc {'.'.join(map(str, newest))} or later, for:")
    for path, (version, names) in needs.items():
        if version == newest:
            shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
            print(f"    {path}: {shown}")


def print_sizes(wheel: Path) -> None:
    """The largest members, compressed and not."""
    with zipfile.ZipFile(wheel) as archive:
        members = sorted(archive.infolist(), key=lambda member: -member.compress_size)
    print(f"{'MB':>8} {'packed':>8}")
    for member in members[:8]:
        print(f"{member.file_size / 1e6:8.2f} {member.compress_size / 1e6:8.2f}  {member.filename}")
    total = sum(member.file_size for member in members)
    print(f"{total / 1e6:8.2f} {wheel.stat().st_size / 1e6:8.2f}  {wheel.name}")


def main() -> None:
    """Finishes the wheel."""
    wheel = Path(sys.argv[1]).resolve()
    given = (text.partition("=") for text in sys.argv[2:])
    folders = {name: Path(path).resolve() for name, _, path in given}  # InWheelCtx changes the folder
    try:
        parts = add_licences(wheel, folders)
    except licences.LicenceError as error:
        sys.exit(f"wheel: {error}")
    print("bundled:", ", ".join(f"{part.name} {part.version}".strip() for part in parts))
    print_glibc(wheel)
    print_sizes(wheel)
    if (size := wheel.stat().st_size) > LIMIT:
        sys.exit(
            f"wheel: {wheel.name} has {size} bytes, more than {LIMIT}. See above what is large. The limit is in "
            ".ci/bundled/__main__.py."
        )


if __name__ == "__main__":
    main()
