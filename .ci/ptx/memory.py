"""Spaces of memory. Every access is checked: in bounds of one variable or buffer, and aligned to its size."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .faults import NotModelled, Stop
from .races import Watch

Places = NDArray[np.int64]

# Where each space begins in generic addresses.
WINDOWS = {"global": 0, "const": 1 << 40, "shared": 1 << 41, "local": 1 << 42}
# Between variables, so that what runs over the end of one is out of bounds.
GAP = 256


class Layout:
    """Places in a space, given one after the other."""

    def __init__(self) -> None:
        self.byte_count = GAP  # null is out of bounds
        self.pieces: list[tuple[int, int]] = []

    def place(self, byte_count: int, alignment: int) -> int:
        start = -(-self.byte_count // max(alignment, 16)) * max(alignment, 16)
        self.pieces.append((start, byte_count))
        self.byte_count = start + byte_count + GAP
        return start


class Space:
    """A space: one piece of memory for each of its owners (threads, work-groups, or all), laid out alike."""

    def __init__(self, name: str, layout: Layout, owners: NDArray[np.int64], fill: int = 0) -> None:
        """`owners`: a number for each thread. `fill`: what its bytes are at first."""
        self.name = name
        self.stride = -(-layout.byte_count // 64) * 64
        self.offsets = owners * self.stride
        self.count = int(owners.max()) + 1
        self.bytes = np.full(self.count * self.stride, fill, np.uint8)
        self.inside = np.zeros(self.stride, np.bool_)
        for start, byte_count in layout.pieces:
            self.inside[start : start + byte_count] = True
        self.watch: Watch | None = None
        self.parties = np.zeros(len(owners), np.uint16)

    def watch_for_races(self, parties: Iterable[int]) -> None:
        """`parties`: the number, from 1, of the party that each thread belongs to."""
        self.parties[:] = list(parties)
        self.watch = Watch(len(self.bytes), self.name)

    def places(self, addresses: Places, size: int, threads: Places | slice, text: str) -> Places:
        """Where the threads' accesses of `size` bytes start in `bytes`."""
        wrong = (addresses < 0) | (addresses + size > self.stride)
        if not wrong.any():
            wrong = ~(self.inside[addresses] & self.inside[addresses + size - 1])
        if wrong.any():
            at = int(addresses[wrong][0])
            raise Stop(f"{self.name} memory out of bounds, {self._where(at)}: {text}")
        if (addresses & (size - 1)).any():
            raise Stop(f"{self.name} memory not aligned to {size} bytes: {text}")
        return addresses + self.offsets[threads]

    def _where(self, address: int) -> str:
        starts = np.flatnonzero(np.diff(self.inside[: max(address, 0) + 1].astype(np.int8)) == -1)
        return f"{address - int(starts[-1]) - 1} bytes past the end" if len(starts) else "before all"

    def load(
        self, addresses: Places, element: np.dtype, count: int, threads: Places | slice, text: str
    ) -> list[NDArray]:
        """`count` elements side by side for each thread."""
        size = element.itemsize * count
        places = self.places(addresses, size, threads, text)
        if self.watch:
            self.watch.read(places, size, self.parties[threads], text)
        index = places // element.itemsize
        view = self.bytes.view(element)
        return [view[index + i] if i else view[index] for i in range(count)]

    def store(
        self, addresses: Places, values: list[NDArray], threads: Places | slice, text: str
    ) -> None:
        """Elements side by side for each thread."""
        if self.name == "const":
            raise Stop(f"constant memory is written: {text}")
        element, count = values[0].dtype, len(values)
        size = element.itemsize * count
        places = self.places(addresses, size, threads, text)
        index = places // element.itemsize
        unsigned = np.dtype(f"u{element.itemsize}")
        view = self.bytes.view(unsigned)
        words = [value.view(unsigned) for value in values]
        if self.watch:
            changed = np.zeros(len(places), np.bool_)
            for i, word in enumerate(words):
                changed |= view[index + i] != word
            self.watch.write(places, size, self.parties[threads], text, changed)
        for i, word in enumerate(words):
            view[index + i] = word
        # Of threads that write to one place by one instruction one wins.
        if self.watch and any((view[index + i] != word).any() for i, word in enumerate(words)):
            self.watch.report_lost(text)


def space_of_generic(addresses: Places, text: str) -> str:
    """The space that generic addresses lie in."""
    for name, start in reversed(WINDOWS.items()):
        if (addresses >= start).all():
            if (addresses >= start + (1 << 40)).any():
                break
            return name
    raise NotModelled(f"addresses of several spaces: {text}")
