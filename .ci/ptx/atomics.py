"""Atomic sums in memory, one work-item after the other."""

import numpy as np

from .faults import NotModelled
from .machine import TYPES, Machine, Mask, Step, chosen
from .source import SIZES, Instruction


def _atomic(machine: Machine, instruction: Instruction) -> Step:
    """atom.add and red.add: what was there before, if it is asked for."""
    if not instruction.has("add") or instruction.has("acquire", "release", "acq_rel"):
        raise NotModelled("an atomic of this kind")
    name = next((m for m in instruction.modifiers if m in machine.spaces), None)
    if name is None:
        raise NotModelled("an atomic on generic addresses")
    space, kind = machine.spaces[name], instruction.type
    element, size = TYPES[kind], SIZES[kind]
    target = machine.target(instruction.operands[0], kind) if instruction.name == "atom" else None
    address = machine.address(instruction.operands[-2])
    added = machine.source(instruction.operands[-1], kind)

    def run(where: Mask) -> None:
        threads = chosen(where)
        places = space.places(address()[threads], size, threads, instruction.text)
        if space.watch:
            space.watch.atomic(places, size, space.parties[threads], instruction.text)
        view = space.bytes.view(element)
        values = np.broadcast_to(added, (machine.count,))
        # Work-items may have one place: each is to see what those before it have left.
        for thread, index in zip(np.arange(machine.count)[threads], places // size, strict=True):
            if target is not None:
                target[thread] = view[index]
            view[index] += values[thread]

    return run


BINDERS = {"atom": _atomic, "red": _atomic}
