"""The weather that sessions were made in, and the grids that their factors come from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.generator.grid_factors import grid_factors
from ecocharge.generator.places import CITIES, GRID_ZONES, City, GridZone
from ecocharge.generator.presets import Plan
from ecocharge.generator.randomness import month_number
from ecocharge.generator.surroundings import generation, write_surroundings
from ecocharge.generator.weather import daily_celsius, hourly_celsius

HOUR, BEFORE_DAWN = 3600, 4
MARCH = (date(2025, 3, 1), date(2025, 3, 31))


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
def test_the_hours_of_a_day_have_its_mean(city: City) -> None:
    """The month in which clocks go forward, by both of their rules."""
    seconds, celsius = hourly_celsius(5, city, *MARCH)
    assert (np.diff(seconds) == HOUR).all()
    local = pd.to_datetime(seconds, unit="s", utc=True).tz_convert(ZoneInfo(city.time_zone))
    by_day = pd.Series(celsius).groupby(np.array(local.date)).mean()
    assert by_day.index.tolist() == [date(2025, 3, day) for day in range(1, 32)]
    expected = daily_celsius(5, city, month_number(MARCH[0]))
    assert by_day.to_numpy() == pytest.approx(expected)
    warmest = pd.Series(celsius).groupby(np.array(local.hour)).mean().idxmax()
    assert warmest in (14, 15)


@pytest.mark.parametrize("zone", GRID_ZONES, ids=lambda zone: zone.name)
def test_generation_by_source_gives_the_factors_back(zone: GridZone) -> None:
    factors = grid_factors(5, zone, *MARCH)
    mwh = generation(zone, factors)
    total = sum(mwh.values())
    assert min(values.min() for values in mwh.values()) >= 0
    assert (mwh["WND"] + mwh["SUN"] + mwh["WAT"]) / total == pytest.approx(
        factors.renewable_ratio, abs=1e-9
    )
    emitted = mwh["NG"] * 390 + mwh["COL"] * 1000
    assert emitted / total == pytest.approx(factors.g_co2_per_kwh, rel=1e-9)
    night = (factors.hour_start // HOUR + zone.utc_offset_hours) % 24 < BEFORE_DAWN
    assert mwh["SUN"][night].max() == 0
    assert mwh["SUN"][~night].max() > 0


def test_surroundings_are_those_of_the_network_and_the_same_again(tmp_path: Path) -> None:
    plan = Plan.of("xs", first=date(2025, 12, 30), last=date(2026, 1, 2))
    files = write_surroundings(plan, tmp_path / "one")
    assert [path.relative_to(tmp_path / "one").as_posix() for path in files] == [
        *(f"grids/{zone}_{year}.csv" for zone in ("GB", "US-RMRG") for year in (2025, 2026)),
        "weather.csv",
    ]
    weather = pd.read_csv(files[-1])
    assert weather.groupby("city").size().to_dict() == dict.fromkeys(
        ["Bengaluru", "Denver", "Glasgow"], 96
    )
    again = write_surroundings(plan, tmp_path / "two")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EcoChargeError, match="cannot write"):
        write_surroundings(Plan.of("xs"), tmp_path / "file" / "folder")
