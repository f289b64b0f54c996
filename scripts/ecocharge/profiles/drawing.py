"""From a profile's name to the files of a native feed, in landing or elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ecocharge.errors import EcoChargeError
from ecocharge.generator.grid_factors import NO_FACTORS
from ecocharge.generator.parts import LandedFile
from ecocharge.generator.registering import landing_or
from ecocharge.generator.run import Made
from ecocharge.generator.tables import TEXT, TYPED, Columns, Table, grid_factor_columns
from ecocharge.generator.text import texts
from ecocharge.generator.writing import Format, landing_folder, load_id, part_writer
from ecocharge.paths import Paths
from ecocharge.profiles.native import Network, connectors_of, network_of, sessions_of, stations_of
from ecocharge.profiles.profile import Profile
from ecocharge.profiles.storing import read_profile

STEPS = 2


@dataclass(frozen=True)
class Drawing:
    """What decides the bytes: a profile's file, a period of local days and a seed.

    Attributes:
        first, last: None for the profile's own.
    """

    profile: str
    first: date | None
    last: date | None
    seed: int

    def make(self, out: Path | None, kind: Format, step: Callable[[], None] = lambda: None) -> Made:
        """Draw and write.

        Args:
            out: folder that gets `native`, None for landing, where the feed is registered.
            step: called after drawing and after writing.

        Raises:
            EcoChargeError: no such profile, reversed dates, nothing to draw, nowhere to write.
        """
        if kind != "parquet" and not out:
            raise EcoChargeError(
                f"landing holds no {kind} files", remedy="say with --out where they go"
            )
        path = find_profile(self.profile)
        first, last = self.period(read_profile(path))
        network = network_of(read_profile(path), first, last, seed=self.seed)
        step()
        made_of = load_id(path.read_text(encoding="utf-8"), first, last, self.seed)
        made = landing_or(out, lambda folder: _write(network, folder, kind, made_of))
        step()
        return made

    def period(self, profile: Profile) -> tuple[date, date]:
        """The days drawn: the profile's own; from a day given alone, as many as its own.

        Raises:
            EcoChargeError: when they end before they begin.
        """
        own = profile.origin
        first = self.first or own.first
        last = self.last or (first + (own.last - own.first) if self.first else own.last)
        if first > last:
            raise EcoChargeError(
                f"the period ends ({last}) before it begins ({first})",
                remedy="give --from a day before --to; the profile supplies the one left out",
            )
        return first, last


def find_profile(name: str) -> Path:
    """A file of that name, else the project's profile.

    Raises:
        EcoChargeError: when there is neither.
    """
    path = Path(name)
    if path.suffix in {".yml", ".yaml"}:
        return path
    folder = Paths.discover().root / "profiles"
    path = folder / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yml")))
        raise EcoChargeError(
            f"there is no profile {name!r}",
            remedy=f"choose one of {known}, or name a .yml file that `ecocharge fit` wrote",
        )
    return path


def _write(network: Network, folder: Path, kind: Format, made_of: str) -> Made:
    form = TYPED if kind == "typed" else TEXT
    tables: dict[str, Columns | Table] = {
        "stations": stations_of(network),
        "connectors": connectors_of(network),
        "sessions": sessions_of(network, form),
        "meter_values": {
            "session_id": texts([]),
            "read_at_utc": texts([]),
            "energy_since_start_kwh": texts([]),
        },
        "grid_factors": grid_factor_columns("", NO_FACTORS, form),
    }
    suffix = "csv" if kind == "csv" else "parquet"
    landed = []
    with landing_folder(folder, f"{made_of} {kind}", resume=False) as fresh:
        for seq, (entity, columns) in enumerate(tables.items(), start=1):
            name = f"native_{entity}/part-00000.{suffix}"
            load = load_id(made_of, name)
            with part_writer(kind, fresh / name, f"native/{name}", load, seq) as writer:
                writer.add(columns)
            landed.append(LandedFile(f"native_{entity}", f"native/{name}", load, seq, writer.rows))
    return Made(
        sessions=len(network),
        stations=len(network.stations),
        folder=folder,
        files=tuple(folder.parent / file.source_file for file in landed),
        landed=tuple(landed),
    )
