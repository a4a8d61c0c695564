"""`echo_gpu.read` on folders that something writes to, or wrote to until it died."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from extracted import command_line, copied, write_signal

import echo_gpu
from echo_gpu import BusyError


class TestWhileItIsWritten:
    @pytest.mark.parametrize("layout", ["files", "parts"])
    def test_a_run_in_progress(self, command, tmp_path, layout):
        source, output = tmp_path / "in", tmp_path / "out"
        source.mkdir()
        for number in range(40):
            write_signal(source / f"{number:02}.wav", 1, seed=number)
        options = {"layout": layout, "batch": 2} | ({"part_size": 3} if layout == "parts" else {})
        counts = [0]
        line = command_line(command, output, source, **options)
        with subprocess.Popen(line, stderr=subprocess.DEVNULL) as run:  # noqa: S603
            while (status := run.poll()) is None:
                if (output / "run.json").exists():
                    archive = echo_gpu.read(output)
                    counts.append(len(archive))
                    for recording in archive:
                        assert np.isfinite(recording.utterance).all()
        assert status == 0
        assert counts == sorted(counts)
        assert len(echo_gpu.read(output)) == 40
        # Else it was never read while it was written, and the test says nothing.
        assert len(counts) > 1

    def test_a_line_of_another_recording_is_none(self, archives, tmp_path):
        output = copied(archives("files"), tmp_path)
        archive = echo_gpu.read(output)
        manifest = output / "manifest-000000.jsonl"
        manifest.write_bytes(manifest.read_bytes().replace(b'"id":"r0.wav"', b'"id":"x0.wav"'))
        with pytest.raises(BusyError, match=r"Read the folder again\."):
            _ = archive["r0.wav"]

    def test_a_line_without_an_end_is_none(self, archives, tmp_path):
        output = copied(archives("files"), tmp_path)
        manifest = output / "manifest-000000.jsonl"
        text = manifest.read_bytes()
        manifest.write_bytes(text + b'{"id":"next.wav","path":"in/next.wav","st')
        assert len(echo_gpu.read(output)) == 8
        manifest.write_bytes(text[: text.rindex(b"\n", 0, -1) + 5])
        assert len(echo_gpu.read(output)) == 7

    def test_tables_without_a_manifest_are_none(self, archives, tmp_path):
        output = copied(archives("small parts"), tmp_path)
        last = max(output.glob("manifest-*.jsonl"))
        count = len(last.read_text().splitlines())
        last.unlink()
        (output / ".echo-gpu-1-2.tmp").write_bytes(b"")
        assert 8 - count <= len(echo_gpu.read(output)) < 8

    def test_a_run_that_has_just_begun(self, archives, tmp_path):
        output = copied(archives("parts"), tmp_path)
        for path in output.iterdir():
            if path.name != "run.json":
                path.unlink()
        archive = echo_gpu.read(output)
        assert (len(archive), archive.ids, archive.widths, list(archive)) == (0, [], (), [])
        with pytest.raises(ValueError, match="its widths: none"):
            archive.table(768)
