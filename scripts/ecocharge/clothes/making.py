"""A planned network as the files of a feed in some clothing, with faults and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ecocharge.clothes.chargepoint_csv import ChargePointCsv
from ecocharge.clothes.delivering import Deliveries, in_folder, showable
from ecocharge.clothes.folders import fresh_folder
from ecocharge.clothes.native_csv import NativeCsv
from ecocharge.clothes.ocpi import Ocpi
from ecocharge.clothes.ocpp import Ocpp
from ecocharge.clothes.wardrobe import Clothing
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import Rates
from ecocharge.faults.generated import Generated
from ecocharge.faults.period import Period
from ecocharge.faults.records import dirty_lines
from ecocharge.faults.text import utc_text
from ecocharge.faults.truth import TruthFile
from ecocharge.generator.engines import PLAIN, Engine
from ecocharge.generator.parts import Tick
from ecocharge.generator.presets import Plan

DELIVERY_DAYS = 7
NAMES = ("native", "ocpi", "ocpp", "chargepoint_csv")

Form = Literal["parquet", "csv"]


@dataclass(frozen=True)
class Clothed:
    """What was made: the lines of the truth, the files in order of arrival, the truth's path."""

    sessions: int
    stations: int
    folder: Path
    files: tuple[Path, ...]


def clothing(name: str, made: Generated, period: Period, seed: int) -> Clothing:
    """A clothing by its name, for a network.

    Raises:
        EcoChargeError: when there is none of that name.
    """
    network = (made.stations, made.connectors)
    if name == "native":
        return NativeCsv(*network, seed)
    if name == "ocpi":
        stamp = utc_text(np.array([period.begin]))[0]
        return Ocpi(*network, made.tariffs, stamp)
    if name == "ocpp":
        return Ocpp(*network, period, made.outages)
    if name == "chargepoint_csv":
        return ChargePointCsv(*network)
    raise EcoChargeError(f"there are no clothes {name!r}", remedy=f"choose: {', '.join(NAMES)}")


def make_clothed(
    plan: Plan,
    name: str,
    rates: Rates,
    folder: Path,
    truth_form: Form = "parquet",
    tick: Tick = lambda site_months, sessions: None,
    engine: Engine = PLAIN,
) -> Clothed:
    """Write a network's deliveries, the files beside them and the truth of each line.

    Args:
        plan: the network; its seed is that of the faults too.
        name: see `clothing`.
        rates: of the faults; those that the clothing cannot show are left out.
        folder: taken over whole: what an earlier run wrote there goes.
        tick: called for each part of the network.
        engine: the kernel that makes it.

    Raises:
        EcoChargeError: when the folder holds other things or cannot be written, or when the
            clothing can show none of the faults.
    """
    made = Generated(plan, engine)
    period = Period.of(plan.first, plan.export_at, DELIVERY_DAYS)
    dress = clothing(name, made, period, plan.seed)
    wanted = showable(dress.faults, rates, name)
    sessions = 0
    with fresh_folder(folder) as fresh, TruthFile(fresh, truth_form) as truth:
        deliveries = Deliveries(dress, period, wanted, plan.seed, in_folder(fresh))
        for file, content in dress.companions().items():
            (fresh / file).write_bytes(content)
        for part, (batch, values) in zip(plan.parts, made.batches(), strict=True):
            lines = dirty_lines(batch, period, wanted, plan.seed)
            truth.add(deliveries.add(lines, values))
            sessions += len(batch)
            tick(len(part) * len(plan.months), len(batch))
    files = [folder / deliveries.file(number) for number in deliveries.numbers]
    return Clothed(sessions, len(made.stations["station_id"]), folder, tuple(files))
