"""`.ci/pages`: which links, words and sentences it refuses; and the pages of this repository."""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
loader = importlib.machinery.SourceFileLoader("pages", str(ROOT / ".ci" / "pages"))
pages = importlib.util.module_from_spec(importlib.util.spec_from_loader("pages", loader))
sys.modules["pages"] = pages
loader.exec_module(pages)


@pytest.fixture
def faults(tmp_path):
    (tmp_path / "other.md").write_text("# One `word`, two\n\n```sh\n# no heading\n```\n")

    def faults_of(text):
        page = tmp_path / "page.md"
        page.write_text(text)
        return [fault.removeprefix(f"{page}:") for fault in pages.faults(page)]

    return faults_of


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[a](other.md) and [b](https://example.org/x) and `[c](nowhere.md)`\n", None),
        ("\n\n[a](nowhere.md)\n", "3: the link nowhere.md leads nowhere"),
        ("![a picture\nof rooms](pictures/rooms.svg)\n", "1: the link pictures/rooms.svg leads nowhere"),
        ("[a](other.md#one-word-two)\n", None),
        ("[a](other.md#no-heading)\n", "1: other.md has no heading #no-heading"),
        ("# Here\n\n[a](#here)\n", None),
        ("```md\n[a](nowhere.md)\n```\n", None),
        ("The list\nhas settings of before.\n", "2: 'settings of before': the earlier settings"),
        ("`settings of before`\n", None),
        ("It is the smallest.\n", None),
        ("We recognize it.\n", "1: 'recognize': -ise"),
        ("a " * 34 + "a. B.\n", None),
        ("\n" + "a " * 30 + "\n" + "a " * 6, "2: 36 words without a break, limit 35: " + "a " * 30),
        ("a " * 20 + "a: " + "a " * 20, None),
        ("a " * 20 + "a;\n" + "a " * 20, None),
        ("- " + "a " * 20 + "\n- " + "a " * 20, None),
        ("| " + "a " * 50 + "|\n", None),
        ("    " + "a " * 50 + "\n", "1: 50"),
        ("x\n\n    " + "a " * 50 + "\n\n", None),
    ],
)
def test_what_is_refused(faults, text, fault):
    found = faults(text)
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(fault)


def test_the_changelog_is_a_list_whose_sentences_are_not_counted(tmp_path):
    page = tmp_path / "CHANGELOG.md"
    page.write_text("a " * 50)
    assert pages.faults(page) == []


def test_the_pages_of_this_repository():
    done = subprocess.run([sys.executable, "-B", ROOT / ".ci" / "pages"], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def test_the_pictures_are_those_that_the_script_draws():
    script = ROOT / "docs" / "pictures" / "draw.py"
    subprocess.run([sys.executable, "-B", script, "--check"], check=True)
