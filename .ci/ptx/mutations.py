"""Faults put into kernels on purpose: each must be noticed, or the check of the kernels is worth little.

Faults of PTX fit every kernel: a barrier left out, copies not waited for, operands of a matrix product swapped, a
shuffle that asks the wrong lane. Faults of the source are a table, by kernel: a layout's indices swapped, a bound
off by one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .captured import Launch


@dataclass(frozen=True)
class Mutation:
    """A fault and the program that has it, as PTX or as OpenCL C."""

    name: str
    text: str
    is_source: bool = False


@dataclass(frozen=True)
class SourceFault:
    """A fault of the source of some kernels: the text `of` becomes `to`, everywhere."""

    kernels: str
    name: str
    of: str
    to: str


SOURCE_FAULTS = [
    SourceFault(
        "attention_matrix_.*", "the roles of RIGHT_PLACE swapped",
        "#define RIGHT_PLACE(k, n) ((((n)", "#define RIGHT_PLACE(n, k) ((((n)",
    ),
    SourceFault(
        ".*_matrix_.*", "the columns of a right operand swapped",
        '"r"(right.x), "r"(right.y)', '"r"(right.z), "r"(right.w)',
    ),
    SourceFault(
        "(attention|encoder_stack)_matrix_.*", "a key too many",
        "SUM_COLUMN(i) < count ?", "SUM_COLUMN(i) <= count ?",
    ),
    SourceFault(
        "stft_simt_.*", "a bin too few", "#define BIN_COUNT (WINDOW / 2 + 1)", "#define BIN_COUNT (WINDOW / 2)",
    ),
    SourceFault(
        "encoder_stack_.*", "a row too many", "token < rows->count", "token <= rows->count",
    ),
    SourceFault(
        "(matmul|matmul_norm|mlp|patch_embed)_.*", "a row too many",
        "row < row_count && column", "row <= row_count && column",
    ),
    SourceFault("top_k_simt_.*", "rows not complemented", "~(uint)row", "(uint)row"),
    SourceFault(
        "top_k_simt_.*", "lists sorted too late",
        "fullest <= LIST_LENGTH - ROUND_ROWS", "fullest <= LIST_LENGTH",
    ),
]  # fmt: skip

# Faults that nothing can notice: `operation: kernel`, the fault, why.
HARMLESS = [
    (
        r"stft: stft_simt_f32", r"no barrier (1|12) of 12",
        "of a convolution, either of the two orders a block's values behind those of the block before",
    ),
]  # fmt: skip


def harmless(mutation: Mutation, label: str) -> str | None:
    """Why a fault changes nothing that a kernel may rely on; nothing where it should have been noticed."""
    return next(
        (why for kernel, name, why in HARMLESS
         if re.fullmatch(kernel, label) and re.fullmatch(name, mutation.name)),
        None,
    )  # fmt: skip


class StaleMutation(Exception):
    """A fault of the table that a kernel's source has no place for any more."""


def of_source(launch: Launch) -> Iterator[Mutation]:
    """The table's faults for a launch."""
    text = launch.source.read_text()
    for fault in SOURCE_FAULTS:
        if not re.fullmatch(fault.kernels, launch.kernel):
            continue
        if fault.of not in text:
            raise StaleMutation(f"{launch.source} has no '{fault.of}': '{fault.name}' is out of date")
        yield Mutation(fault.name, text.replace(fault.of, fault.to), is_source=True)


def of_ptx(ptx: str, kernel: str, every: bool = False) -> Iterator[Mutation]:
    """The faults that a kernel's PTX has a place for."""
    start = ptx.index(f".entry {kernel}(")
    end = ptx.find(".entry ", start + 7)
    head, body, tail = ptx[:start], ptx[start:end], ptx[end:] if end > 0 else ""
    if end < 0:
        body = ptx[start:]

    def mutation(name: str, changed: str) -> Mutation:
        return Mutation(name, head + changed + tail)

    barriers = [match for match in re.finditer(BARRIER, body) if _orders_something(body, match)]
    for number in _some(len(barriers), every):
        yield mutation(f"no barrier {number + 1} of {len(barriers)}", _cut(body, barriers[number], ""))
    if re.search(WAIT, body):
        later = re.sub(WAIT, lambda match: f"{match[1]}{int(match[2]) + 1}", body)
        yield mutation("copies waited for a group too late", later)
    if product := re.search(PRODUCT, body):
        # Of the others some compute what is cut off at an edge.
        for operand, first, second, name in [(1, 1, 2, "left"), (2, 0, 1, "right")]:
            changed = _swapped(product[0], operand, first, second)
            yield mutation(f"{name} registers of the first product swapped", _cut(body, product, changed))
        every_one = re.sub(PRODUCT, lambda match: _swapped(match[0], 1, 1, 2), body)
        yield mutation("left registers of every product swapped", every_one)
    if move := re.search(MOVE, body):
        yield mutation("the first matrix not transposed", _cut(body, move, f"mov.b32 {move[1]}"))
    if shuffle := re.search(SHUFFLE, body):
        wrong = f"{shuffle[1]}{int(shuffle[2]) ^ 12}"
        yield mutation("a shuffle asks the wrong lane", _cut(body, shuffle, wrong))


BARRIER = r"(?:bar|barrier)\.sync(?:\.aligned)?\s+0;"
WAIT = r"(cp\.async\.wait_group\s+)(\d+)"
PRODUCT = r"mma\.sync[^;]*;"
MOVE = r"movmatrix\.sync[\w.]*\s+([^;]*;)"
SHUFFLE = r"(shfl\.sync\.bfly\.b32\s+[^,]+,[^,]+,\s*)(\d+)"


def _orders_something(body: str, barrier: re.Match) -> bool:
    """Whether local memory is touched behind a barrier, or a branch leads back before it."""
    before, behind = body[: barrier.start()], body[barrier.end() :]
    labels = re.findall(r"^([$\w]+):", before, re.MULTILINE)
    goes_back = set(re.findall(r"\bbra(?:\.uni)?\s+([$\w]+);", behind)) & set(labels)
    return bool(goes_back) or bool(re.search(r"\.shared|ldmatrix", behind))


def _some(count: int, every: bool) -> list[int]:
    """The first, the middle and the last, or all."""
    return list(range(count)) if every else sorted({0, count // 2, count - 1} & set(range(count)))


def _cut(text: str, match: re.Match, replacement: str) -> str:
    return text[: match.start()] + replacement + text[match.end() :]


def _swapped(statement: str, operand: int, first: int, second: int) -> str:
    """A statement with two registers of one of its operands in braces exchanged."""
    match = list(re.finditer(r"\{([^}]*)\}", statement))[operand]
    names = match[1].split(",")
    names[first], names[second] = names[second], names[first]
    return f"{statement[: match.start()]}{{{','.join(names)}}}{statement[match.end() :]}"
