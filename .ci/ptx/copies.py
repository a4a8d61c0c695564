"""cp.async: copies from global to local memory that arrive when they are waited for, and no earlier.

A copy counts as a write from its start until it has arrived: also behind the barriers between.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled
from .machine import Machine, Mask, Step, chosen
from .memory import Places
from .source import Instruction

# For `Copies.wait`: also those that no group has yet.
ALL = -1


@dataclass
class Copy:
    """What one instruction copies for some threads; those that have arrived are gone."""

    threads: Places
    addresses: Places
    size: int
    content: NDArray[np.uint32]
    groups: NDArray[np.int64]
    """The number of each thread's group of copies, by commits before it."""
    text: str


class Copies:
    """All copies under way."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.commits = np.zeros(machine.count, np.int64)
        self.under_way: list[Copy] = []
        machine.at_barrier.append(self._still_write)

    def start(self, threads: Places, addresses: Places, size: int, content: NDArray, text: str) -> None:
        shared = self.machine.shared
        places = shared.places(addresses, size, threads, text)
        assert shared.watch
        shared.watch.write(places, size, shared.parties[threads], text)
        self.under_way.append(Copy(threads, addresses, size, content, self.commits[threads], text))

    def wait(self, where: Mask, allowed: int) -> None:
        """Lets all copies of the threads arrive but those of their last `allowed` groups, and of none yet."""
        for copy in self.under_way:
            ready = copy.groups < self.commits[copy.threads] - allowed
            if where is not True:
                ready &= np.asarray(where)[copy.threads]
            if not ready.any():
                continue
            threads = copy.threads[ready]
            words = [np.ascontiguousarray(word) for word in copy.content[ready].T]
            # A write of its own, as what was read meanwhile must not have been.
            self.machine.shared.store(copy.addresses[ready], words, threads, copy.text)
            copy.threads, copy.addresses = copy.threads[~ready], copy.addresses[~ready]
            copy.content, copy.groups = copy.content[~ready], copy.groups[~ready]
        self.under_way = [copy for copy in self.under_way if len(copy.threads)]

    def _still_write(self, group: int) -> None:
        """Copies under way go on writing behind a barrier."""
        shared = self.machine.shared
        assert shared.watch
        for copy in self.under_way:
            mine = self.machine.groups[copy.threads] == group
            if mine.any():
                threads = copy.threads[mine]
                places = copy.addresses[mine] + shared.offsets[threads]
                shared.watch.write(places, copy.size, shared.parties[threads], copy.text)


def bind(machine: Machine, instruction: Instruction, copies: Copies) -> Step:
    """An instruction of cp.async."""
    if instruction.name != "cp" or not instruction.has("async"):
        raise NotModelled("a copy of this kind")
    if instruction.has("commit_group"):

        def commit(where: Mask) -> None:
            copies.commits[chosen(where)] += 1

        return commit
    if instruction.has("wait_group", "wait_all"):
        allowed = ALL if instruction.has("wait_all") else int(str(instruction.operands[0]))
        return lambda where: copies.wait(where, allowed)
    if not instruction.has("shared") or len(instruction.operands) != 3:
        raise NotModelled("a copy of this kind")
    to, of = (machine.address(operand) for operand in instruction.operands[:2])
    size = int(str(instruction.operands[2]))
    memory = machine.spaces["global"]

    def run(where: Mask) -> None:
        threads = np.arange(machine.count) if where is True else np.flatnonzero(where)
        words = memory.load(of()[threads], np.dtype(np.uint32), size // 4, threads, instruction.text)
        copies.start(threads, to()[threads], size, np.stack(words, 1), instruction.text)

    return run
