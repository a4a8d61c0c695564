"""A kernel over all of its work-groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled
from .instructions import load
from .machine import TYPES, WARP, Machine
from .memory import Layout, Space
from .source import Kernel

# Threads side by side: enough to hide what an instruction costs in Python, few enough for the caches.
THREADS = 1024


@dataclass(frozen=True)
class Local:
    """A __local argument of so many bytes."""

    byte_count: int


@dataclass
class Result:
    """What came of a launch."""

    buffers: dict[int, bytes] = field(default_factory=dict)
    """What each buffer holds behind it, by the argument's number."""
    race_count: int = 0
    races: list[str] = field(default_factory=list)
    """Some of the statements that raced."""


Argument = bytes | Local | np.generic


def launch(
    kernel: Kernel, grid: Sequence[int], block: Sequence[int], arguments: Sequence[Argument],
    threads: int = THREADS,
) -> Result:  # fmt: skip
    """Runs a kernel; bytes among its arguments are buffers.

    `grid`: work-groups in each of three dimensions; `block`: work-items of one. Raises Stop where the kernel does what
    it must not.
    """
    if len(arguments) != len(kernel.parameters):
        raise NotModelled(f"{len(arguments)} arguments for {len(kernel.parameters)} of {kernel.name}")
    memory = _Arguments(kernel, arguments)
    group_size = int(np.prod(block))
    group_count = int(np.prod(grid))
    side_by_side = max(1, threads // group_size)
    zeros = np.zeros(side_by_side * group_size, np.int64)
    space = Space("global", memory.globals, zeros)
    for start, content in memory.contents:
        space.bytes[start : start + len(content)] = np.frombuffer(content, np.uint8)
    if group_count > 1:
        if group_count >= 0xFFFF:
            raise NotModelled(f"a launch of {group_count} work-groups")
        space.watch_for_races([0] * len(zeros))
    result = Result()
    # The first dimension is the fastest.
    groups = ((x, y, z) for z, y, x in product(*(range(n) for n in reversed(grid))))
    first = 0
    with np.errstate(all="ignore"):
        while some := list(islice(groups, side_by_side)):
            space.offsets = np.zeros(len(some) * group_size, np.int64)
            space.parties = np.repeat(np.arange(first, first + len(some)) + 1, group_size).astype(np.uint16)
            machine = memory.machine(kernel, space, grid, block, some)
            load(machine)
            machine.run()
            first += len(some)
            assert machine.shared.watch
            result.race_count += machine.shared.watch.count
            result.races += machine.shared.watch.first
    if space.watch:
        result.race_count += space.watch.count
        result.races += space.watch.first
    for number, (start, byte_count) in memory.buffers.items():
        result.buffers[number] = space.bytes[start : start + byte_count].tobytes()
    return result


class _Arguments:
    """Where a launch's buffers, variables and __local arguments lie, and its parameters' values."""

    def __init__(self, kernel: Kernel, arguments: Sequence[Argument]) -> None:
        self.globals, self.shared, constants = Layout(), Layout(), Layout()
        self.buffers: dict[int, tuple[int, int]] = {}
        self.contents: list[tuple[int, bytes]] = []
        self.parameters: dict[str, np.generic] = {}
        self.symbols: dict[str, int] = {}
        layouts = {"global": self.globals, "shared": self.shared, "const": constants}
        self.constants = constants
        constant_contents: list[tuple[int, bytes]] = []
        for variable in kernel.variables:
            if variable.space not in layouts:
                continue
            start = layouts[variable.space].place(variable.byte_count, variable.alignment)
            self.symbols[variable.name] = start
            to = constant_contents if variable.space == "const" else self.contents
            to.append((start, variable.content))
        for number, (argument, (name, kind)) in enumerate(
            zip(arguments, kernel.parameters, strict=True)
        ):
            if isinstance(argument, bytes):
                start = self.globals.place(len(argument), 256)
                self.buffers[number] = (start, len(argument))
                self.contents.append((start, argument))
                self.parameters[name] = TYPES[kind].type(start)
            elif isinstance(argument, Local):
                self.parameters[name] = TYPES[kind].type(self.shared.place(argument.byte_count, 128))
            else:
                # clang declares an int as u32.
                self.parameters[name] = argument
        self.constant_contents = constant_contents

    def machine(
        self, kernel: Kernel, space: Space, grid: Sequence[int], block: Sequence[int],
        groups: Sequence[tuple[int, int, int]],
    ) -> Machine:  # fmt: skip
        size = int(np.prod(block))
        constants = Space("const", self.constants, np.zeros(len(groups) * size, np.int64))
        for start, content in self.constant_contents:
            constants.bytes[start : start + len(content)] = np.frombuffer(content, np.uint8)
        special = special_registers(grid, block, groups)
        return Machine(
            kernel, space, constants, self.shared, self.symbols, self.parameters, special, size
        )


def special_registers(
    grid: Sequence[int], block: Sequence[int], groups: Sequence[tuple[int, int, int]]
) -> dict[str, NDArray[np.uint32]]:
    """%tid and its like for the threads of these work-groups."""
    size = int(np.prod(block))
    one = np.arange(size, dtype=np.uint32)
    thread = np.tile(one, len(groups))
    special = {
        "%tid.x": thread % block[0],
        "%tid.y": thread // block[0] % block[1],
        "%tid.z": thread // (block[0] * block[1]),
        "%laneid": thread % WARP,
        "%warpid": thread // WARP,
    }
    for axis, name in enumerate("xyz"):
        special[f"%ctaid.{name}"] = np.repeat([group[axis] for group in groups], size)
        special[f"%ntid.{name}"] = np.full(len(thread), block[axis])
        special[f"%nctaid.{name}"] = np.full(len(thread), grid[axis])
    return {name: values.astype(np.uint32) for name, values in special.items()}
