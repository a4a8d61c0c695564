"""Containerfile and echo-gpu.def: the same packages by the same script, and what hadolint does not ask for."""

import re
from pathlib import Path

import container
import pytest
from spython.main.parse.parsers import get_parser

ROOT = container.CONTAINERFILE.parent
INSTALL = "packaging/container/install"
DRIVERS = "pocl-opencl-icd"


def definition() -> tuple[str, list[str], list[str]]:
    """The base, the files and the commands of echo-gpu.def."""
    (recipe,) = get_parser("singularity")(str(ROOT / "echo-gpu.def")).recipe.values()
    return recipe.fromHeader, recipe.files, recipe.install


def test_the_image_runs_as_a_user_of_its_own_by_number() -> None:
    # Kubernetes' runAsNonRoot knows numbers alone.
    user, _, group = container.read().user.partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert f"--uid {user} " in (ROOT / INSTALL).read_text()


def test_nvidia_gives_the_image_opencl() -> None:
    capabilities = container.read().environment["NVIDIA_DRIVER_CAPABILITIES"].split(",")
    assert {"compute", "utility"} <= set(capabilities)


def test_bases_are_named_by_registry_and_version() -> None:
    for base in container.read().bases:
        assert base.startswith("docker.io/library/"), base
        name, _, version = base.rpartition(":")
        assert name, base
        assert version[0].isdigit(), base


def test_both_files_have_one_base_and_one_script() -> None:
    image = container.read()
    base, files, commands = definition()
    assert image.bases[-1] == f"docker.io/library/{base}"
    (install,) = image.installs
    assert f"/{INSTALL} " in install
    assert f"{INSTALL} /opt/echo-gpu/install" in files
    assert f"/opt/echo-gpu/install /opt/echo-gpu {DRIVERS}" in commands
    assert f'ARG DRIVERS="{DRIVERS}"' in container.CONTAINERFILE.read_text()


@pytest.mark.parametrize("path", sorted((ROOT / "Examples").glob("*.yaml")), ids=lambda path: path.name)
def test_examples_name_the_image_of_this_version(path: Path) -> None:
    version = re.search(r'static let version = "(.*)"', (ROOT / "Sources/EchoExtract/API/Echo.swift").read_text())
    assert re.findall(r"image: (\S+)", path.read_text()) == [f"registry.example.org/echo-gpu:{version[1]}"]
    user, _, group = container.read().user.partition(":")
    assert f"runAsUser: {user}, runAsGroup: {group}" in path.read_text()


@pytest.mark.parametrize("path", sorted((ROOT / "packaging/container").iterdir()), ids=lambda path: path.name)
def test_scripts_of_images_leave_root_to_the_engine(path: Path) -> None:
    text = path.read_text()
    assert "sudo" not in text
    assert "apt-get upgrade" not in text  # the base's task, by a newer base
    assert text.count("apt-get install -y -qq --no-install-recommends") == text.count("apt-get install")


@pytest.mark.parametrize("lack", ["USER 10001:10001\n", 'ENTRYPOINT ["echo-gpu"]\n'])
def test_a_file_without_user_or_entry_is_refused(tmp_path: Path, lack: str) -> None:
    text = container.CONTAINERFILE.read_text()
    assert lack in text
    (tmp_path / "Containerfile").write_text(text.replace(lack, ""))
    with pytest.raises(ValueError, match="the last stage needs USER"):
        container.read(tmp_path / "Containerfile")
