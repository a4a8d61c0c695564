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
    """A loop with no other inside it or, where it has products, no other with products."""

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
    def busy_loops(self) -> list[Loop]:
        """The loops with products or, where none has any, the one with the most multiply-adds."""
        products = [loop for loop in self.loops if loop.products]
        return products or sorted(self.loops, key=lambda loop: -loop.multiply_adds)[:1]

    def as_dictionary(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_dictionary(values: dict) -> "Row":
        return Row(**{**values, "loops": [Loop(**loop) for loop in values["loops"]]})


def inner_loops(instructions: Sequence[Instruction], labels: dict[str, int]) -> list[Loop]:
    """What lies between a label and a branch back to it; of loops in loops the inner ones, as `Loop` says."""
    spans = set()
    for at, instruction in enumerate(instructions):
        start = labels.get(instruction.target or "", at + 1)
        if start <= at:
            spans.add((start, at))
    loops = {span: _loop(instructions[span[0] : span[1] + 1]) for span in sorted(spans)}

    def is_inner(span: tuple[int, int], loop: Loop) -> bool:
        return not any(
            other != span and span[0] <= other[0] and other[1] <= span[1]
            and bool(loops[other].products) == bool(loop.products)
            for other in loops
        )  # fmt: skip

    return [loop for span, loop in loops.items() if is_inner(span, loop)]


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
