"""What lanes of a warp tell each other: shfl.sync, vote.sync."""

import numpy as np

from .faults import NotModelled
from .machine import WARP, Machine, Mask, Step, put
from .source import Instruction

WHOLE_WARP = "0xffffffff"


def _shuffle(machine: Machine, instruction: Instruction) -> Step:
    mode = instruction.modifiers[1]
    to, of, by, clamp, members = (str(operand) for operand in instruction.operands)
    bound = 0 if mode == "up" else WARP - 1
    if "|" in to or members.lower() not in (WHOLE_WARP, "-1") or int(clamp, 0) != bound:
        raise NotModelled("a shuffle of parts of a warp")
    value, by_each = machine.source(of, "b32"), machine.source(by, "u32")
    target = machine.target(to, "b32")
    threads = np.arange(machine.count)
    lane = threads % WARP
    machine.warps_of_32(instruction.text)

    def run(where: Mask) -> None:
        machine.whole_warps(where, instruction.text)
        distance = by_each.astype(np.int64)
        other = {
            "bfly": lane ^ distance, "idx": distance + 0 * lane, "up": lane - distance,
            "down": lane + distance,
        }[mode]  # fmt: skip
        # Lanes that are not there: the own value.
        other = np.where((other >= 0) & (other < WARP), other, lane)
        values = np.broadcast_to(value, target.shape)
        put(target, values[threads - lane + other], where)

    return run


BINDERS = {"shfl": _shuffle}
