"""What each instruction's name means: a function that makes a step of it."""

from collections.abc import Callable

from . import access, arithmetic, atomics, conversion, copies, lanes, matrix
from .faults import NotModelled
from .machine import CONTROL, Machine, Mask, Step
from .source import Instruction

Binder = Callable[[Machine, Instruction], Step]

BINDERS: dict[str, Binder] = {
    **arithmetic.BINDERS,
    **conversion.BINDERS,
    **access.BINDERS,
    **atomics.BINDERS,
    **lanes.BINDERS,
    **matrix.BINDERS,
}


def load(machine: Machine) -> None:
    """Gives a machine the steps of its kernel."""
    under_way = copies.Copies(machine)

    def copy(machine: Machine, instruction: Instruction) -> Step:
        return copies.bind(machine, instruction, under_way)

    binders = {**BINDERS, "cp": copy}
    machine.steps = [_bind(machine, instruction, binders) for instruction in machine.kernel.code]


def _bind(machine: Machine, instruction: Instruction, binders: dict[str, Binder]) -> Step:
    """The function that executes an instruction for the threads of a mask."""
    if instruction.name in CONTROL:
        return lambda where: None
    binder = binders.get(instruction.name)
    try:
        if binder is None:
            raise NotModelled(f"{instruction.name} is not modelled")
        step = binder(machine, instruction)
    except (NotModelled, KeyError, ValueError, AssertionError) as error:
        reason = f"{type(error).__name__} {error}" if isinstance(error, KeyError) else f"{error}"
        raise NotModelled(f"{reason}: {instruction.text}") from error
    return _guarded(machine, instruction, step) if instruction.guard else step


def _guarded(machine: Machine, instruction: Instruction, step: Step) -> Step:
    def run(where: Mask) -> None:
        mask = machine.guard(instruction) & where
        if mask.any():
            step(mask)

    return run
