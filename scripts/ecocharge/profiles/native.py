"""A native feed drawn from a profile: stations, connectors and sessions as the generator has them.

What a profile does not know stays empty: addresses, payment, revenue, meter values, grid factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from ecocharge.errors import EcoChargeError
from ecocharge.generator.tables import TEXT, Columns, Form, Table
from ecocharge.generator.text import coded, texts
from ecocharge.generator.writing import load_id
from ecocharge.profiles.draws import Floats, Ints
from ecocharge.profiles.ports import USUAL_KW, free_ports, in_turn, rated_kw, utc_seconds
from ecocharge.profiles.profile import Origin, Profile
from ecocharge.profiles.sampling import sample

_WH = 1000
_KWH_PLACES = 3
_ONE_PHASE_KW = 7.4
_AC_KW = 22.0


@dataclass(frozen=True)
class Network:
    """Stations, ports with one connector each, and sessions by station and start.

    Attributes:
        stations: ids; `station_of_port`, `port_kw`: shape (ports,); `port_names`: ids.
        station, port: of each session, shape (n,).
        start, end, charged: epoch seconds UTC, shape (n,); `charged` is -1 where unknown.
        energy_wh: shape (n,).
        driver: shape (n,), -1 where unknown.
    """

    origin: Origin
    stations: list[str]
    port_names: list[str]
    station_of_port: Ints
    port_kw: Floats
    station: Ints
    port: Ints
    start: Ints
    end: Ints
    charged: Ints
    energy_wh: Ints
    driver: Ints

    def __len__(self) -> int:
        return len(self.station)


def network_of(profile: Profile, first: date, last: date, *, seed: int) -> Network:
    """Draw the network of a profile, with the sessions that start on these local days.

    Raises:
        EcoChargeError: when nobody charges in that time.
    """
    drawn = sample(profile, first, last, seed=seed)
    if drawn.empty:
        raise EcoChargeError(
            f"the profile has no session from {first} to {last}",
            remedy="choose a longer period with --from and --to",
        )
    zone = profile.origin.time_zone
    length = _seconds_between(drawn["started_at"], drawn["ended_at"])
    charging = _seconds_between(drawn["started_at"], drawn["charging_ended_at"])
    place = _numbers(drawn["station_id"])
    driver = _numbers(drawn["driver_key"])
    start = utc_seconds(drawn["started_at"], zone)
    if profile.kind == "connector":
        unit = _numbers(drawn["connector_id"])
        start = in_turn(unit, start, length)
        place = profile.population.home[unit]
        port = unit
    else:
        if profile.kind == "driver":
            start = in_turn(driver, start, length)
        order = np.argsort(start, kind="stable")
        port = np.empty_like(place)
        port[order] = free_ports(
            place[order], driver[order], start[order], start[order] + length[order]
        )
    # Ports in the order of their stations, numbered within each.
    pairs, number = np.unique(np.column_stack([place, port]), axis=0, return_inverse=True)
    number = number.ravel()
    powered = np.where(charging > 0, charging, length)
    energy = np.where(powered > 0, np.rint(drawn["energy_kwh"].to_numpy(float) * _WH), 0.0)
    energy = np.minimum(energy, np.floor(USUAL_KW[-1] * powered / 3.6))
    kw = rated_kw(number, energy / _WH, powered)
    row = np.lexsort((number, start, place))
    names = [f"{profile.origin.source}-{number + 1:03d}" for number in range(len(profile.level))]
    within = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    return Network(
        origin=profile.origin,
        stations=names,
        port_names=[f"{names[at]}-{n + 1:02d}" for at, n in zip(pairs[:, 0], within, strict=True)],
        station_of_port=pairs[:, 0],
        port_kw=kw,
        station=place[row],
        port=number[row],
        start=start[row],
        end=(start + length)[row],
        charged=np.where(charging < 0, -1, start + charging)[row],
        energy_wh=energy.astype(np.int64)[row],
        driver=driver[row],
    )


def stations_of(network: Network) -> Table:
    """One row per station."""
    origin, count = network.origin, len(network.stations)
    blank = [""] * count
    return {
        "station_id": network.stations,
        "station_name": [f"{origin.source} {number + 1}" for number in range(count)],
        "site_type": [origin.site_type] * count,
        "address": blank,
        "city": blank,
        "region": [origin.region] * count,
        "country_code": [origin.country] * count,
        "latitude": blank,
        "longitude": blank,
        "time_zone": [origin.time_zone or "UTC"] * count,
        "grid_zone": blank,
        "opened_on": blank,
        "closed_on": blank,
    }


def connectors_of(network: Network) -> Table:
    """One row per port, which has one connector."""
    names = network.port_names
    return {
        "connector_id": [f"{name}-C" for name in names],
        "port_id": [f"{name}-P" for name in names],
        "charger_id": names,
        "station_id": [network.stations[place] for place in network.station_of_port],
        "connector_standard": [""] * len(names),
        "power_type": [_power_type(kw) for kw in network.port_kw.tolist()],
        "rated_kw": [f"{kw:g}" for kw in network.port_kw],
    }


def sessions_of(network: Network, form: Form = TEXT) -> Columns:
    """One row per session; a session's id is its station's and its number there."""
    count = len(network)
    number = np.arange(count) - np.searchsorted(network.station, network.station)
    ids = [
        f"{network.stations[place]}-{n + 1:05d}"
        for place, n in zip(network.station.tolist(), number.tolist(), strict=True)
    ]
    # As hashes, which is how the project knows drivers; these stand for nobody.
    keys = [load_id(network.origin.source, "driver", n) for n in range(network.driver.max() + 1)]
    drivers = [keys[n] if n >= 0 else "" for n in network.driver.tolist()]
    unknown = pa.nulls(count, pa.string())
    unpaid = form.decimals(np.full(count, -1, dtype=np.int64), 2)
    return {
        "session_id": texts(ids),
        "connector_id": coded(network.port, texts(connectors_of(network)["connector_id"])),
        "started_at_utc": form.stamps(network.start),
        "ended_at_utc": form.stamps(network.end),
        "charging_ended_at_utc": form.stamps(network.charged),
        "energy_kwh": form.decimals(network.energy_wh, _KWH_PLACES),
        "driver_key": texts(drivers),
        "payment_method": unknown,
        "stop_reason": unknown,
        "revenue_amount": unpaid,
        "tax_amount": unpaid,
        "currency": unknown,
        "last_updated_utc": form.stamps(network.end),
    }


def _power_type(kw: float) -> str:
    if kw > _AC_KW:
        return "DC"
    return "AC_1_PHASE" if kw <= _ONE_PHASE_KW else "AC_3_PHASE"


def _seconds_between(first: pd.Series[pd.Timestamp], last: pd.Series[pd.Timestamp]) -> Ints:
    """Seconds on the wall clock, -1 where unknown."""
    seconds: Ints = (last - first).dt.total_seconds().fillna(-1).to_numpy().astype(np.int64)
    return seconds


def _numbers(names: pd.Series[str]) -> Ints:
    """The numbers in names of a letter and a number, from 0; -1 for none."""
    numbers: Ints = pd.to_numeric(names.str[1:]).fillna(0).to_numpy().astype(np.int64) - 1
    return numbers
