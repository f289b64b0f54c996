"""The feed's tables as text columns, the same for seeds and Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ecocharge.generator.arrays import Readings
from ecocharge.generator.drivers import CONTACTLESS, PAYMENT_METHODS
from ecocharge.generator.grid_factors import FACTOR_SET, GridFactors
from ecocharge.generator.network import Site
from ecocharge.generator.randomness import Bools, Floats, Ints
from ecocharge.generator.sessions import STOP_REASONS, Sessions, SiteRun
from ecocharge.generator.text import (
    coded,
    constant,
    decimals,
    fixed_text,
    instants,
    joined,
    numbered,
    stamps,
    texts,
    typed_decimals,
)

Table = dict[str, list[str]]
"""Columns of text by name, all of one length; an empty text is unknown."""

Columns = Mapping[str, pa.Array]
"""Arrow columns of text by name, plain or dictionary-encoded; null is unknown."""

ENTITIES = ("stations", "connectors", "sessions", "meter_values", "grid_factors")

NEVER_UNKNOWN = frozenset(
    {
        *("session_id", "connector_id", "started_at_utc"),
        *("last_updated_utc", "read_at_utc", "energy_since_start_kwh"),
        *("source_system", "source_file", "source_line", "load_id", "arrival_seq"),
    }
)
"""Columns that have a value in every row of every file in which they stand."""

_KWH_PLACES, _MONEY_PLACES = 3, 2
_ID_DIGITS = 4


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


Made = Sequence[tuple[SiteRun, Sessions]]


@dataclass(frozen=True)
class Form:
    """How stamps and decimals are given: as landing has them, or as numbers with their type."""

    stamps: Callable[[Ints], pa.Array]
    decimals: Callable[[Ints, int], pa.Array]


TEXT = Form(stamps, decimals)
TYPED = Form(instants, typed_decimals)


def _ids(runs: Sequence[SiteRun], numbers: Sequence[Ints]) -> pa.Array:
    """Session ids: the station and the session's number there."""
    pieces = [
        piece
        for run, number in zip(runs, numbers, strict=True)
        for piece in numbered(f"{run.site.station_id}-", number, _ID_DIGITS)
    ]
    return joined(pieces)


def _in_one(positions: Sequence[Ints], sizes: Sequence[int]) -> npt.NDArray[np.int32]:
    """Positions in each of several lists as positions in all of them, one below the other."""
    starts = np.cumsum([0, *sizes]).tolist()
    return np.concatenate(
        [
            np.add(mine, start, dtype=np.int32)
            for mine, start in zip(positions, starts, strict=False)
        ]
    )


def _connectors(made: Made) -> pa.DictionaryArray:
    """Ids of connectors; no two connectors share one."""
    ids = [[c.connector_id for c in run.site.connectors] for run, _ in made]
    codes = _in_one([s.out.connector for _, s in made], [*map(len, ids)])
    return coded(codes, texts([text for mine in ids for text in mine]))


def _driver_keys(made: Made, is_nameless: Bools) -> pa.DictionaryArray:
    """The drivers' keys; no two drivers share one."""
    letters = [run.drivers.key_letters for run, _ in made]
    codes = _in_one([s.out.driver for _, s in made], [*map(len, letters)])
    return coded(codes, fixed_text(np.concatenate(letters)), is_nameless)


def _currencies(made: Made) -> pa.DictionaryArray:
    mine = [run.site.city.country.currency for run, _ in made]
    names = [*dict.fromkeys(mine)]
    codes = np.array([names.index(name) for name in mine], dtype=np.int32)
    return coded(np.repeat(codes, [len(s) for _, s in made]), texts(names))


def session_columns(made: Made, form: Form = TEXT) -> Columns:
    """The sessions of some sites, one after the other."""

    def whole(column: str) -> Ints:
        return np.concatenate([getattr(sessions.out, column) for _, sessions in made])

    payment = np.concatenate([run.drivers.payment[s.out.driver] for run, s in made])
    reason = whole("stop_reason")
    return {
        "session_id": _ids([run for run, _ in made], [sessions.out.number for _, sessions in made]),
        "connector_id": _connectors(made),
        "started_at_utc": form.stamps(whole("started_at")),
        "ended_at_utc": form.stamps(whole("ended_at")),
        "charging_ended_at_utc": form.stamps(whole("charging_ended_at")),
        "energy_kwh": form.decimals(whole("energy_wh"), _KWH_PLACES),
        "driver_key": _driver_keys(made, payment == CONTACTLESS),
        "payment_method": coded(payment, texts(PAYMENT_METHODS)),
        "stop_reason": coded(np.maximum(reason, 0), texts(STOP_REASONS), reason < 0),
        "revenue_amount": form.decimals(whole("revenue_cents"), _MONEY_PLACES),
        "tax_amount": form.decimals(whole("tax_cents"), _MONEY_PLACES),
        "currency": _currencies(made),
        "last_updated_utc": form.stamps(whole("updated_at")),
    }


def reading_columns(made: Made, form: Form = TEXT) -> Columns:
    """The meter readings of some sites' sessions, one after the other."""
    readings = [sessions.readings for _, sessions in made]
    whole = Readings(*map(np.concatenate, zip(*readings, strict=True)))
    return {
        "session_id": _ids([run for run, _ in made], [r.number for r in readings]),
        "read_at_utc": form.stamps(whole.read_at),
        "energy_since_start_kwh": form.decimals(whole.energy_wh, _KWH_PLACES),
    }


def as_text(columns: Columns) -> Table:
    """Arrow columns as lists of text, empty where unknown."""
    return {
        name: column.cast(pa.string()).fill_null("").to_pylist() for name, column in columns.items()
    }


def grid_factor_columns(zone: str, factors: GridFactors, form: Form = TEXT) -> Columns:
    """One row per hour of a zone."""
    count = len(factors.hour_start)

    def rounded(values: Floats, places: int) -> pa.Array:
        return form.decimals(np.rint(values * 10**places).astype(np.int64), places)

    return {
        "factor_set_id": constant(FACTOR_SET, count),
        "grid_zone": constant(zone, count),
        "hour_start_utc": form.stamps(factors.hour_start),
        "g_co2_per_kwh": rounded(factors.g_co2_per_kwh, 1),
        "renewable_ratio": rounded(factors.renewable_ratio, 3),
    }


def stack(tables: Sequence[Table]) -> Table:
    """Tables of equal columns, one below the other."""
    stacked: Table = {column: [] for column in tables[0]}
    for table in tables:
        for column, values in table.items():
            stacked[column].extend(values)
    return stacked
