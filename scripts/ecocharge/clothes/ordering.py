"""What `ecocharge generate` makes beside clean native feeds: faults, other formats, streams."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecocharge.clothes.landed import dirty_landing
from ecocharge.clothes.making import Form, make_clothed
from ecocharge.console import progress
from ecocharge.faults.catalogue import Rates
from ecocharge.generator.presets import Plan
from ecocharge.generator.registering import register
from ecocharge.generator.run import Made, make_landing
from ecocharge.paths import Paths
from ecocharge.state import open_state
from ecocharge.trickle.feed import INTERVAL_SECONDS, prepared
from ecocharge.trickle.landing import Landing
from ecocharge.trickle.running import Pace, fingerprint, trickle, until_signalled


@dataclass(frozen=True)
class Order:
    """What was asked for.

    Attributes:
        plan: the network.
        clothes: the format of its sessions, see `making.NAMES`.
        rates: of the faults.
        form: of native sessions and of the truth.
        out: where to, None for the usual place.
    """

    plan: Plan
    clothes: str
    rates: Rates
    form: Form
    out: Path | None

    @property
    def is_special(self) -> bool:
        """Whether it is more than a clean native feed."""
        return self.clothes != "native" or any(self.rates.values())

    @property
    def _folder(self) -> Path:
        return self.out or Paths.discover().landing.parent / "generated" / self.clothes

    def make(self) -> str:
        """Make it; returns a sentence for the user.

        Raises:
            EcoChargeError: when something cannot be written or shown.
        """
        began = time.perf_counter()
        if self.clothes == "native" and self.form == "parquet":
            made = self._landed()
            count, files, folder = made.sessions, len(made.files), made.folder
            truth = self._truth_folder
        else:
            with progress() as bar:
                task = bar.add_task("groups of stations", total=self._groups)
                clothed = make_clothed(
                    self.plan,
                    self.clothes,
                    self.rates,
                    self._folder,
                    self.form,
                    lambda: bar.advance(task),
                )
            count, files, folder = clothed.sessions, len(clothed.files), clothed.folder
            truth = folder
        seconds = time.perf_counter() - began
        rate = count / seconds
        return (
            f"{count:,} sessions as {self.clothes} in {seconds:.1f} s ({rate:,.0f} sessions/s), "
            f"{files} files in {folder}, the truth in {truth}"
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
    def _groups(self) -> int:
        return -(-self.plan.stations // self.plan.preset.stations_per_part)

    @property
    def _truth_folder(self) -> Path:
        """Beside landing and not in it: the truth is no feed."""
        return self.out / "truth" if self.out else Paths.discover().landing.parent / "truth"

    def _landed(self) -> Made:
        with progress() as bar:
            task = bar.add_task("site-months", total=self.plan.stations * len(self.plan.months))

            def make(folder: Path) -> Made:
                made = make_landing(self.plan, folder, lambda: bar.advance(task))
                return dirty_landing(self.plan, made, self.rates, self._truth_folder, self.form)

            if self.out:
                return make(self.out / "native")
            paths = Paths.discover()
            with open_state(paths.state) as connection:
                made = make(paths.landing / "native")
                register(connection, paths.landing, made.landed)
            return made
