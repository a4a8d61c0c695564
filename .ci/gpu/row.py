"""What a compiler made of a kernel for one GPU."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Instruction:
    """A machine instruction, as far as the table counts it."""

    is_product: bool = False
    """A matrix product: HMMA, v_mfma, v_wmma, dpas."""
    is_multiply_add: bool = False
    """A multiply-add of the vector units."""
    is_spill: bool = False
    """A register that is kept in memory, written or read."""
    target: str | None = None
    """The label that it may branch to."""


@dataclass(frozen=True)
class Loop:
    """A loop with no other inside it."""

    instructions: int
    products: int
    multiply_adds: int
    spills: int

    @property
    def product_share(self) -> float:
        return self.products / self.instructions

    @property
    def multiply_add_share(self) -> float:
        return self.multiply_adds / self.instructions


@dataclass
class Row:
    """A kernel's line in the table."""

    gpu: str
    kernel: str
    options: str = ""
    registers: int = 0
    spilled: int = 0
    """Bytes of registers that are kept in memory."""
    stack: int = 0
    """Bytes of private memory of a work-item: arrays, and what is spilled."""
    local: int = 0
    """Bytes of local memory that the source declares."""
    instructions: int = 0
    products: int = 0
    loops: list[Loop] = field(default_factory=list)

    @property
    def busiest(self) -> Loop | None:
        """The inner loop with the most products or, where none has any, multiply-adds."""
        return max(self.loops, key=lambda loop: (loop.products, loop.multiply_adds), default=None)

    def as_dictionary(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dictionary(values: dict) -> "Row":
        return Row(**{**values, "loops": [Loop(**loop) for loop in values["loops"]]})


def inner_loops(instructions: Sequence[Instruction], labels: dict[str, int]) -> list[Loop]:
    """What lies between a label and a branch back to it, where no other loop does."""
    spans = set()
    for at, instruction in enumerate(instructions):
        start = labels.get(instruction.target or "", at + 1)
        if start <= at:
            spans.add((start, at))
    inner = [
        (start, end)
        for start, end in spans
        if not any(start <= s and e <= end and (s, e) != (start, end) for s, e in spans)
    ]
    return [_loop(instructions[start : end + 1]) for start, end in sorted(inner)]


def _loop(instructions: Sequence[Instruction]) -> Loop:
    return Loop(
        len(instructions),
        sum(i.is_product for i in instructions),
        sum(i.is_multiply_add for i in instructions),
        sum(i.is_spill for i in instructions),
    )


def fill(row: Row, instructions: Sequence[Instruction], labels: dict[str, int]) -> Row:
    """Counts a kernel's machine code into its row."""
    row.instructions = len(instructions)
    row.products = sum(i.is_product for i in instructions)
    row.loops = inner_loops(instructions, labels)
    return row
