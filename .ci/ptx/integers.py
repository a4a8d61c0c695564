"""Arithmetic of integers: products, shifts, and bits of words."""

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled
from .machine import TYPES, Machine, Mask, Step, chosen, put
from .source import Instruction


def product(machine: Machine, instruction: Instruction) -> Step:
    """mul and mad of integers."""
    kind, bits = instruction.type, int(instruction.type[1:])
    a, b, *added = instruction.operands[1:]
    x, y = machine.source(a, kind), machine.source(b, kind)
    wide = f"{kind[0]}{2 * bits}" if instruction.has("wide") else kind
    z = machine.source(added[0], wide) if added else np.zeros((), TYPES[wide])
    target = machine.target(instruction.operands[0], wide)
    if instruction.has("wide"):
        element = TYPES[wide]
        return lambda where: put(target, x.astype(element) * y.astype(element) + z, where)
    if instruction.has("hi"):
        return lambda where: put(target, _upper_half(x, y, bits, where).astype(TYPES[kind]) + z, where)
    if not instruction.has("lo"):
        raise NotModelled("a product of this kind")
    return lambda where: put(target, np.multiply(x, y) + z, where)


def _upper_half(x: NDArray, y: NDArray, bits: int, where: Mask) -> NDArray:
    """The upper bits of products of twice the bits."""
    if bits <= 32:
        wide = np.dtype(f"{x.dtype.kind}8")
        return x.astype(wide) * y.astype(wide) >> wide.type(bits)
    # There is no type of 128 bits but Python's integers.
    left, right = np.broadcast_arrays(x, y)
    upper = np.zeros(left.shape, x.dtype)
    lanes = chosen(where)
    products = [int(p) * int(q) >> bits for p, q in zip(left[lanes], right[lanes], strict=True)]
    upper[lanes] = np.array(products, x.dtype)
    return upper


def _shift(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    element, bits = TYPES[kind], int(kind[1:])
    a = machine.source(instruction.operands[1], kind)
    b = machine.source(instruction.operands[2], "u32")
    target = machine.target(instruction.operands[0], kind)
    is_left, is_signed = instruction.name == "shl", element.kind == "i"

    def run(where: Mask) -> None:
        inside = np.minimum(b, bits - 1).astype(element)
        value = np.left_shift(a, inside) if is_left else np.right_shift(a, inside)
        # Further shifts give zeros; of signed numbers to the right, the sign.
        put(target, value if is_signed and not is_left else np.where(b < bits, value, np.zeros((), element)), where)

    return run


def _funnel(machine: Machine, instruction: Instruction) -> Step:
    """shf: the middle 32 bits of two words, shifted."""
    low, high, count = (machine.source(operand, "b32") for operand in instruction.operands[1:])
    target = machine.target(instruction.operands[0], "b32")
    is_left, wraps = instruction.has("l"), instruction.has("wrap")

    def run(where: Mask) -> None:
        both = high.astype(np.uint64) << np.uint64(32) | low.astype(np.uint64)
        n = (count & np.uint32(31) if wraps else np.minimum(count, 32)).astype(np.uint64)
        value = both << n >> np.uint64(32) if is_left else both >> n
        put(target, value & np.uint64(0xFFFFFFFF), where)

    return run


def _extract(machine: Machine, instruction: Instruction) -> Step:
    """bfe: bits of a word from one on, as a number."""
    kind = instruction.type
    a = machine.source(instruction.operands[1], kind)
    first, length = (machine.source(operand, "u32") for operand in instruction.operands[2:])
    target = machine.target(instruction.operands[0], kind)

    if kind != "u32":
        raise NotModelled("bits of a number of this kind")

    def run(where: Mask) -> None:
        mask = (np.uint64(1) << length.astype(np.uint64)) - np.uint64(1)
        put(target, a.astype(np.uint64) >> first.astype(np.uint64) & mask, where)

    return run


def _permute(machine: Machine, instruction: Instruction) -> Step:
    """prmt: four of the eight bytes of two words."""
    a, b, selector = (machine.source(operand, "b32") for operand in instruction.operands[1:])
    target = machine.target(instruction.operands[0], "b32")

    def run(where: Mask) -> None:
        both = b.astype(np.uint64) << np.uint64(32) | a.astype(np.uint64)
        value = np.zeros(target.shape, np.uint64)
        for i in range(4):
            choice = selector.astype(np.uint64) >> np.uint64(4 * i) & np.uint64(15)
            byte = both >> (choice & np.uint64(7)) * np.uint64(8) & np.uint64(255)
            sign = np.where(byte & np.uint64(128), np.uint64(255), np.uint64(0))
            value |= np.where(choice & np.uint64(8), sign, byte) << np.uint64(8 * i)
        put(target, value, where)

    return run


BINDERS = {"shl": _shift, "shr": _shift, "shf": _funnel, "bfe": _extract, "prmt": _permute}
