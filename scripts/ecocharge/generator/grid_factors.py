"""Made-up hourly carbon intensity and renewable share of a grid zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ecocharge.generator.places import GRID_ZONES, GridZone
from ecocharge.generator.randomness import (
    Floats,
    Ints,
    Purpose,
    month_number,
    month_start,
    red_noise,
)

FACTOR_SET = "syn1"

_HOURS_PER_DAY = 24
_DAYS_PER_YEAR = 365.25
_PERSISTENCE = 0.96
_WIND_SWING = 0.35
_EVENING_HOUR = 19.0
_EVENING_RISE = 0.06


@dataclass(frozen=True)
class GridFactors:
    """Factors of one zone hour by hour, arrays of shape (hours,).

    Attributes:
        hour_start: UTC epoch seconds.
        g_co2_per_kwh: gram CO2 per kWh generated.
        renewable_ratio: share of generation from renewables, 0..1.
        sun_ratio: share of the renewables from the sun, 0..1.
    """

    hour_start: Ints
    g_co2_per_kwh: Floats
    renewable_ratio: Floats
    sun_ratio: Floats


NO_FACTORS = GridFactors(np.array([], dtype=np.int64), np.array([]), np.array([]), np.array([]))
"""What there is of a network that stands outside all zones with factors."""


def _renewable(zone: GridZone, hour: Ints, noise: Floats) -> tuple[Floats, Floats]:
    """Share of all generation, and the sun's share of it.

    Wind comes in spells of days; the sun by the local hour, more of it in summer.
    """
    local_hour = (hour + zone.utc_offset_hours) % _HOURS_PER_DAY
    summer = 1 + 0.4 * np.cos(2 * np.pi * (hour / _HOURS_PER_DAY / _DAYS_PER_YEAR - 0.47))
    sun = np.maximum(np.cos((local_hour - 12.5) / _HOURS_PER_DAY * 2 * np.pi), 0.0) * np.pi
    evening = _EVENING_RISE * np.exp(-(((local_hour - _EVENING_HOUR) / 2.5) ** 2))
    wind = np.exp(_WIND_SWING * noise - _WIND_SWING**2 / 2)
    of_wind, of_sun = (1 - zone.solar) * wind, zone.solar * summer * sun
    share = zone.renewable * (of_wind + of_sun) - evening
    return np.clip(share, 0.02, 0.95 - zone.low_carbon), of_sun / (of_wind + of_sun)


def grid_factors(seed: int, zone: GridZone, first: date, last: date) -> GridFactors:
    """The factors of a zone for whole UTC days, first to last."""
    key = GRID_ZONES.index(zone)
    months = range(month_number(first), month_number(last) + 1)
    noise = np.concatenate(
        [red_noise(seed, Purpose.GRID, key, m, _HOURS_PER_DAY, _PERSISTENCE) for m in months]
    )
    begin = (first - month_start(months[0])).days * _HOURS_PER_DAY
    hours = ((last - first).days + 1) * _HOURS_PER_DAY
    hour = (first - date(1970, 1, 1)).days * _HOURS_PER_DAY + np.arange(hours, dtype=np.int64)
    share, of_sun = _renewable(zone, hour, noise[begin : begin + hours])
    renewable = np.round(share, 3)
    fossil = np.maximum(1 - zone.low_carbon - renewable, 0.02)
    return GridFactors(hour * 3600, zone.fossil_g_per_kwh * fossil, renewable, of_sun)
