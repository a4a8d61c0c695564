"""``python -m echo_gpu`` as a process: what it prints, and its exit statuses."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import synthetic
from conftest import TIMEOUT
from extracted import extract, make_recordings

import echo_gpu


@pytest.fixture
def run(tmp_path):
    """Runs the program; gives its status, stdout and stderr."""

    def call(*arguments, before=""):
        program = f"{before}\nimport runpy; runpy.run_module('echo_gpu', run_name='__main__')"
        start = ["-c", program] if before else ["-m", "echo_gpu"]
        done = subprocess.run(  # noqa: S603  Ours.
            [sys.executable, *start, *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return call


def test_version(run):
    assert run("version") == (0, echo_gpu.__version__ + "\n", "")


def test_help(run):
    status, output, errors = run("--help")
    assert (status, errors) == (0, "")
    for command in ("convert", "export", "pull", "version"):
        assert f"    {command}" in output
        assert run(command, "--help")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["exprt"], "invalid choice: 'exprt'"),
        (["export", "folder"], "required: OUT.parquet"),
        (["export", "folder", "out", "--level", "both"], "invalid choice: 'both'"),
        (["convert", "a.pth", "--num-heads", "x"], "invalid int value: 'x'"),
        (["convert", "a.pth", "b", "--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_command_lines_that_are_wrong(run, arguments, message):
    status, output, errors = run(*arguments)
    assert (status, output) == (64, "")
    assert message in errors
    assert errors.startswith("echo-gpu: error: ")
    assert errors.count("\n") == 1


class TestExport:
    @pytest.fixture
    def folder(self, command, tmp_path):
        recordings = make_recordings(tmp_path / "in")
        options = {"level": "both", "channels": "each", "layout": "parts"}
        return extract(command, tmp_path / "out", recordings, status=3, **options)

    def test_writes_and_counts(self, run, folder, tmp_path):
        pq = pytest.importorskip("pyarrow.parquet")
        status, output, errors = run("export", folder, "all.parquet")
        assert (status, output) == (0, "")
        assert errors == (
            "Wrote 8 of 8 embedded recordings and channels to all.parquet.\n"
            "1 recordings have no embedding: see errors*.jsonl there.\n"
        )
        assert pq.read_table(tmp_path / "all.parquet").num_rows == 8
        arguments = ("export", folder, "some.parquet", "--level", "segment", "--width", 768)
        assert run(*arguments)[0] == 0
        table = pq.read_table(tmp_path / "some.parquet")
        assert table.num_rows == echo_gpu.read(folder).table(768, "segment").shape[0]
        status, _, errors = run("export", folder, "none.parquet", "--width", 5)
        assert status == 64
        assert "no embeddings of width 5; its widths: 768, 1344" in errors

    def test_refusals(self, run, folder, tmp_path):
        assert run("export", "missing", "out.parquet")[0] == 66
        status, _, errors = run("export", tmp_path / "in", "out.parquet")
        assert status == 65
        assert errors.startswith("echo-gpu: error: ")
        assert "is not an output folder of echo-gpu extract" in errors
        assert run("export", folder, "missing/out.parquet")[0] == 73
        hidden = "import sys; sys.modules['pyarrow'] = None"
        status, _, errors = run("export", folder, "out.parquet", before=hidden)
        assert status == 69
        assert "pip install 'echo-gpu[parquet]'" in errors


class TestConvert:
    def test_prints_the_folder(self, run, tmp_path):
        torch = pytest.importorskip("torch")
        tensors = {
            name: torch.from_numpy(synthetic.tensor(name, shape, 5, 1.0)).double() / 3
            for name, shape in synthetic.shapes(64, 1).items()
        }
        torch.save({"encoder": tensors, "decoder": {"x": torch.zeros(1)}}, tmp_path / "a.pth")
        status, output, errors = run("convert", "a.pth", "model")
        assert (status, output) == (0, "model\n")
        warning, said = errors.splitlines()
        assert warning.startswith("echo-gpu: warning: a.pth: ")
        assert "rounded to float32" in warning
        assert said == "Wrote 18 tensors to model; 1 that are not the encoder's are left out."
        values = tensors["norm.bias"].float().numpy()
        assert values.tobytes() in (tmp_path / "model" / "model.safetensors").read_bytes()
        assert np.isfinite(values).all()
        status, _, errors = run("convert", "a.pth", "model")
        assert status == 73
        assert "model: is there already" in errors

    def test_refusals(self, run, tmp_path):
        pytest.importorskip("torch")
        assert run("convert", "missing.pth")[0] == 66
        (tmp_path / "bad.pth").write_text("no checkpoint")
        assert run("convert", "bad.pth")[0] == 78


def test_pull_wants_a_name(run):
    status, output, errors = run("pull", "demo")
    assert (status, output) == (64, "")
    assert "demo is no model of the hub" in errors
