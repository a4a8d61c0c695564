"""Arithmetic, logic, comparison and choice.

Instructions that the PTX ISA calls approximate are off by as much as it allows: up or down, by the operand's last bit.
fma is rounded twice, to double and to float. Denormals are kept where .ftz would flush them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled, Stop
from .machine import TYPES, Machine, Mask, Step, chosen, put
from .source import Instruction

# The largest relative error of approximate instructions (PTX ISA, "Floating Point Instructions").
ERRORS = {
    "rcp": 2.0**-23, "sqrt": 2.0**-23, "rsqrt": 2.0**-22.9, "ex2": 2.0**-22, "lg2": 2.0**-22,
    "tanh": 2.0**-11, "sin": 2.0**-20.5, "cos": 2.0**-20.5, "div": 2.0**-22,
}  # fmt: skip

FUNCTIONS: dict[str, Callable[[NDArray], NDArray]] = {
    "rcp": np.reciprocal, "sqrt": np.sqrt, "rsqrt": lambda x: 1 / np.sqrt(x), "ex2": np.exp2,
    "lg2": np.log2, "tanh": np.tanh, "sin": np.sin, "cos": np.cos,
}  # fmt: skip

BINARY: dict[str, Callable] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "and": np.bitwise_and,
    "or": np.bitwise_or, "xor": np.bitwise_xor,
}  # fmt: skip

CONDITIONS: dict[str, Callable] = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal, "lo": np.less, "ls": np.less_equal,
    "hi": np.greater, "hs": np.greater_equal,
}  # fmt: skip


def sources(machine: Machine, instruction: Instruction, kind: str) -> list[NDArray]:
    return [machine.source(operand, kind) for operand in instruction.operands[1:]]


def _binary(machine: Machine, instruction: Instruction) -> Step:
    name, kind = instruction.name, instruction.type
    function: Callable
    if name == "mul" and kind[0] in "us":
        return _integer_product(machine, instruction)
    if kind == "f16x2":
        return _half_pairs(machine, instruction)
    if name in ("min", "max"):
        floats = {"min": np.fmin, "max": np.fmax}
        if instruction.has("NaN"):
            floats = {"min": np.minimum, "max": np.maximum}
        function = (floats if kind[0] == "f" else {"min": np.minimum, "max": np.maximum})[name]
    else:
        function = BINARY[name]
    a, b = sources(machine, instruction, kind)
    target = machine.target(instruction.operands[0], kind)

    def run(where: Mask) -> None:
        function(a, b, out=target, where=where)

    return run


def _half_pairs(machine: Machine, instruction: Instruction) -> Step:
    """Two halves a register, each computed in float and rounded."""
    target = machine.target(instruction.operands[0], "b32")
    operands = sources(machine, instruction, "b32")
    name = instruction.name

    def run(where: Mask) -> None:
        halves = [
            np.broadcast_to(value, target.shape).copy().view(np.float16).astype(np.float64)
            for value in operands
        ]
        value = halves[0] * halves[1] + halves[2] if name == "fma" else BINARY[name](*halves)
        put(target, value.astype(np.float16).view(np.uint32), where)

    return run


def _integer_product(machine: Machine, instruction: Instruction) -> Step:
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
        # Python's integers: 64 bits have no type of twice that.
        def high(where: Mask) -> None:
            lanes = chosen(where)
            left, right = np.broadcast_to(x, target.shape), np.broadcast_to(y, target.shape)
            products = [int(p) * int(q) >> bits for p, q in zip(left[lanes], right[lanes], strict=True)]
            target[lanes] = np.array(products, TYPES[kind]) + np.broadcast_to(z, target.shape)[lanes]

        def high_narrow(where: Mask) -> None:
            element = np.int64 if kind[0] == "s" else np.uint64
            product = x.astype(element) * y.astype(element) >> element(bits)
            put(target, product.astype(TYPES[kind]) + z, where)

        return high_narrow if bits <= 32 else high
    if not instruction.has("lo"):
        raise NotModelled("a product of this kind")
    return lambda where: put(target, np.multiply(x, y) + z, where)


def _multiply_add(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    if kind[0] in "us":
        return _integer_product(machine, instruction)
    if kind == "f16x2":
        return _half_pairs(machine, instruction)
    a, b, c = sources(machine, instruction, kind)
    target = machine.target(instruction.operands[0], kind)

    def run(where: Mask) -> None:
        product = np.multiply(a, b, dtype=np.float64)
        product += c
        put(target, product, where)

    return run


def _division(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    a, b = sources(machine, instruction, kind)
    target = machine.target(instruction.operands[0], kind)
    if kind[0] == "f":
        return _rounded(instruction, "div", lambda: np.divide(a, b, dtype=np.float64), a, target)
    is_quotient = instruction.name == "div"

    def run(where: Mask) -> None:
        x = np.broadcast_to(a, target.shape).astype(np.int64)
        y = np.broadcast_to(b, target.shape).astype(np.int64)
        if (y[chosen(where)] == 0).any():
            raise Stop(f"a division by zero: {instruction.text}")
        y = np.where(y == 0, 1, y)
        quotient = np.sign(x) * np.sign(y) * (np.abs(x) // np.abs(y))
        put(target, quotient if is_quotient else x - quotient * y, where)

    return run


def _function(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    (a,) = sources(machine, instruction, kind)
    target = machine.target(instruction.operands[0], kind)
    function = FUNCTIONS[instruction.name]
    return _rounded(
        instruction, instruction.name, lambda: function(a.astype(np.float64)), a, target
    )


def _rounded(
    instruction: Instruction, name: str, compute: Callable[[], NDArray], operand: NDArray, target: NDArray
) -> Step:
    """Rounds a result once, or puts it off by an approximation's error."""
    if not instruction.has("approx", "full"):
        return lambda where: put(target, compute(), where)
    error = ERRORS[name]

    def run(where: Mask) -> None:
        sign = (operand.view(np.uint32) & 1) * 2.0 - 1
        put(target, compute() * (1 + error * sign), where)

    return run


def _unary(machine: Machine, instruction: Instruction) -> Step:
    name, kind = instruction.name, instruction.type
    function = {"neg": np.negative, "abs": np.abs, "not": np.invert}[name]
    (a,) = sources(machine, instruction, kind)
    target = machine.target(instruction.operands[0], kind)

    def run(where: Mask) -> None:
        function(a, out=target, where=where)

    return run


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
    low, high, count = sources(machine, instruction, "b32")
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
    a, b, selector = sources(machine, instruction, "b32")
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


def _compare(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    a, b = (machine.source(operand, kind) for operand in instruction.operands[1:3])
    target = machine.target(instruction.operands[0], "pred")
    condition = _condition(instruction.modifiers[0], kind)
    if len(instruction.operands) == 3:
        return lambda where: put(target, condition(a, b), where)
    name = instruction.operands[3]
    assert isinstance(name, str)
    other, negated = machine.source(name.lstrip("!"), "pred"), name.startswith("!")
    joined = BINARY[instruction.modifiers[1]]
    return lambda where: put(target, joined(condition(a, b), ~other if negated else other), where)


def _condition(name: str, kind: str) -> Callable[[NDArray, NDArray], NDArray]:
    if kind[0] != "f":
        return CONDITIONS[name]
    if name in ("num", "nan"):
        return lambda a, b: (np.isnan(a) | np.isnan(b)) == (name == "nan")
    if name == "ne":  # false where one is NaN, unlike numpy's
        return lambda a, b: (a != b) & ~(np.isnan(a) | np.isnan(b))
    if name in CONDITIONS:
        return CONDITIONS[name]
    if name == "neu":
        return np.not_equal
    return lambda a, b: CONDITIONS[name[:-1]](a, b) | np.isnan(a) | np.isnan(b)


def _select(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    a, b = (machine.source(operand, kind) for operand in instruction.operands[1:3])
    flag = machine.source(instruction.operands[3], "pred")
    target = machine.target(instruction.operands[0], kind)
    return lambda where: put(target, np.where(flag, a, b), where)


BINDERS = {
    **dict.fromkeys(["add", "sub", "mul", "min", "max", "and", "or", "xor"], _binary),
    **dict.fromkeys(["fma", "mad"], _multiply_add),
    **dict.fromkeys(["div", "rem"], _division),
    **dict.fromkeys(FUNCTIONS, _function),
    **dict.fromkeys(["neg", "abs", "not"], _unary),
    **dict.fromkeys(["shl", "shr"], _shift),
    "shf": _funnel, "bfe": _extract, "prmt": _permute, "setp": _compare, "selp": _select,
}  # fmt: skip
