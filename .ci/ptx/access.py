"""Loads and stores."""

import numpy as np

from .faults import NotModelled
from .machine import TYPES, Machine, Mask, Step, chosen, put
from .memory import WINDOWS, Space, space_of_generic
from .source import SIZES, Instruction, Operand


def names_of(operand: Operand) -> tuple[str, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


def _space(machine: Machine, instruction: Instruction) -> Space | None:
    """The space that an access names; nothing where its addresses are generic."""
    if instruction.has("volatile", "acquire", "release"):
        raise NotModelled("an access that orders others")
    name = next((m for m in instruction.modifiers if m in machine.spaces), None)
    return machine.spaces[name] if name else None


def _load(machine: Machine, instruction: Instruction) -> Step:
    if instruction.has("param"):
        return _load_parameter(machine, instruction)
    space, kind = _space(machine, instruction), instruction.type
    element, size = TYPES[kind], SIZES[kind]
    if kind == "f16x2":
        element = np.dtype(np.uint32)
    targets = [machine.target(name, kind) for name in names_of(instruction.operands[0])]
    address = machine.address(instruction.operands[1])
    assert element.itemsize == size

    def run(where: Mask) -> None:
        threads = chosen(where)
        places = address()[threads]
        of = space
        if of is None:
            name = space_of_generic(places, instruction.text)
            of, places = machine.spaces[name], places - WINDOWS[name]
        values = of.load(places, element, len(targets), threads, instruction.text)
        for target, value in zip(targets, values, strict=True):
            target[threads] = value

    return run


def _load_parameter(machine: Machine, instruction: Instruction) -> Step:
    operand = instruction.operands[1]
    assert isinstance(operand, str)
    value = machine.parameters[operand.strip("[] ")]
    target = machine.target(instruction.operands[0], instruction.type)
    element = TYPES[instruction.type]
    if value.dtype.itemsize != element.itemsize:
        raise NotModelled(f"a parameter of {value.dtype} read as {instruction.type}")
    word = np.asarray(value).view(element)
    return lambda where: put(target, word, where)


def _store(machine: Machine, instruction: Instruction) -> Step:
    space, kind = _space(machine, instruction), instruction.type
    address = machine.address(instruction.operands[0])
    sources = []
    for name in names_of(instruction.operands[1]):
        sources.append(np.broadcast_to(machine.source(name, kind), (machine.count,)))

    def run(where: Mask) -> None:
        threads = chosen(where)
        places = address()[threads]
        to = space
        if to is None:
            name = space_of_generic(places, instruction.text)
            to, places = machine.spaces[name], places - WINDOWS[name]
        values = [np.ascontiguousarray(value[threads]) for value in sources]
        to.store(places, values, threads, instruction.text)

    return run


def _nothing(machine: Machine, instruction: Instruction) -> Step:
    """Prefetches and fences: no value changes."""
    return lambda where: None


BINDERS = {
    "ld": _load, "ldu": _load, "st": _store,
    **dict.fromkeys(["prefetch", "prefetchu", "membar", "fence"], _nothing),
}  # fmt: skip
