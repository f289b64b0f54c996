"""Commands run in processes of their own, with what they took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecocharge.bench.memory import Watch
from ecocharge.errors import EcoChargeError

_TAIL = 2_000


@dataclass(frozen=True)
class Took:
    """What a process took.

    Attributes:
        seconds: by the wall clock.
        cpu_seconds: user and system, of all its threads.
        peak_bytes: resident memory at most, of its own or of it and its children together.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str], folder: Path, settings: Mapping[str, str]) -> Took:
    """Run a command to its end.

    Args:
        command: program and arguments.
        folder: where it runs.
        settings: environment variables besides those that are there.

    Raises:
        EcoChargeError: when it fails; what it said last is in the message.
    """
    log = folder / "bench.log"
    with log.open("wb") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | settings, stdout=said, stderr=said
        )
        with Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        # It was waited for here, not by the object.
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace")[-_TAIL:]
        raise EcoChargeError(
            f"{' '.join(command[:4])} ended with {process.returncode}: {tail}",
            file=log,
            remedy="see the whole log",
        )
    peak = max(usage.ru_maxrss * 1024, watch.peak_bytes)
    return Took(seconds, usage.ru_utime + usage.ru_stime, peak)
