"""Hourly grid files of three publishers, from their bytes to the factor of an hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from project import Project

from ecocharge.errors import EcoChargeError
from ecocharge.generator.grid_factors import grid_factors
from ecocharge.generator.places import GRID_ZONES
from ecocharge.generator.presets import DEFAULT_SEED, Plan
from ecocharge.generator.surroundings import write_surroundings
from ecocharge.landing.adapters.carbon import ADAPTER, adapter_for
from ecocharge.landing.feeds import Feed

SOURCES = ["WND", "SUN", "WAT", "OIL", "NG", "COL", "NUC", "OTH"]
HOURS_OF_2022 = 8_760
HOURS_WITHOUT_INTENSITY = {"CISO": 3, "MISO": 3, "PJM": 23}

UNNAMED_TIME = """,WND,SUN,WAT,OIL,NG,COL,NUC,OTH,avg_CI
2018-01-14 10:00:00+00:00,20,10,10,0,30,0,30,0,222.2959
2018-01-14 11:00:00+00:00,20,10,10,0,30,0,30,0,
"""
ZONE_HOURS = """\
Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),\
Carbon Intensity gCO₂eq/kWh (LCA),Low Carbon Percentage,Renewable Percentage,Data Source,\
Data Estimated,Data Estimation Method
2018-01-14 10:00:00,France,France,FR,16.5,37.81,94.2,38.5,example,false,
2018-01-14 11:00:00,France,France,FR,17.5,38.81,94.2,38.5,example,true,MODE
"""
NEWER_ZONE_HOURS = """\
Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),\
Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),\
Renewable energy percentage (RE%),Data source,Data estimated,Data estimation method
2018-01-14 10:00:00,Sweden,Sweden,SE,2.54,30.02,99.42,60.13,example,false,
"""
HALF_HOURS = """from,to,actual,forecast,index
2018-01-14T10:00Z,2018-01-14T10:30Z,250,240,moderate
2018-01-14T10:30Z,2018-01-14T11:00Z,301,240,moderate
2018-01-14T11:00Z,2018-01-14T11:30Z,250,240,moderate
2018-01-14T11:30Z,2018-01-14T12:00Z,,240,moderate
"""
SESSIONS = """\
Charging event,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,Site
E1,50911,1,14/01/2018,10:00,14/01/2018,12:00,10,0,Trades Lane
"""


def built(project: Project, files: Mapping[str, tuple[str, str]], feeds: list[str]) -> None:
    for name, (feed, text) in files.items():
        file = project.folder / name
        file.write_text(text, encoding="utf-8")
        project.land(feed, file)
    build(project, feeds, "+rpt_sustainability_trend")


def build(project: Project, feeds: list[str], wanted: str) -> None:
    done = project.run(
        *("dbt", "--quiet", "--warn-error", "build", "--select", wanted),
        *("--exclude-resource-type", "unit_test", "test"),
        *("--vars", f"{{ecocharge_sources: {feeds}}}"),
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def made_grid(folder: Path) -> str:
    """A day of a made-up grid, as `ecocharge generate --surroundings` writes it."""
    day = date(2025, 2, 3)
    write_surroundings(Plan.of("xs", first=day, last=day), folder)
    return (folder / "grids" / "GB_2025.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    project = Project(tmp_path_factory.mktemp("carbon"))
    files = {
        "ciso_2018.csv": ("some_grids", UNNAMED_TIME),
        "no grid.csv": ("some_grids", UNNAMED_TIME.replace("20,", "21,")),
        "FR.csv": ("some_grids", ZONE_HOURS),
        "SE_2018_hourly.csv": ("some_grids", NEWER_ZONE_HOURS),
        "intensity.csv": ("dundee", HALF_HOURS),
        "sessions.csv": ("dundee", SESSIONS),
        "GB_2025.csv": ("some_grids", made_grid(tmp_path_factory.mktemp("surroundings"))),
    }
    built(project, files, ["dundee", "some_grids"])
    with closing(project.open()) as connection:
        yield connection


def rows(marts: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return marts.execute(sql).fetchall()


def test_factors_of_three_publishers(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        "select grid_zone, hour(hour_start_utc), g_co2_per_kwh::double, renewable_ratio::double,"
        " factor_set_id, factor_vintage, factor_method from intermediate.int_grid__hourly_factors"
        " where year(hour_start_utc) = 2018 order by all",
    )
    average, estimated = "HOURLY_AVERAGE", "HOURLY_AVERAGE_ESTIMATED"
    assert found == [
        ("CISO", 10, 222.296, 0.4, "some_grids_2018", "2018", average),
        ("FR", 10, 16.5, 0.385, "some_grids_2018", "2018", average),
        ("FR", 11, 17.5, 0.385, "some_grids_2018", "2018", estimated),
        ("GB", 10, 275.5, None, "dundee_2018", "2018", average),
        ("SE", 10, 2.54, 0.6013, "some_grids_2018", "2018", average),
    ]


def test_made_grids_have_the_factors_of_the_made_network(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    day = date(2025, 2, 3)
    factors = grid_factors(DEFAULT_SEED, GRID_ZONES[0], day, day)
    found = rows(
        marts,
        "select g_co2_per_kwh::double, renewable_ratio::double"
        " from intermediate.int_grid__hourly_factors"
        " where grid_zone = 'GB' and factor_set_id = 'some_grids_2025' order by hour_start_utc",
    )
    grams, renewable = zip(*found, strict=True)
    assert grams == pytest.approx(factors.g_co2_per_kwh, abs=0.06)
    assert renewable == pytest.approx(factors.renewable_ratio, abs=1e-4)


def test_readings_without_a_factor_have_a_reason(marts: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        marts,
        "select source_file, source_line, reading_state from intermediate.int_grid__readings"
        " where reading_state <> 'USABLE' order by all",
    )
    assert found == [
        ("ciso_2018.csv", 3, "NO_INTENSITY"),
        ("intensity.csv", 5, "NO_INTENSITY"),
        ("no grid.csv", 2, "NO_ZONE"),
        ("no grid.csv", 3, "NO_ZONE"),
    ]


def test_energy_in_an_hour_without_a_factor_is_not_covered(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(
        marts,
        "select energy_kwh, covered_kwh, grid_kg_co2, renewable_kwh, factor_coverage_ratio"
        " from sustainability.rpt_sustainability_trend",
    )
    assert found == [(10, 5, Decimal("1.3775"), None, 0.5)]


def test_the_eight_grids_of_2022(real_data: Path, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.land("carbon", real_data / "carbon")
    build(project, ["carbon"], "+int_grid__hourly_factors")
    with project.open() as connection:
        found = connection.execute(
            "select * from intermediate.int_grid__hourly_factors order by grid_zone, hour_start_utc"
        ).df()
    files = {path.stem.split("_")[0]: path for path in (real_data / "carbon").glob("*.csv")}
    assert set(found["grid_zone"]) == set(files)
    assert set(found["factor_method"]) == {"HOURLY_LIFECYCLE"}
    for zone, path in files.items():
        stated = pd.read_csv(path, parse_dates=[0])
        made = stated[SOURCES].clip(lower=0)
        stated["share"] = made[["WND", "SUN", "WAT"]].sum(axis=1) / made.sum(axis=1)
        stated = stated.dropna(subset=["avg_CI"])
        factors = found[found["grid_zone"] == zone]
        assert len(factors) == HOURS_OF_2022 - HOURS_WITHOUT_INTENSITY.get(zone, 0)
        hours = stated.iloc[:, 0].dt.tz_localize(None)
        assert list(factors["hour_start_utc"]) == list(hours)
        # As exact as the columns' three and six decimals.
        for column, expected, decimals in (
            ("g_co2_per_kwh", "avg_CI", 3),
            ("renewable_ratio", "share", 6),
        ):
            off = abs(factors[column].to_numpy() - stated[expected].to_numpy()).max()
            assert off <= 0.51 * 10**-decimals, (zone, column)


def constants(mapping: Mapping[str, object]) -> set[tuple[str, str | None]]:
    adapter = adapter_for(Feed("grid", mapping=mapping))
    return {
        (column.name, column.constant)
        for entity in adapter.entities
        for column in entity.columns
        if column.constant is not None
    }


def test_a_mapping_states_what_no_file_does() -> None:
    assert constants({}) == {("intensity", "direct"), ("stamp_marks", "start")}
    told = {"intensity": "lifecycle", "stamp_marks": "end"}
    assert constants(told) == set(told.items())
    assert [entity.name for entity in ADAPTER.entities] == ["generation", "zone_hours", "periods"]


@pytest.mark.parametrize(
    ("mapping", "remedy"),
    [
        ({"intensity": "some"}, "direct or lifecycle"),
        ({"stamp_marks": True}, "start or end"),
        ({"zone": "GB"}, "stamp_marks, intensity"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    mapping: Mapping[str, object], remedy: str
) -> None:
    with pytest.raises(EcoChargeError) as raised:
        adapter_for(Feed("grid", mapping=mapping))
    assert raised.value.remedy is not None
    assert remedy in raised.value.remedy
