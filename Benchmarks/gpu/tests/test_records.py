"""Numbers compared as EchoTensor compares them."""
import math
import struct

import pytest
import records
from records import Output, Tolerance


def test_what_is_allowed_adds_up():
    tolerance = Tolerance(0.1, 0.01, 0.001, (0.5, 2.0))
    assert tolerance.allowed(3.0, 10.0, 3.0) == pytest.approx(0.1 + 0.03 + 0.01 + 0.25)
    # One below the highest may err e^2 times as much.
    assert tolerance.allowed(2.0, 10.0, 3.0) == pytest.approx(0.1 + 0.02 + 0.01 + 0.25 * math.e**2)


def test_errors_are_counted_and_the_largest_is_named():
    found = records.compare([1.0, 2.5, 3.05], [1.0, 2.0, 3.0], Tolerance(0.1, 0, 0))
    assert (found.maximum_error, found.mismatches, found.passes) == (0.5, 1, False)


def test_no_number_is_infinitely_wrong():
    found = records.compare([math.nan, 0.0], [0.0, 0.0], Tolerance(1e9, 0, 0))
    assert found.maximum_error == math.inf and found.mismatches == 1


def test_halves_are_compared_as_numbers_and_what_is_behind_them_is_not():
    output = Output(0, "float16", struct.pack("<2f", 1.5, -2.0), Tolerance(1e-3, 0, 0))
    assert output.compare(struct.pack("<3e", 1.5, -2.0, 99.0)).passes
    assert not output.compare(struct.pack("<3e", 1.5, 2.0, 99.0)).passes


def test_whole_numbers_are_compared_as_such():
    output = Output(0, "int32", struct.pack("<2i", -1, 20_000_001), Tolerance(0, 0, 0))
    assert output.compare(struct.pack("<3i", -1, 20_000_001, 7)).passes
    assert not output.compare(struct.pack("<2i", -1, 20_000_002)).passes


def test_too_few_numbers_are_refused():
    output = Output(0, "float32", struct.pack("<2f", 1, 2), Tolerance(1, 0, 0))
    with pytest.raises(ValueError, match="1 elements where 2"):
        output.compare(struct.pack("<f", 1))
