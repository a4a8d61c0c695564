"""What `echo-bench launches FOLDER` writes: kernel launches that a device here computed, to be run elsewhere.

FOLDER holds

* PROGRAM.cl and PROGRAM.options: a program's text, all its files in one, and its compiler's options, one a line.
  With -DEMULATED it uses a matrix unit that is emulated: without that option the same text is for the unit itself.
* NAME.json for each launch, in the order of their names, of which each begins with a number:
    case, operation     what it belongs to: `matmul T=33 K=33 N=33 gelu`, `matmul`; a case may take several launches
    device              what computed it
    program, kernel     PROGRAM, and the kernel's name
    global, local       work-items in each dimension, and those of a work-group
    arguments           in the kernel's order, each with its `kind`:
        buffer          `byteCount`; `before`, a file with its bytes before the launch; `after`, behind it, left out
                        where nothing changed
        int, float      32 bits, `value`
        local           `byteCount` of local memory. The last one is the `exchange` of an emulated matrix unit, if it is
                        emulated; kernels for the unit itself do not have it
    output              of the launch that leaves the case's result in a buffer:
        argument        which
        element         float32, float16 or int32: how it is stored there, from the buffer's start
        expected        a file of float32, or of int32 where that is the element: what the CPU path makes of the case
        tolerance       how far a value r may lie from that: absolute + relative |r| + ofLargest max|r|, and where
                        `ofLoudest` is there, [share, divisor], besides share / divisor * exp((max r - r) * divisor)
* the files that these name, with the machine's byte order.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .launch import Argument, Local

EMULATED = "-DEMULATED"


@dataclass(frozen=True)
class Output:
    """A case's result and how near it must come."""

    argument: int
    element: str
    expected: NDArray[np.float32] | NDArray[np.int32]
    tolerance: dict

    def allowed(self) -> NDArray[np.float64]:
        """How far each value may lie from what is expected."""
        values = self.expected.astype(np.float64)
        allowed = (
            self.tolerance["absolute"]
            + self.tolerance["relative"] * np.abs(values)
            + self.tolerance["ofLargest"] * np.abs(values).max()
        )
        if self.tolerance.get("ofLoudest"):
            share, divisor = self.tolerance["ofLoudest"]
            allowed = allowed + share / divisor * np.exp((values.max() - values) * divisor)
        return allowed


@dataclass(frozen=True)
class Launch:
    """A launch, as it is to be repeated."""

    name: str
    case: str
    operation: str
    source: Path
    """The program's text."""
    options: tuple[str, ...]
    kernel: str
    grid: tuple[int, ...]
    block: tuple[int, ...]
    arguments: tuple[Argument, ...]
    after: dict[int, bytes]
    """What changed, by the argument's number."""
    output: Output | None


def launches(folder: Path) -> Iterator[Launch]:
    """All launches of a folder in their order."""
    for file in sorted(folder.glob("*.json")):
        yield read(file)


def read(file: Path) -> Launch:
    record = json.loads(file.read_text())
    folder = file.parent
    options = tuple((folder / f"{record['program']}.options").read_text().splitlines())
    given = record["arguments"]
    if EMULATED in options:
        options = tuple(option for option in options if option != EMULATED)
        if given[-1]["kind"] != "local":
            raise ValueError(f"{file}: the last argument of an emulated kernel is no local memory")
        given = given[:-1]
    arguments: list[Argument] = []
    after: dict[int, bytes] = {}
    for number, argument in enumerate(given):
        match argument["kind"]:
            case "buffer":
                arguments.append((folder / argument["before"]).read_bytes())
                if argument.get("after"):
                    after[number] = (folder / argument["after"]).read_bytes()
            case "int":
                arguments.append(np.int32(argument["value"]))
            case "float":
                arguments.append(np.float32(argument["value"]))
            case "local":
                arguments.append(Local(argument["byteCount"]))
            case kind:
                raise ValueError(f"{file}: there is no argument of kind {kind}")
    block = _three(record["local"])
    grid = tuple(n // m for n, m in zip(_three(record["global"]), block, strict=True))
    return Launch(
        record["name"], record["case"], record["operation"], folder / f"{record['program']}.cl",
        options, record["kernel"], grid, block, tuple(arguments), after,
        _output(folder, record["output"]) if record.get("output") else None,
    )  # fmt: skip


def _three(sizes: list[int]) -> tuple[int, ...]:
    return tuple(sizes) + (1,) * (3 - len(sizes))


def _output(folder: Path, record: dict) -> Output:
    element = np.int32 if record["element"] == "int32" else np.float32
    expected = np.frombuffer((folder / record["expected"]).read_bytes(), element)
    return Output(record["argument"], record["element"], expected, record["tolerance"])
