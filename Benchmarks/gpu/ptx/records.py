"""Captured launches: what a kernel was given, and what it is to leave (`echo-bench launches`).

A folder holds NUMBER-KERNEL.json for each launch, a file for each buffer, and PROGRAM.ptx for each
program. Python's own library is all that is needed.
"""
import array
import dataclasses
import json
import math
import pathlib
import struct
import sys


@dataclasses.dataclass(frozen=True)
class Buffer:
    """Device memory: its bytes before the launch."""

    data: bytes


@dataclasses.dataclass(frozen=True)
class Local:
    """Local memory of a work-group: OpenCL's __local argument, CUDA's shared memory."""

    byte_count: int


@dataclasses.dataclass(frozen=True)
class Scalar:
    """A number of 4 bytes, as the device sees it."""

    data: bytes


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """`absolute + relative |r| + ofLargest max|r|`, and for logarithms a share of the loudest."""

    absolute: float
    relative: float
    of_largest: float
    of_loudest: tuple[float, float] | None = None

    def allowed(self, reference: float, largest: float, highest: float) -> float:
        allowed = self.absolute + self.relative * abs(reference) + self.of_largest * largest
        if self.of_loudest:
            share, divisor = self.of_loudest
            allowed += share / divisor * math.exp((highest - reference) * divisor)
        return allowed


@dataclasses.dataclass(frozen=True)
class Output:
    """What one argument holds behind the launch, within a tolerance."""

    argument: int
    element: str  # float32, float16 or int32
    expected: bytes  # float32, or int32 if that is the element
    tolerance: Tolerance

    def compare(self, found: bytes) -> "Comparison":
        """Compares the buffer's bytes, the output first in it, with what is expected."""
        expected = floats(self.expected, "int32" if self.element == "int32" else "float32")
        width = {"float32": 4, "float16": 2, "int32": 4}[self.element]
        actual = floats(found[: width * len(expected)], self.element)
        return compare(actual, expected, self.tolerance)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """How far a launch lies from what is expected."""

    maximum_error: float
    mismatches: int
    count: int

    @property
    def passes(self) -> bool:
        return self.mismatches == 0


@dataclasses.dataclass(frozen=True)
class Launch:
    """One launch of a kernel."""

    name: str
    case: str
    program: pathlib.Path
    kernel: str
    grid: tuple[int, int, int]  # work-groups in each dimension
    block: tuple[int, int, int]  # work-items of a work-group
    arguments: list[Buffer | Local | Scalar]
    output: Output | None


def floats(data: bytes, element: str) -> list[float]:
    """The numbers in `data`, in the byte order of this machine, which devices share."""
    if element == "float16":
        return list(struct.unpack(f"<{len(data) // 2}e", data))
    values = array.array("i" if element == "int32" else "f", data)
    if sys.byteorder != "little":
        values.byteswap()
    return values.tolist()


def compare(actual: list[float], expected: list[float], tolerance: Tolerance) -> Comparison:
    """As EchoTensor's `Comparison`: a NaN in place of a number is infinitely wrong."""
    if len(actual) != len(expected):
        raise ValueError(f"{len(actual)} elements where {len(expected)} are expected")
    largest = max(map(abs, expected), default=0.0)
    highest = max(expected, default=0.0)
    worst, mismatches = 0.0, 0
    for a, r in zip(actual, expected):
        error = abs(a - r)
        if math.isnan(error):
            error = 0.0 if a == r else math.inf
        worst = max(worst, error)
        mismatches += not error <= tolerance.allowed(r, largest, highest)
    return Comparison(worst, mismatches, len(expected))


def read(path: pathlib.Path) -> Launch:
    """Reads one launch. Raises ValueError, with the reason, if it cannot be run again."""
    record = json.loads(path.read_text())
    if not record.get("local"):
        raise ValueError("the size of its work-groups was left to the device")
    block = _three(record["local"])
    grid = tuple(g // b for g, b in zip(_three(record["global"]), block))
    if tuple(g * b for g, b in zip(grid, block)) != _three(record["global"]):
        raise ValueError(f"{record['global']} work-items are no whole work-groups of {block}")
    return Launch(
        record["name"], record["case"], path.parent / f"{record['program']}.ptx",
        record["kernel"], grid, block,
        [_argument(argument, path.parent) for argument in record["arguments"]],
        _output(record.get("output"), path.parent))


def _three(sizes: list[int]) -> tuple[int, int, int]:
    return tuple(sizes + [1] * (3 - len(sizes)))


def _argument(record: dict, folder: pathlib.Path) -> Buffer | Local | Scalar:
    kind = record["kind"]
    if kind == "buffer":
        return Buffer((folder / record["before"]).read_bytes())
    if kind == "local":
        return Local(record["byteCount"])
    if kind == "int":
        return Scalar(struct.pack("<i", int(record["value"])))
    if kind == "float":
        return Scalar(struct.pack("<f", record["value"]))
    raise ValueError(f"an argument of kind {kind}")


def _output(record: dict | None, folder: pathlib.Path) -> Output | None:
    if record is None:
        return None
    allowed = record["tolerance"]
    loudest = allowed.get("ofLoudest")
    return Output(
        record["argument"], record["element"], (folder / record["expected"]).read_bytes(),
        Tolerance(allowed["absolute"], allowed["relative"], allowed["ofLargest"],
                  tuple(loudest) if loudest else None))
