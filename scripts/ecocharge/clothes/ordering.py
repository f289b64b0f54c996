"""What `ecocharge generate` makes: networks as native feeds, with faults, in other formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import Rates
from ecocharge.generator.engines import Engine
from ecocharge.generator.parts import Tick
from ecocharge.generator.presets import Plan
from ecocharge.generator.registering import landing_or, registered
from ecocharge.generator.run import Entering, Made, make_landing, make_seeds, unregistered
from ecocharge.generator.writing import Format
from ecocharge.paths import Paths
from ecocharge.signals import until_signalled

if TYPE_CHECKING:
    from ecocharge.clothes.making import Form

# Faults, clothes and streams need pandas: 50 MB and half a second that a clean network is spared.


@dataclass(frozen=True)
class Way:
    """What changes the speed, and nothing of what is made.

    Attributes:
        workers: processes side by side.
        resume: go on with an interrupted run.
    """

    engine: Engine
    workers: int
    resume: bool


@dataclass(frozen=True)
class Done:
    """What was made.

    Attributes:
        truth: the folder that says what was true, where there are faults or another format.
    """

    sessions: int
    stations: int
    files: int
    folder: Path
    truth: Path | None = None


@dataclass(frozen=True)
class Order:
    """What was asked for.

    Attributes:
        plan: the network.
        clothes: the format of its sessions, see `making.NAMES`.
        rates: of the faults.
        form: of native files; None for the usual one.
        out: where to, None for the usual place.
    """

    plan: Plan
    clothes: str
    rates: Rates
    form: Format | None
    out: Path | None

    @property
    def _is_native(self) -> bool:
        return self.clothes == "native"

    @property
    def _has_faults(self) -> bool:
        return any(self.rates.values())

    @property
    def _folder(self) -> Path:
        return self.out or Paths.discover().landing.parent / "generated" / self.clothes

    @property
    def _truth_folder(self) -> Path:
        """Beside landing and not in it: the truth is no feed."""
        return self.out / "truth" if self.out else Paths.discover().landing.parent / "truth"

    def make(self, way: Way, tick: Tick) -> Done:
        """Make it.

        Args:
            tick: called as parts of the work get done.

        Raises:
            EcoChargeError: when something cannot be written or shown, or does not go together.
        """
        if self._is_native and not self._has_faults:
            return self._clean(way, tick)
        form = self._form_of_truth
        if self._is_native and form == "parquet":
            made = self._landed(way, tick, form)
            return Done(
                made.sessions, made.stations, len(made.files), made.folder, self._truth_folder
            )
        from ecocharge.clothes.making import make_clothed  # noqa: PLC0415 - loads pandas

        self._runs_alone(way)
        clothed = make_clothed(
            self.plan, self.clothes, self.rates, self._folder, form, tick, way.engine
        )
        return Done(
            clothed.sessions,
            clothed.stations,
            len(clothed.files),
            clothed.folder,
            clothed.folder,
        )

    def stream(self, speed: float, *, land: bool, tell: Callable[[str], None]) -> None:
        """Let it trickle into its folder until the end or a signal.

        Args:
            speed: feed seconds in a second.
            land: land each file too, as the feed `live_<clothes>`.
            tell: takes a line for the user.

        Raises:
            EcoChargeError: when the folder holds another stream or cannot be written, or when a
                file cannot be landed.
        """
        from ecocharge.trickle.feed import INTERVAL_SECONDS, prepared  # noqa: PLC0415 - loads pandas
        from ecocharge.trickle.landing import Landing  # noqa: PLC0415 - loads pandas
        from ecocharge.trickle.running import (  # noqa: PLC0415 - loads pandas
            Pace,
            fingerprint,
            trickle,
        )

        folder = self.out or self._folder.with_name(f"{self.clothes}-stream")
        made_from = fingerprint(self.plan, self.clothes, sorted(self.rates.items()))
        landing = Landing(Paths.discover(), folder, f"live_{self.clothes}") if land else None
        beside: list[str] = []

        def told(name: str, lines: int) -> None:
            if landing:
                landing.network(beside)
                beside.clear()
                landing.take(name)
            tell(f"{name}: {lines:,} lines")

        with until_signalled() as stop:
            feed = prepared(self.plan, self.clothes, self.rates)
            beside.extend(feed.clothing.companions())
            pace = Pace.of(speed, INTERVAL_SECONDS)
            tell(f"a file every {pace.seconds:,.1f} s into {folder}; Ctrl-C ends it")
            trickled = trickle(feed, folder, made_from, pace, stop, told)
        ending = "the feed is at its end" if trickled.done else "the same command goes on from here"
        tell(f"{trickled.files:,} files with {trickled.lines:,} lines; {ending}")

    @property
    def _form_of_truth(self) -> Form:
        if self.form == "typed":
            raise EcoChargeError(
                "typed files are for clean native sessions",
                remedy="leave --faults and --as out, or say --format parquet or csv",
            )
        return self.form or "parquet"

    def _runs_alone(self, way: Way) -> None:
        if way.workers > 1 or way.resume:
            raise EcoChargeError(
                f"sessions as {self.clothes} in files are made by one worker, from the beginning",
                remedy="leave --workers and --resume out",
            )

    def _clean(self, way: Way, tick: Tick) -> Done:
        kind = self.form or ("csv" if self.plan.as_seeds else "parquet")
        if self.plan.as_seeds and kind == "csv":
            folder = self.out or Paths.discover().seeds / "native"
            made = make_seeds(self.plan, folder, tick, way.engine)
        elif kind != "parquet" and not self.out:
            raise EcoChargeError(
                f"landing holds no {kind} files", remedy="say with --out where they go"
            )
        else:
            made = self._clean_parts(way, tick, kind)
        return Done(made.sessions, made.stations, len(made.files), made.folder)

    def _clean_parts(self, way: Way, tick: Tick, kind: Format) -> Made:
        if self.out:
            return self._parts(self.out / "native", way, tick, kind)
        # The state is opened when all is made, so that the network and the database are not in
        # memory together; where it is busy, the finished parts wait for --resume.
        return self._parts(Paths.discover().landing / "native", way, tick, kind, registered)

    def _landed(self, way: Way, tick: Tick, form: Form) -> Made:
        from ecocharge.clothes.landed import dirty_landing  # noqa: PLC0415 - loads pandas

        def make(folder: Path) -> Made:
            made = self._parts(folder, way, tick, "parquet")
            return dirty_landing(self.plan, made, self.rates, self._truth_folder, form)

        return landing_or(self.out, make)

    def _parts(
        self, folder: Path, way: Way, tick: Tick, kind: Format, entering: Entering = unregistered
    ) -> Made:
        return make_landing(
            self.plan,
            folder,
            tick,
            engine=way.engine,
            workers=way.workers,
            resume=way.resume,
            kind=kind,
            entering=entering,
        )
