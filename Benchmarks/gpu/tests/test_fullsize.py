"""A batch of clips made from a captured launch of a few sequences."""
import pathlib
import struct

import fullsize
import pytest
from records import Buffer, Launch, Local, Output, Scalar, Tolerance


def captured(kernel: str = "encoder_stack_matrix_f16", width: int = 192) -> Launch:
    rows = 95
    arguments = [
        Buffer(b"\1\2" * (rows * width) + b"behind"), Buffer(struct.pack("<3i", 0, 63, rows)),
        Buffer(b"weights"), Buffer(b"biases"), Buffer(bytes(2 * rows * width)),
        Scalar(struct.pack("<i", 2)), Scalar(struct.pack("<i", 3)), Scalar(struct.pack("<f", 0.1)),
        Scalar(struct.pack("<f", 1e-6)), Local(4096)]
    expected = bytes(4 * rows * width)
    return Launch("0000", "case", pathlib.Path("x.ptx"), kernel, (3, 1, 1), (32, 8, 1), arguments,
                  Output(4, "float16", expected, Tolerance(1, 0, 0)))


def test_a_batch_has_every_clips_bands():
    large = fullsize.full_size(captured())
    assert len(large.arguments[0].data) == 64 * 7 * 64 * 192 * 2
    offsets = struct.unpack("<449i", large.arguments[1].data)
    assert offsets[:2] == (0, 64) and offsets[-1] == 64 * 7 * 64
    assert large.arguments[5].data == struct.pack("<i", 448)
    assert len(large.arguments[4].data) == len(large.arguments[0].data)
    # What is behind the rows is not repeated.
    assert b"b" not in large.arguments[0].data
    assert large.grid[0] >= 2 * 448 and large.block == (32, 8, 1) and large.output is None


def test_other_kernels_and_widths_stay_as_they_are():
    assert fullsize.full_size(captured(kernel="matmul_matrix_f16")) is None
    assert fullsize.full_size(captured(width=128)) is None


def test_the_speed_is_that_of_all_layers():
    # Three of twelve layers in a millisecond.
    assert fullsize.clips_per_second(captured(), 0.001) == pytest.approx(64 / 0.004)
