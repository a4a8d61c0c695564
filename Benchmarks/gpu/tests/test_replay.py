"""A captured launch from its files to the driver's calls, on a stand-in for NVIDIA's driver."""
import json
import os
import pathlib
import struct
import subprocess
import sys

import pytest

REPLAY = pathlib.Path(__file__).resolve().parents[1] / "ptx/replay.py"
PTX = """.version 8.1
.target sm_80
.address_size 64
.visible .entry scale_f32(
	.param .u64 scale_f32_param_0,
	.param .u64 scale_f32_param_1,
	.param .u32 scale_f32_param_2,
	.param .f32 scale_f32_param_3,
	.param .u64 scale_f32_param_4
)
{
	ld.param.u64 	%rd4, [scale_f32_param_4];
	ret;
}
"""
INPUT = [1.0, -2.0, 0.5, 8.0]


def capture(folder: pathlib.Path, *, local: int = 512, wrong: float = 0.0, ptx: str = PTX,
            extra: list | None = None) -> None:
    """One launch, as `echo-bench launches` writes it."""
    expected = [3 * value for value in INPUT]
    expected[2] += wrong
    (folder / "0000-scale.0.bin").write_bytes(struct.pack("<4f", *INPUT))
    (folder / "0000-scale.1.bin").write_bytes(bytes(24))  # longer than the output
    (folder / "0000-scale.expected.bin").write_bytes(struct.pack("<4f", *expected))
    (folder / "scale-0.ptx").write_text(ptx)
    (folder / "0000-scale.json").write_text(json.dumps({
        "name": "0000-scale", "device": "here", "case": "scale n=4", "operation": "scale",
        "program": "scale-0", "kernel": "scale_f32", "global": [64, 6], "local": [32, 2],
        "arguments": [
            {"kind": "buffer", "byteCount": 16, "before": "0000-scale.0.bin"},
            {"kind": "buffer", "byteCount": 24, "before": "0000-scale.1.bin"},
            {"kind": "int", "value": 4}, {"kind": "float", "value": 3},
            {"kind": "local", "byteCount": local}, *(extra or [])],
        "output": {"argument": 1, "element": "float32", "expected": "0000-scale.expected.bin",
                   "tolerance": {"absolute": 1e-6, "relative": 0, "ofLargest": 0}}}))


def run(folder: pathlib.Path, library: str) -> tuple[int, dict, str]:
    """The exit status, what it wrote, and the launches that the driver saw."""
    log = folder / "log"
    result = subprocess.run(
        [sys.executable, str(REPLAY), str(folder), "--json", str(folder / "out.js"),
         "--library", library, "--driver", "cuda", "--seconds", "0"],
        env=os.environ | {"STAND_IN_LOG": str(log)}, capture_output=True, text=True, check=False)
    assert (folder / "out.js").exists(), result.stderr
    return (result.returncode, json.loads((folder / "out.js").read_text()),
            log.read_text() if log.exists() else "")


def test_a_launch_gets_its_arguments_and_is_right(tmp_path, driver_library):
    capture(tmp_path)
    status, found, log = run(tmp_path, driver_library)
    assert (status, found["right"], found["wrong"]) == (0, 1, 0)
    assert found["card"] == {
        "card": "stand-in", "cuda": "12.4", "compute": "9.0", "multiprocessors": 132,
        "clock_mhz": 1980.0, "way": "libcuda"}
    launch = found["launches"][0]
    assert (launch["compared"], launch["maximum_error"]) == (4, 0.0)
    # 2 ms for a burst of 20.
    assert launch["microseconds"] == pytest.approx(100)
    assert (launch["shared"], launch["stack"], launch["registers"]) == (10, 30, 40)
    assert log.splitlines() == ["2 3 1, 32 2 1, 512 shared"] * 21


def test_a_wrong_number_is_wrong(tmp_path, driver_library):
    capture(tmp_path, wrong=0.25)
    status, found, _ = run(tmp_path, driver_library)
    assert (status, found["right"], found["wrong"]) == (1, 0, 1)
    assert found["launches"][0]["maximum_error"] == 0.25


def test_more_local_memory_than_usual_is_asked_for(tmp_path, driver_library):
    capture(tmp_path, local=100_000)
    assert run(tmp_path, driver_library)[0] == 0


def test_local_memory_of_emulation_is_left_out(tmp_path, driver_library):
    capture(tmp_path, extra=[{"kind": "local", "byteCount": 4096}])
    status, _, log = run(tmp_path, driver_library)
    assert status == 0 and "512 shared" in log


@pytest.mark.parametrize(("change", "reason"), [
    (dict(extra=[{"kind": "int", "value": 1}]), "6 were captured"),
    (dict(ptx=PTX.replace(".f32 scale_f32_param_3", ".u64 scale_f32_param_3")), "argument 3"),
    (dict(ptx=PTX.replace("ret;", "ret; // refuse me")), "line 1 is refused"),
    (dict(ptx=PTX.replace("entry scale_f32", "entry other")), "no kernel scale_f32"),
])
def test_what_cannot_be_run_says_why(tmp_path, driver_library, change, reason):
    capture(tmp_path, **change)
    status, found, log = run(tmp_path, driver_library)
    assert status == 1 and reason in found["launches"][0]["reason"]
    assert log == ""


def test_no_card_is_no_failure_of_a_launch(tmp_path):
    result = subprocess.run(
        [sys.executable, str(REPLAY), "--probe", "--library", "libnone.so.1", "--driver", "cuda"],
        capture_output=True, text=True, check=False)
    assert result.returncode == 2 and "no NVIDIA driver here" in result.stderr
