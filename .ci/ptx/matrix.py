"""Matrix products: mma.sync.m16n8k16 of halves with float sums; ldmatrix and movmatrix.

The layouts are those of the PTX ISA ("Matrix fragments for mma.m16n8k16"): lane 4 g + t holds of each
operand pairs in columns (of right operands, rows) 2 t and 2 t + 1, in rows (columns) g and g + 8. A tile's sum is
computed in double and rounded once; hardware's order is not specified.
"""

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled
from .machine import WARP, Machine, Mask, Step, put
from .source import Instruction, Operand


def left_of(words: NDArray[np.uint32]) -> NDArray[np.float64]:
    """[4, threads] registers a0 to a3 as [warps, 16, 16]: row 8 i + g, column 8 j + 2 t + e of register 2 j + i."""
    halves = words.view(np.float16).reshape(2, 2, -1, 8, 4, 2)  # j, i, warp, g, t, e
    return halves.transpose(2, 1, 3, 0, 4, 5).reshape(-1, 16, 16).astype(np.float64)


def right_of(words: NDArray[np.uint32]) -> NDArray[np.float64]:
    """[2, threads] registers b0 and b1 as [warps, 16, 8]: row 8 j + 2 t + e, column g of register j."""
    halves = words.view(np.float16).reshape(2, -1, 8, 4, 2)  # j, warp, g, t, e
    return halves.transpose(1, 0, 3, 4, 2).reshape(-1, 16, 8).astype(np.float64)


def sums_of(words: NDArray[np.uint32]) -> NDArray[np.float64]:
    """[4, threads] registers c0 to c3 as [warps, 16, 8]: row 8 i + g, column 2 t + e of register 2 i + e."""
    floats = words.view(np.float32).reshape(2, 2, -1, 8, 4)  # i, e, warp, g, t
    return floats.transpose(2, 0, 3, 4, 1).reshape(-1, 16, 8).astype(np.float64)


def words_of(sums: NDArray[np.float64]) -> NDArray[np.uint32]:
    """[warps, 16, 8] sums as [4, threads] registers."""
    floats = sums.astype(np.float32).reshape(-1, 2, 8, 4, 2)  # warp, i, g, t, e
    return np.ascontiguousarray(floats.transpose(1, 4, 0, 2, 3)).reshape(4, -1).view(np.uint32)


def _multiply(machine: Machine, instruction: Instruction) -> Step:
    modifiers = instruction.modifiers
    if "m16n8k16" not in modifiers or modifiers[-4:] != ("f32", "f16", "f16", "f32"):
        raise NotModelled("a matrix product of this kind")
    if modifiers[-6:-4] != ("row", "col"):
        raise NotModelled("a matrix product of these layouts")
    sums, left, right, start = (_rows(machine, operand) for operand in instruction.operands)
    if (len(sums), len(left), len(right), len(start)) != (4, 4, 2, 4):
        raise NotModelled("operands of this length")
    matrix = machine.matrices[4]
    machine.warps_of_32(instruction.text)

    def run(where: Mask) -> None:
        machine.whole_warps(where, instruction.text)
        product = left_of(matrix[left]) @ right_of(matrix[right])
        product += sums_of(matrix[start])
        words = words_of(product)
        for row, word in zip(sums, words, strict=True):
            put(matrix[row], word, where)

    return run


def _rows(machine: Machine, operand: Operand) -> list[int]:
    """The rows of the matrix of 32-bit registers that an operand's registers are."""
    assert isinstance(operand, tuple)
    places = [machine.rows[name] for name in operand]
    assert all(width == 4 for width, _ in places)
    return [row for _, row in places]


def _load_matrix(machine: Machine, instruction: Instruction) -> Step:
    """ldmatrix: lanes 8 i to 8 i + 7 have the addresses of matrix i's rows; lane 4 g + t gets of row g the pair t."""
    if not instruction.has("m8n8") or not instruction.has("shared") or instruction.type != "b16":
        raise NotModelled("a load of matrices of this kind")
    names = instruction.operands[0]
    assert isinstance(names, tuple)
    targets = [machine.target(name, "b32") for name in names]
    address = machine.address(instruction.operands[1])
    is_transposed = instruction.has("trans")
    threads = np.arange(machine.count)
    lane = threads % WARP
    machine.warps_of_32(instruction.text)

    def run(where: Mask) -> None:
        machine.whole_warps(where, instruction.text)
        mine = threads if where is True else np.flatnonzero(where)
        starts = address()
        half = np.dtype(np.uint16)
        for i, target in enumerate(targets):
            pair = []
            for e in range(2):
                row, column = lane // 4, lane % 4 * 2 + e
                if is_transposed:
                    row, column = column, row
                places = (starts[threads - lane + 8 * i + row] + 2 * column)[mine]
                (value,) = machine.shared.load(places, half, 1, mine, instruction.text)
                pair.append(value.astype(np.uint32))
            target[mine] = pair[0] | pair[1] << np.uint32(16)

    return run


def _transpose(machine: Machine, instruction: Instruction) -> Step:
    """movmatrix: an 8 x 8 matrix of which lane 4 g + t has row g, columns 2 t and 2 t + 1, transposed."""
    if not instruction.has("m8n8") or not instruction.has("trans") or instruction.type != "b16":
        raise NotModelled("a movement of a matrix of this kind")
    target = machine.target(instruction.operands[0], "b32")
    value = machine.source(instruction.operands[1], "b32")
    machine.warps_of_32(instruction.text)

    def run(where: Mask) -> None:
        machine.whole_warps(where, instruction.text)
        halves = np.ascontiguousarray(np.broadcast_to(value, target.shape)).view(np.uint16)
        columns = np.ascontiguousarray(halves.reshape(-1, 8, 8).transpose(0, 2, 1))
        put(target, columns.reshape(-1).view(np.uint32), where)

    return run


BINDERS = {"mma": _multiply, "ldmatrix": _load_matrix, "movmatrix": _transpose}
