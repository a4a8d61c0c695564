"""Threads that execute a kernel side by side, in numpy: those of several work-groups at a time.

Each instruction becomes, once, a function that computes it for all threads, or for those of a mask. Threads that part
at a branch go on by lowest address, and together again from where they meet.

* A barrier waits for all threads of its work-group. It is a fault where one has returned, or waits at another barrier.
* Local memory starts as NaNs in every type, as nobody may rely on what is there.
* Instructions of a warp (mma.sync, ldmatrix, shfl.sync) take whole warps alone.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled, Stop
from .memory import Layout, Places, Space
from .source import SIZES, Instruction, Kernel, Operand

WARP = 32

# Branches that a work-group takes at most: what takes more does not end.
BRANCHES = 1_000_000

# Which threads an instruction is for: all, or those where an array is true.
Mask = NDArray[np.bool_] | bool
Step = Callable[[Mask], None]

TYPES: dict[str, np.dtype] = {
    "pred": np.dtype(np.bool_),
    **{f"{kind}{bits}": np.dtype(f"u{bits // 8}") for kind in "bu" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": np.dtype(f"i{bits // 8}") for bits in (8, 16, 32, 64)},
    "f16": np.dtype(np.float16), "f16x2": np.dtype(np.uint32), "bf16x2": np.dtype(np.uint32),
    "f32": np.dtype(np.float32), "f64": np.dtype(np.float64),
}  # fmt: skip


class Machine:
    """The threads of some work-groups, and what they see."""

    def __init__(
        self, kernel: Kernel, memory: Space, constants: Space, shared: Layout, symbols: dict[str, int],
        parameters: dict[str, np.generic], special: dict[str, NDArray[np.uint32]], group_size: int,
    ) -> None:  # fmt: skip
        """`symbols`: addresses of variables; `special`: registers such as %tid.x for all threads."""
        self.kernel = kernel
        self.parameters, self.special, self.group_size = parameters, special, group_size
        self.count = count = len(special["%tid.x"])
        threads = np.arange(count)
        private = Layout()
        self.symbols = dict(symbols)
        for variable in kernel.variables:
            if variable.space == "local":
                self.symbols[variable.name] = private.place(variable.byte_count, variable.alignment)
        self.groups = threads // group_size
        self.spaces = {
            "global": memory,
            "const": constants,
            "shared": Space("shared", shared, self.groups, fill=0xFF),
            "local": Space("local", private, threads, fill=0xFF),
        }
        self.shared = self.spaces["shared"]
        self.shared.watch_for_races(threads % group_size + 1)
        self._allocate_registers()
        self.at_barrier: list[Callable[[int], None]] = []
        """Called with each work-group that passes a barrier."""
        self.steps: list[Step] = []
        """What each instruction does; `instructions.load` fills them in."""
        self.is_control = [instruction.name in CONTROL for instruction in kernel.code]

    # Registers

    def _allocate_registers(self) -> None:
        """A row of a matrix for each register, a matrix for each width."""
        widths: dict[int, list[str]] = {0: [], 2: [], 4: [], 8: []}
        for name, kind in self.kernel.registers.items():
            widths[SIZES.get(kind, 0)].append(name)
        self.rows: dict[str, tuple[int, int]] = {}
        self.matrices: dict[int, NDArray] = {}
        for width, names in widths.items():
            element = f"u{width}" if width else np.bool_
            self.matrices[width] = np.zeros((len(names), self.count), element)
            self.rows.update({name: (width, row) for row, name in enumerate(names)})

    def row(self, name: str) -> NDArray:
        """All threads' values of a register, as unsigned integers or, of predicates, booleans."""
        if name not in self.rows:
            raise NotModelled(f"the register {name}")
        width, row = self.rows[name]
        return self.matrices[width][row]

    def source(self, operand: Operand, kind: str) -> NDArray:
        """An operand's values as a type: an array that follows the register, or a constant of no dimensions."""
        assert isinstance(operand, str), operand
        element = TYPES[kind]
        if operand in self.special:
            return self.special[operand].view(element)
        if operand in self.rows:
            row = self.row(operand)
            if row.dtype.itemsize == element.itemsize:
                return row.view(element)
            if row.dtype.itemsize < element.itemsize:
                raise NotModelled(f"{operand} of {row.dtype} as {kind}")
            # A wider register: its low bytes.
            return row.view(element)[:: row.dtype.itemsize // element.itemsize]
        return constant(operand, kind, self.symbols)

    def target(self, operand: Operand, kind: str) -> NDArray:
        """Where a result of a type goes: the register's row, as this type if that has its width."""
        assert isinstance(operand, str), operand
        if operand == "_":
            return np.zeros(self.count, TYPES[kind])
        row = self.row(operand)
        element = TYPES[kind]
        if row.dtype.itemsize == element.itemsize:
            return row.view(element)
        # A result of fewer bits is extended, by its sign where it has one.
        return row.view(f"{'i' if element.kind == 'i' else 'u'}{row.dtype.itemsize}")

    def address(self, operand: Operand) -> Callable[[], Places]:
        """The addresses of `[register+offset]` or `[variable+offset]`, when they are asked for."""
        assert isinstance(operand, str), operand
        base, _, offset = operand[1:-1].replace(" ", "").partition("+")
        number = int(offset or "0", 0)
        if base in self.rows:
            row = self.row(base)
            return lambda: row.astype(np.int64) + number
        fixed = np.full(self.count, int(constant(base, "u64", self.symbols)) + number, np.int64)
        return lambda: fixed

    # Execution

    def run(self) -> None:
        self.paths: dict[int, NDArray[np.bool_]] = {0: np.ones(self.count, np.bool_)}
        self.returned = np.zeros(self.count, np.bool_)
        self.waits_at = np.full(self.count, -1)
        self.branches = 0
        while self.paths:
            at = min(self.paths)
            self._advance(at, self.paths.pop(at))
        if not self.returned.all():
            raise Stop("work-items wait at a barrier that the others do not reach")

    def _advance(self, at: int, mask: NDArray[np.bool_]) -> None:
        """Runs threads from an instruction to where they part, wait, return or meet others."""
        steps, is_control, code = self.steps, self.is_control, self.kernel.code
        meets = min(self.paths, default=len(steps))
        where: Mask = True if mask.all() else mask
        while at != meets:
            if at == len(steps):
                self._retire(mask)
                return
            if not is_control[at]:
                steps[at](where)
                at += 1
                continue
            instruction = code[at]
            if instruction.name == "bra":
                self.branches += 1
                if self.branches > BRANCHES:
                    raise Stop(f"a loop that does not end: {instruction.text}")
                taken = mask & self.guard(instruction) if instruction.guard else mask
                target = self.kernel.labels[str(instruction.operands[0])]
                if taken is mask or (taken == mask).all():
                    at = target
                elif not taken.any():
                    at += 1
                else:
                    self._join(target, taken)
                    self._join(at + 1, mask & ~taken)
                    return
                if at > meets:
                    break
            elif instruction.guard:
                raise NotModelled(f"a condition here: {instruction.text}")
            elif instruction.name in ("ret", "exit"):
                self._retire(mask)
                return
            else:
                self._wait(at, mask)
                return
        self._join(at, mask)

    def guard(self, instruction: Instruction) -> NDArray[np.bool_]:
        """Where an instruction's predicate is what it must be."""
        assert instruction.guard
        flag = self.row(instruction.guard)
        return flag if instruction.guard_is else ~flag

    def _join(self, at: int, mask: NDArray[np.bool_]) -> None:
        known = self.paths.get(at)
        self.paths[at] = mask if known is None else known | mask

    def _retire(self, mask: NDArray[np.bool_]) -> None:
        self.returned |= mask
        self._release()

    def _wait(self, at: int, mask: NDArray[np.bool_]) -> None:
        instruction = self.kernel.code[at]
        if instruction.operands not in (("0",), ()) or instruction.has("red", "arrive", "warp"):
            raise NotModelled(f"a barrier of some threads: {instruction.text}")
        self.waits_at[mask] = at
        self._release()

    def _release(self) -> None:
        """Lets those work-groups go on whose threads all wait."""
        waits = (self.waits_at >= 0).reshape(-1, self.group_size)
        ended = self.returned.reshape(-1, self.group_size)
        stuck = waits.any(1) & ended.any(1) & (waits | ended).all(1)
        if stuck.any():
            raise Stop("work-items returned before a barrier that others of their work-group wait at")
        ready = np.flatnonzero(waits.all(1))
        for group in map(int, ready):
            threads = slice(group * self.group_size, (group + 1) * self.group_size)
            at = self.waits_at[threads]
            if (at != at[0]).any():
                raise Stop("work-items of a work-group wait at different barriers")
            mask = np.zeros(self.count, np.bool_)
            mask[threads] = True
            self._join(int(at[0]) + 1, mask)
            self.waits_at[threads] = -1
            assert self.shared.watch
            self.shared.watch.clear(group * self.shared.stride, (group + 1) * self.shared.stride)
            for action in self.at_barrier:
                action(group)

    # What instructions use

    def whole_warps(self, where: Mask, text: str) -> None:
        """Stops where a warp takes part with some of its lanes alone."""
        if where is not True:
            warps = np.asarray(where).reshape(-1, WARP)
            if (warps.any(1) & ~warps.all(1)).any():
                raise Stop(f"some lanes of a warp alone: {text}")

    def warps_of_32(self, text: str) -> None:
        if self.group_size % WARP:
            raise Stop(f"a work-group of {self.group_size} is no whole warps: {text}")


CONTROL = frozenset({"bra", "ret", "exit", "bar", "barrier"})


def constant(operand: str, kind: str, symbols: dict[str, int]) -> NDArray:
    """A number or a variable's address as a type, of no dimensions."""
    element = TYPES[kind]
    if operand in symbols:
        return np.array(symbols[operand], element)
    if operand.startswith("0f"):
        return np.array(int(operand[2:], 16), np.uint32).view(np.float32)
    if operand.startswith("0d"):
        return np.array(int(operand[2:], 16), np.uint64).view(np.float64)
    try:
        number = int(operand, 0)
    except ValueError:
        raise NotModelled(f"the operand {operand}") from None
    if element.kind in "fb":
        return np.array(number, element)
    unsigned = np.dtype(f"u{element.itemsize}")
    return np.array(number & (2 ** (8 * element.itemsize) - 1), unsigned).view(element)


def chosen(where: Mask) -> Places | slice:
    """The numbers of a mask's threads, for indexing."""
    return slice(None) if where is True else np.flatnonzero(where)


def put(target: NDArray, value: NDArray, where: Mask) -> None:
    np.copyto(target, value, where=where, casting="unsafe")
