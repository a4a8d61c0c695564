"""Arithmetic, logic, comparison and choice.

Instructions that the PTX ISA calls approximate are off by as much as it allows: up or down, by the operand's last bit.
fma is rounded twice, to double and to float. Denormals are kept where .ftz would flush them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from . import integers
from .faults import Stop
from .machine import Machine, Mask, Step, chosen, put
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
        return integers.product(machine, instruction)
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


def _multiply_add(machine: Machine, instruction: Instruction) -> Step:
    kind = instruction.type
    if kind[0] in "us":
        return integers.product(machine, instruction)
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
    **integers.BINDERS,
    "setp": _compare, "selp": _select,
}  # fmt: skip
