"""How a failure gets past SIREN.

SIREN's testers answer every exception by going on: the fault sets print it and exit with status 0
(test_fault_classification.py, line 120), a year of DCASE is left out (siren/core/dcase_tester.py,
line 1789), and in its worker processes so is a machine (lines 170, 242 and 1727), which moves the
year's score. So what is raised under SIREN is `SystemExit`, which passes ``except Exception``.
In a worker process even that is no use, since a pool waits for ever for a worker that exited: there
the process that waits is interrupted, as by Ctrl-C.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Guard"]


class Guard:
    """Sees to it that a failure of an extractor ends SIREN's run, and soon.

    SIREN's fault sets hand all files to a pool of threads at once and look at what came of them
    later, so after one failure the others would be embedded in vain: each is refused.
    """

    def __init__(self) -> None:
        self._failure: str | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Let an exception of the block reach the user.

        Raises
        ------
        SystemExit
            In place of an exception, where SIREN called and would go on without what failed.
        """
        if self._failure is not None:
            raise SystemExit(self._failure)
        try:
            yield
        except Exception as error:
            if not _is_called_by_siren():
                raise
            self._failure = (
                f"echo_gpu.siren: {error}\nThe run ends here: SIREN would go on without."
            )
            parent = multiprocessing.parent_process()
            if parent is None or parent.pid is None:
                raise SystemExit(self._failure) from error
            sys.stderr.write(self._failure + "\n")
            sys.stderr.flush()
            _interrupt(parent.pid)
            raise


def _is_called_by_siren() -> bool:
    """Tell whether a function of SIREN's own package is among the callers."""
    frame = sys._getframe()  # noqa: SLF001
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("siren."):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _interrupt(process: int) -> None:
    """End a process as Ctrl-C does, or by SIGTERM where it ignores that, as background jobs do."""
    ignored = 0
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("SigIgn:"):
            ignored = int(line.split()[1], 16)
    is_deaf = ignored >> (signal.SIGINT - 1) & 1
    os.kill(process, signal.SIGTERM if is_deaf else signal.SIGINT)
