"""Sessions per second on one core: `ecocharge generate` beside ACN-Sim's own generator.

    pip install -r benchmarks/requirements.txt
    python benchmarks/generator_speed.py [--stations 144] [--rounds 5]

Both run in this process, on one core, in turns, after a warm-up; CPU time is counted, so that
other work on the machine weighs on both alike. Ours: stations of preset l over its three years,
all columns to zstd Parquet on disk, once as landing has them (text, with lineage) and once with
types (`--format typed`). Theirs (acnportal 0.3.3):
`GaussianMixtureEvents.generate_events` from a mixture of 5 components fitted to our sessions, with
their two-stage battery, into objects in memory; nothing is written, which is in their favour.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from acnportal.acnsim import Linear2StageBattery
from acnportal.acnsim.events import GaussianMixtureEvents
from sklearn.mixture import GaussianMixture

from ecocharge.generator.engines import compiled
from ecocharge.generator.parts import begin_site
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import make_landing
from ecocharge.generator.writing import Format

_HOURS = 3_600.0
_DAYS, _A_DAY = 200, 100


def ours(stations: int, kind: Format) -> Callable[[], int]:
    """A run of the compiled generator; returns its sessions."""
    engine = compiled()
    plan = Plan.of("l", stations=stations)

    def run() -> int:
        with tempfile.TemporaryDirectory() as folder:
            return make_landing(plan, Path(folder) / "native", engine=engine, kind=kind).sessions

    return run


def theirs() -> Callable[[], int]:
    """A run of ACN-Sim's generator; returns its sessions."""
    mixture = GaussianMixture(5, random_state=0).fit(_training())
    events: Any = GaussianMixtureEvents(pretrained_model=mixture)
    battery = {"type": Linear2StageBattery}

    def run() -> int:
        queue = events.generate_events(
            [_A_DAY] * _DAYS, period=5, voltage=220, max_battery_power=7, battery_params=battery
        )
        return len(queue.queue)

    return run


def _training() -> Any:
    """Arrival hour, stay in hours and kWh of our sessions, shape (n, 3)."""
    plan = Plan.of("s")
    plan = replace(plan, stations=6)
    rows = []
    for site in plan.network():
        out = begin_site(plan, site, compiled()).all_months().out
        known = out.ended_at > 0
        start, end = out.started_at[known], out.ended_at[known]
        hours = (start % 86_400 / _HOURS, (end - start) / _HOURS, out.energy_wh[known] / 1000)
        rows.append(np.stack(hours, axis=1))
    return np.concatenate(rows)


def _rate(run: Callable[[], int]) -> float:
    began = time.process_time()
    sessions = run()
    return sessions / (time.process_time() - began)


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--stations", type=int, default=360)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    runs = {
        "landing": ours(options.stations, "parquet"),
        "typed": ours(options.stations, "typed"),
        "acn-sim": theirs(),
    }
    for run in runs.values():
        run()
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.rounds):
        for name, run in runs.items():
            rates[name].append(_rate(run))
    for name, found in rates.items():
        print(
            f"{name:10} {median(found):12,.0f} sessions per CPU second, median "
            f"({min(found):,.0f} to {max(found):,.0f}); {60e-6 * max(found):.1f} M a minute at best"
        )
    for name in ("landing", "typed"):
        ratios = [a / b for a, b in zip(rates[name], rates["acn-sim"], strict=True)]
        print(f"{name} / acn-sim {median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
