"""Who touched which bytes, and whether that was a race.

Two accesses race where different parties touch the same two bytes, one of them writes, and nothing orders them. In
local memory parties are work-items, and the barriers of their work-group order them: lanes of a warp race as well,
since nothing but bar.sync makes one see what another wrote. In global memory parties are work-groups, which nothing
orders within a launch. Writing what is there already is no race: kernels store an edge's element more than once
rather than branch around it.
"""

import numpy as np
from numpy.typing import NDArray

MANY = np.uint16(0xFFFF)
# What stands for all parties that changed bytes by atomics: these do not race among themselves.
ATOMIC = np.uint16(0xFFFE)
# A word of shadow memory for an access of so many bytes: two bytes of it for two of memory.
WORDS = {1: np.uint16, 2: np.uint16, 4: np.uint32, 8: np.uint64, 16: np.complex128}


class Watch:
    """Shadow memory: of every two bytes the last party that wrote them, and who read them, one or many."""

    def __init__(self, byte_count: int, name: str) -> None:
        words = -(-byte_count // 16) * 8
        self.name = name
        self.writers = np.zeros(words, np.uint16)
        self.readers = np.zeros(words, np.uint16)
        self.count = 0
        self.first: list[str] = []

    def clear(self, first: int, end: int) -> None:
        """Forgets about bytes, as a barrier orders what comes behind it."""
        self.writers[first // 2 : -(-end // 2)] = 0
        self.readers[first // 2 : -(-end // 2)] = 0

    def read(self, places: NDArray[np.int64], size: int, parties: NDArray[np.uint16], text: str) -> None:
        """Notes that parties, numbered from 1, read `size` bytes at these places."""
        me = parties[:, None]
        word, index = WORDS[size], places // max(size, 2)
        writers = self.writers.view(word)[index].view(np.uint16).reshape(len(places), -1)
        if ((writers != 0) & (writers != me)).any():
            self._report(text)
        words: NDArray = self.readers.view(word)
        readers = words[index].view(np.uint16).reshape(len(places), -1)
        readers = np.where((readers == 0) | (readers == me), me, MANY)
        words[index] = readers.view(word).ravel()
        # Of parties that read the same bytes by one instruction only one is there now.
        lost = (words[index].view(np.uint16).reshape(readers.shape) != readers).any(1)
        if lost.any():
            words[index[lost]] = np.full(readers.shape[1], MANY).view(word)[0]

    def write(
        self, places: NDArray[np.int64], size: int, parties: NDArray[np.uint16], text: str,
        changed: NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        """Notes that parties write; `changed`: whether what they write differs from what is there."""
        me = parties[:, None]
        word, index = WORDS[size], places // max(size, 2)
        words: NDArray = self.writers.view(word)
        writers = words[index].view(np.uint16).reshape(len(places), -1)
        others = ((writers != 0) & (writers != me)).any(1)
        if changed is not None and others.any():
            others &= changed
        readers = self.readers.view(word)[index].view(np.uint16).reshape(len(places), -1)
        if others.any() or ((readers != 0) & (readers != me)).any():
            self._report(text)
        words[index] = np.repeat(parties, writers.shape[1]).view(word)

    def atomic(self, places: NDArray[np.int64], size: int, parties: NDArray[np.uint16], text: str) -> None:
        """Notes that parties change `size` bytes by atomics: a race with others' loads and stores."""
        me = parties[:, None]
        word, index = WORDS[size], places // max(size, 2)
        words: NDArray = self.writers.view(word)
        writers = words[index].view(np.uint16).reshape(len(places), -1)
        readers = self.readers.view(word)[index].view(np.uint16).reshape(len(places), -1)
        stored = (writers != 0) & (writers != me) & (writers != ATOMIC)
        if stored.any() or ((readers != 0) & (readers != me)).any():
            self._report(text)
        words[index] = np.full(writers.shape[1], ATOMIC).view(word)[0]

    def report_lost(self, text: str) -> None:
        """Two parties wrote different values to the same bytes by one instruction."""
        self._report(text)

    def _report(self, text: str) -> None:
        self.count += 1
        if len(self.first) < 3 and text not in self.first:
            self.first.append(text)
