"""What the tests of the page have in common: recordings, their embeddings and scores, made once, and a browser."""

import pathlib
import shutil

import chromium
import folders
import pytest


def pytest_collection_modifyitems(items):
    if chromium.path() is None:
        reason = "Chromium is not installed (Debian: chromium): pages are not tested"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def place(tmp_path_factory) -> pathlib.Path:
    """A folder with `recordings`, `embeddings` of them, `scores`, and recordings with names that are hard to show."""
    place = tmp_path_factory.mktemp("report")
    folders.machines(place / "recordings")
    folders.run("extract", "--model", "demo", "--layout", "parts", "--output", place / "embeddings", place / "recordings")
    folders.run(
        "score", "--bank", place / "embeddings", "--bank-where", "split=train", "--test", place / "embeddings",
        "--test-where", "split=test", "--group-by", "machine", "--quantile", "0.9", "--output", place / "scores")
    for name in folders.HOSTILE:
        folders.tone(place / "hostile" / name, 200, seconds=0.5)
    folders.run("extract", "--model", "demo", "--output", place / "hostile-embeddings", place / "hostile")
    return place


@pytest.fixture(scope="session")
def page(place) -> pathlib.Path:
    """The page of the machines with their scores."""
    file = place / "pages" / "report.html"
    folders.run("report", place / "embeddings", "--scores", place / "scores", "--output", file, "--oddest", 6)
    return file


@pytest.fixture(scope="session")
def hostile_page(place) -> pathlib.Path:
    file = place / "pages" / "hostile.html"
    folders.run("report", place / "hostile-embeddings", "--output", file)
    return file


@pytest.fixture(scope="session")
def linked_page(place) -> pathlib.Path:
    """A page with links, of which one leads nowhere."""
    shutil.copytree(place / "recordings", place / "moved")
    file = place / "pages" / "linked.html"
    folders.run(
        "report", place / "embeddings", "--scores", place / "scores", "--output", file, "--link-audio",
        "--recordings", place / "moved")
    next((place / "moved" / "fan" / "train").glob("*.wav")).unlink()
    return file


@pytest.fixture(scope="session")
def days_page(place) -> pathlib.Path:
    """A page of a pump over thirty days, which knocks louder and louder from the twenty-first on."""
    for day in range(1, 31):
        folders.tone(place / "days" / f"pump_2024-05-{day:02d}T08-00-00.wav", 200, knocks=max(0, day - 20) * 0.12)
    folders.run("extract", "--model", "demo", "--output", place / "days-embeddings", place / "days")
    folders.run(
        "score", "--test", place / "days-embeddings", "--baseline", "20", "--output", place / "days-scores")
    file = place / "pages" / "days.html"
    folders.run(
        "report", place / "days-embeddings", "--scores", place / "days-scores", "--output", file, "--oddest", 2)
    return file


@pytest.fixture
def browser():
    with chromium.Chromium() as browser:
        yield browser
