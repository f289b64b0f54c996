"""The feed's tables as text columns, the same for seeds and Parquet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecocharge.generator.drivers import PAYMENT_METHODS
from ecocharge.generator.grid_factors import FACTOR_SET, GridFactors
from ecocharge.generator.meter_values import MeterValues
from ecocharge.generator.network import Site
from ecocharge.generator.randomness import Floats, Ints
from ecocharge.generator.sessions import STOP_REASONS, UNKNOWN, Sessions, SiteRun

Table = dict[str, list[str]]
"""Columns of text by name, all of one length; an empty text is unknown."""

ENTITIES = ("stations", "connectors", "sessions", "meter_values", "grid_factors")


def _stamps(seconds: Ints) -> list[str]:
    text: list[str] = np.datetime_as_string(
        seconds.astype("datetime64[s]"), timezone="UTC"
    ).tolist()
    return [
        "" if second == UNKNOWN else stamp
        for second, stamp in zip(seconds.tolist(), text, strict=True)
    ]


def _fixed(units: Ints, places: int) -> list[str]:
    """Whole units of 10**-places as decimal text."""
    scale = 10**places
    return [
        "" if unit == UNKNOWN else f"{unit // scale}.{unit % scale:0{places}d}"
        for unit in units.tolist()
    ]


def _rounded(values: Floats, places: int) -> list[str]:
    return _fixed(np.rint(values * 10**places).astype(np.int64), places)


def session_ids(site: Site, number: Ints) -> list[str]:
    """A session's id: its station and its number there."""
    station = site.station_id
    return [f"{station}-{n:04d}" for n in number.tolist()]


def stations_table(sites: Sequence[Site]) -> Table:
    """One row per station."""
    return {
        "station_id": [site.station_id for site in sites],
        "station_name": [site.name for site in sites],
        "site_type": [site.kind.name for site in sites],
        "address": [site.address for site in sites],
        "city": [site.city.name for site in sites],
        "region": [site.city.region for site in sites],
        "country_code": [site.city.country.code for site in sites],
        "latitude": [f"{site.latitude:.5f}" for site in sites],
        "longitude": [f"{site.longitude:.5f}" for site in sites],
        "time_zone": [site.city.time_zone for site in sites],
        "grid_zone": [site.city.grid_zone for site in sites],
        "opened_on": [site.opened_on.isoformat() for site in sites],
        "closed_on": ["" for _ in sites],
    }


def connectors_table(sites: Sequence[Site]) -> Table:
    """One row per connector."""
    rows = [(site, connector) for site in sites for connector in site.connectors]
    return {
        "connector_id": [c.connector_id for _, c in rows],
        "port_id": [c.port_id for _, c in rows],
        "charger_id": [c.charger_id for _, c in rows],
        "station_id": [s.station_id for s, _ in rows],
        "connector_standard": [c.standard for _, c in rows],
        "power_type": [s.banks[c.bank].power_type for s, c in rows],
        "rated_kw": [f"{s.banks[c.bank].rated_kw:g}" for s, c in rows],
    }


def sessions_table(run: SiteRun, sessions: Sessions) -> Table:
    """One row per session of a site-month."""
    site, drivers = run.site, run.drivers
    connector_ids = [connector.connector_id for connector in site.connectors]
    return {
        "session_id": session_ids(site, sessions.number),
        "connector_id": [connector_ids[c] for c in sessions.connector.tolist()],
        "started_at_utc": _stamps(sessions.started_at),
        "ended_at_utc": _stamps(sessions.ended_at),
        "charging_ended_at_utc": _stamps(sessions.charging_ended_at),
        "energy_kwh": _fixed(sessions.energy_wh, 3),
        "driver_key": [drivers.keys[d] for d in sessions.driver.tolist()],
        "payment_method": [PAYMENT_METHODS[m] for m in drivers.payment[sessions.driver].tolist()],
        "stop_reason": [
            "" if r == UNKNOWN else STOP_REASONS[r] for r in sessions.stop_reason.tolist()
        ],
        "revenue_amount": _fixed(sessions.revenue_cents, 2),
        "tax_amount": _fixed(sessions.tax_cents, 2),
        "currency": [site.city.country.currency] * len(sessions),
        "last_updated_utc": _stamps(sessions.updated_at),
    }


def meter_values_table(site: Site, values: MeterValues) -> Table:
    """One row per reading."""
    return {
        "session_id": session_ids(site, values.number),
        "read_at_utc": _stamps(values.read_at),
        "energy_since_start_kwh": _fixed(values.energy_wh, 3),
    }


def grid_factors_table(zone: str, factors: GridFactors) -> Table:
    """One row per hour of a zone."""
    count = len(factors.hour_start)
    return {
        "factor_set_id": [FACTOR_SET] * count,
        "grid_zone": [zone] * count,
        "hour_start_utc": _stamps(factors.hour_start),
        "g_co2_per_kwh": _rounded(factors.g_co2_per_kwh, 1),
        "renewable_ratio": _rounded(factors.renewable_ratio, 3),
    }


def stack(tables: Sequence[Table]) -> Table:
    """Tables of equal columns, one below the other."""
    stacked: Table = {column: [] for column in tables[0]}
    for table in tables:
        for column, values in table.items():
            stacked[column].extend(values)
    return stacked
