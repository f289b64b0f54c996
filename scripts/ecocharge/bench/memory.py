"""Resident memory of a process and all its children together, where Linux tells it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from threading import Event, Thread

_PROCESSES = Path("/proc")
_PAUSE = 1.0


class Watch:
    """Looks once a second as long as its block runs: oftener would slow down what is measured.

    Args:
        root: id of the process at the top.

    Attributes:
        peak_bytes: what they held at most; 0 where there were no children, or it is not told.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._done = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self.peak_bytes = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_PAUSE):
            family = _family(self._root)
            # Looking costs; the peak of a process alone is told at its end for nothing.
            if len(family) > 1:
                self.peak_bytes = max(self.peak_bytes, sum(map(_share, family)))


def _family(root: int) -> list[int]:
    parents = {}
    for stat in _PROCESSES.glob("[0-9]*/stat"):
        # A process may end while it is looked at.
        with contextlib.suppress(OSError):
            after_name = stat.read_text("utf-8", "replace").rpartition(")")[2]
            parents[int(stat.parent.name)] = int(after_name.split()[1])
    family = [root]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _share(process: int) -> int:
    """Bytes of a process; what it shares with others is divided among them."""
    with contextlib.suppress(OSError):
        for line in (_PROCESSES / str(process) / "smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
