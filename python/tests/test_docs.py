"""The blocks of docs/python.md are one script: it runs from top to bottom."""

from __future__ import annotations

import importlib.util
import pathlib
import re

import pytest
import synthetic

DOCS = pathlib.Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(?:<!-- needs: ([^>]*) -->\n)?```python\n(.*?)```", re.DOTALL)


def blocks(name):
    """The blocks of a page: line, what they need, code."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        needs = [need.strip() for need in (match[1] or "").split(",") if need.strip()]
        yield line, needs, match[2]


@pytest.mark.filterwarnings("ignore::echo_gpu.errors.UntrainedWarning")
def test_every_block_of_python_md_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {"__name__": "docs"}
    ran, left_out = 0, []
    for line, needs, code in blocks("python.md"):
        packages = [need for need in needs if need != "upstream checkpoint"]
        absent = [name for name in packages if importlib.util.find_spec(name) is None]
        if absent:
            left_out.append(f"line {line} needs {', '.join(absent)}")
            continue
        if "upstream checkpoint" in needs:
            save_checkpoint(tmp_path / "checkpoint.pth")
        # As many lines before it as in the page, so that a failure names the page's line.
        exec(compile("\n" * (line - 1) + code, str(DOCS / "python.md"), "exec"), scope)  # noqa: S102
        ran += 1
    assert ran >= 6
    if left_out:
        pytest.skip(f"{ran} blocks ran; {'; '.join(left_out)}")


def save_checkpoint(path):
    torch = pytest.importorskip("torch")
    torch.save(
        {
            name: torch.from_numpy(synthetic.tensor(name, shape, seed=1, gain=1.0))
            for name, shape in synthetic.shapes(192, 12).items()
        },
        path,
    )
