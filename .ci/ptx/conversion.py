"""Between types and registers: cvt, mov, cvta."""

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled
from .machine import TYPES, Machine, Mask, Step, put
from .memory import WINDOWS
from .source import SIZES, Instruction, Operand

ROUNDINGS = {"rni": np.rint, "rzi": np.trunc, "rmi": np.floor, "rpi": np.ceil}


def _convert(machine: Machine, instruction: Instruction) -> Step:
    to, of = instruction.modifiers[-2:]
    if to == "f16x2":
        return _convert_pair(machine, instruction)
    value = machine.source(instruction.operands[1], of)
    target = machine.target(instruction.operands[0], to)
    rounding = next((ROUNDINGS[m] for m in instruction.modifiers if m in ROUNDINGS), None)
    if instruction.has("rz", "rm", "rp", "rna", "relu"):
        raise NotModelled("a conversion that rounds so")
    if to[0] != "f" and of[0] == "f":
        if rounding is None:
            raise NotModelled("a conversion to integers that does not round")
        return lambda where: put(target, _clipped(rounding(value.astype(np.float64)), to), where)
    if instruction.has("sat"):
        raise NotModelled("a conversion that saturates")
    if rounding is not None:
        return lambda where: put(target, rounding(value), where)
    element = TYPES[to]
    return lambda where: put(target, value.astype(element), where)


def _clipped(values: NDArray[np.float64], kind: str) -> NDArray:
    """Whole numbers as integers of a type; what lies beyond becomes its limit, NaN zero."""
    if SIZES[kind] == 8:
        raise NotModelled("a conversion of floats to 64 bits")
    limits = np.iinfo(TYPES[kind])
    inside = np.clip(np.nan_to_num(values, posinf=limits.max, neginf=limits.min), limits.min, limits.max)
    return inside.astype(TYPES[kind])


def _convert_pair(machine: Machine, instruction: Instruction) -> Step:
    """Two floats to the halves of a word, the first to the upper one."""
    if instruction.type != "f32" or not instruction.has("rn"):
        raise NotModelled("a conversion of this kind")
    high, low = (machine.source(operand, "f32") for operand in instruction.operands[1:])
    target = machine.target(instruction.operands[0], "b32")

    def bits(value: NDArray) -> NDArray[np.uint32]:
        return value.astype(np.float16).view(np.uint16).astype(np.uint32)

    return lambda where: put(target, bits(high) << np.uint32(16) | bits(low), where)


def _move(machine: Machine, instruction: Instruction) -> Step:
    to, of = instruction.operands
    kind = instruction.type
    if isinstance(to, tuple):
        return _unpack(machine, to, of, kind)
    target = machine.target(to, kind)
    if isinstance(of, tuple):
        return _pack(machine, target, of)
    value = machine.source(of, kind)
    return lambda where: put(target, value, where)


def _unpack(machine: Machine, to: tuple[str, ...], of: Operand, kind: str) -> Step:
    bits = int(kind[1:]) // len(to)
    part = f"u{bits}"
    value = machine.source(of, kind)
    targets = [machine.target(name, part) for name in to]

    def run(where: Mask) -> None:
        parts = np.broadcast_to(value, (machine.count,)).copy().view(TYPES[part]).reshape(-1, len(to))
        for i, target in enumerate(targets):
            put(target, parts[:, i], where)

    return run


def _pack(machine: Machine, target: NDArray, of: tuple[str, ...]) -> Step:
    part = f"u{8 * target.dtype.itemsize // len(of)}"
    values = [machine.source(name, part) for name in of]

    def run(where: Mask) -> None:
        parts = np.stack([np.broadcast_to(value, target.shape) for value in values], 1)
        put(target, parts.view(target.dtype)[:, 0], where)

    return run


def _convert_address(machine: Machine, instruction: Instruction) -> Step:
    """cvta: between a space's addresses and generic ones."""
    space = next(m for m in instruction.modifiers if m in WINDOWS)
    offset = np.uint64(WINDOWS[space])
    value = machine.source(instruction.operands[1], "u64")
    target = machine.target(instruction.operands[0], "u64")
    if instruction.has("to"):
        return lambda where: put(target, value - offset, where)
    return lambda where: put(target, value + offset, where)


BINDERS = {"cvt": _convert, "mov": _move, "cvta": _convert_address}
