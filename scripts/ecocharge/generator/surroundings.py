"""What goes on around a network: hourly temperatures, and what its grids generate by source."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ecocharge.generator.grid_factors import GridFactors, grid_factors
from ecocharge.generator.places import GridZone
from ecocharge.generator.presets import Plan
from ecocharge.generator.randomness import Floats
from ecocharge.generator.weather import hourly_celsius
from ecocharge.generator.writing import staged

WEATHER = "weather.csv"
GRIDS = "grids"

_SOURCES = ("WND", "SUN", "WAT", "OIL", "NG", "COL", "NUC", "OTH")
_WATER = 0.3
"""Of the renewables that are not the sun's; the rest is wind."""
_GAS_G_PER_KWH, _COAL_G_PER_KWH = 390.0, 1000.0
_MEAN_MWH = 10_000.0
_EVENING_SWING = 0.2
_EVENING_HOUR = 18.0


def write_surroundings(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Write the surroundings of a network for its days.

    `weather.csv` has a row per city and hour; `grids/<zone>_<year>.csv` are files of the `carbon`
    adapter, with generation in MWh by source and the intensity of the network's own factors. The
    zone that has no factors on purpose has no file.

    Args:
        plan: the network.
        folder: made where there is none; files of the same names are replaced.

    Returns:
        The files.

    Raises:
        EcoChargeError: when the folder cannot be written.
    """
    with staged(folder) as fresh:
        _write(
            fresh / WEATHER, ("city", "region", "hour_start_utc", "celsius"), _weather_rows(plan)
        )
        (fresh / GRIDS).mkdir()
        for zone in plan.grid_zones:
            factors = grid_factors(plan.seed, zone, plan.first, plan.last)
            for year, rows in _by_year(zone, factors).items():
                path = fresh / GRIDS / f"{zone.name}_{year}.csv"
                _write(path, ("timestamp", *_SOURCES, "avg_CI"), rows)
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*.csv"))
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).replace(folder / name)
    return tuple(folder / name for name in names)


def generation(zone: GridZone, factors: GridFactors) -> dict[str, Floats]:
    """What a grid generates in each hour, in MWh by source; arrays of shape (hours,).

    The shares are those of the factors: their renewables, and of what is left the nuclear share
    of the zone and as much gas and coal as give the zone's emissions.
    """
    hour = factors.hour_start // 3600 + zone.utc_offset_hours
    total = _MEAN_MWH * (1 + _EVENING_SWING * np.cos(2 * np.pi * (hour - _EVENING_HOUR) / 24))
    sun = factors.renewable_ratio * factors.sun_ratio
    other = factors.renewable_ratio - sun
    fossil = factors.g_co2_per_kwh / zone.fossil_g_per_kwh
    coal = (zone.fossil_g_per_kwh - _GAS_G_PER_KWH) / (_COAL_G_PER_KWH - _GAS_G_PER_KWH)
    nothing = np.zeros(len(total))
    shares = {
        "WND": (1 - _WATER) * other,
        "SUN": sun,
        "WAT": _WATER * other,
        "OIL": nothing,
        "NG": (1 - coal) * fossil,
        "COL": coal * fossil,
        "NUC": 1 - factors.renewable_ratio - fossil,
        "OTH": nothing,
    }
    return {source: total * np.maximum(share, 0.0) for source, share in shares.items()}


def _by_year(zone: GridZone, factors: GridFactors) -> dict[int, list[list[str]]]:
    by_source = generation(zone, factors)
    found: dict[int, list[list[str]]] = {}
    for place, second in enumerate(factors.hour_start.tolist()):
        at = datetime.fromtimestamp(second, UTC)
        row = [f"{at:%Y-%m-%d %H:%M:%S+00:00}"]
        row += [f"{by_source[source][place]:.1f}" for source in _SOURCES]
        row.append(f"{factors.g_co2_per_kwh[place]:.1f}")
        found.setdefault(at.year, []).append(row)
    return found


def _weather_rows(plan: Plan) -> Iterator[list[str]]:
    for city in plan.cities:
        seconds, celsius = hourly_celsius(plan.seed, city, plan.first, plan.last)
        for second, degrees in zip(seconds.tolist(), celsius.tolist(), strict=True):
            at = datetime.fromtimestamp(second, UTC)
            yield [city.name, city.region, f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{degrees:.2f}"]


def _write(path: Path, header: Sequence[str], rows: Iterator[list[str]] | list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
