"""The one place where faults and clothes take sessions from the generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from ecocharge.errors import EcoChargeError
from ecocharge.faults.sessions import Batch, batch_of, plain_text
from ecocharge.generator.engines import PLAIN, Engine
from ecocharge.generator.faulted import Outage, outages_of
from ecocharge.generator.network import Site
from ecocharge.generator.parts import begin_site
from ecocharge.generator.presets import Plan
from ecocharge.generator.tables import (
    Table,
    connectors_table,
    reading_columns,
    session_columns,
    stations_table,
)


@dataclass(frozen=True)
class Tariff:
    """What a kWh costs without tax, and the tax on it as a share."""

    tariff_id: str
    currency: str
    price_per_kwh: float
    tax_rate: float


@dataclass(frozen=True)
class Generated:
    """A planned network, made station by station.

    Attributes:
        plan: the network.
        engine: the kernel that makes it.
    """

    plan: Plan
    engine: Engine = PLAIN

    @cached_property
    def stations(self) -> Table:
        """One row per station, columns as in the native feed."""
        return stations_table(self._sites)

    @cached_property
    def connectors(self) -> Table:
        """One row per connector, columns as in the native feed."""
        return connectors_table(self._sites)

    @cached_property
    def tariffs(self) -> dict[str, Tariff]:
        """Of each station."""
        return {
            site.station_id: Tariff(
                f"{country.code}-{site.kind.name}",
                country.currency,
                country.price_per_kwh[site.kind.name],
                country.tax_rate,
            )
            for site in self._sites
            for country in [site.city.country]
        }

    @cached_property
    def outages(self) -> list[Outage]:
        """When which port was out of order."""
        return [outage for site in self._sites for outage in outages_of(self.plan, site)]

    @cached_property
    def _sites(self) -> tuple[Site, ...]:
        return self.plan.network()

    def batches(self) -> Iterator[tuple[Batch, pa.Table]]:
        """Sessions and their meter values, some whole stations at a time, in a fixed order.

        Raises:
            EcoChargeError: when the whole network has no session.
        """
        found = 0
        for numbers in self.plan.parts:
            runs = [
                begin_site(self.plan, site, self.engine)
                for site in self._sites[numbers.start - 1 : numbers.stop - 1]
            ]
            made = [(run, run.all_months()) for run in runs]
            batch = batch_of(session_columns(made), self.connectors)
            found += len(batch)
            yield batch, plain_text(reading_columns(made))
        if not found:
            raise EcoChargeError("the period has no session", remedy="choose a longer one")
