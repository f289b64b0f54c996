"""Public holidays: where, in which years, and what is not known."""

from __future__ import annotations

import pandas as pd
import pytest

from ecocharge.calendars import holidays_of_feeds, place_years, public_holidays

WINDOWS = pd.DataFrame(
    {
        "source_system": ["dundee", "dundee", "native"],
        "first_date_local": pd.to_datetime(["2017-09-01", "2019-03-01", "2025-01-01"]),
        "last_date_local": pd.to_datetime(["2018-08-31", "2019-03-31", "2025-03-31"]),
    }
)


def stations(*places: tuple[str, str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(places, columns=["source_system", "country_code", "region"])


def test_years_reach_one_beyond_the_files_on_each_side() -> None:
    years = place_years(
        stations(("dundee", "GB", "SCT"), ("dundee", "GB", "SCT"), ("native", "US", None)), WINDOWS
    )
    assert years.to_dict("records") == [
        {"country_code": "GB", "region": "SCT", "first_year": 2016, "last_year": 2020},
        {"country_code": "US", "region": "", "first_year": 2024, "last_year": 2026},
    ]


def test_a_place_of_two_feeds_has_the_years_of_both() -> None:
    years = place_years(stations(("dundee", "GB", "SCT"), ("native", "GB", "SCT")), WINDOWS)
    assert years[["first_year", "last_year"]].to_numpy().tolist() == [[2016, 2026]]


@pytest.mark.parametrize(
    "given",
    [
        stations(("native", None, None)),
        stations(("boulder", "US", "CO")),
        stations(),
        stations(("native", "XX", None)),
    ],
    ids=["no country", "no files", "no stations", "unknown country"],
)
def test_nothing_is_made_up(given: pd.DataFrame) -> None:
    found = holidays_of_feeds(given, WINDOWS)
    assert found.empty
    assert list(found.columns) == ["country_code", "region", "date_local", "holiday_name"]
    assert found["date_local"].dtype == "datetime64[us]"


def test_no_files_at_all_need_no_holidays() -> None:
    assert holidays_of_feeds(stations(("native", "US", "CO")), WINDOWS.iloc[:0]).empty


def test_regions_keep_their_own_days() -> None:
    found = public_holidays(
        pd.DataFrame(
            {
                "country_code": "GB",
                "region": ["SCT", "ENG", "ZZZ", ""],
                "first_year": 2022,
                "last_year": 2022,
            }
        )
    )
    days = found.groupby("region")["date_local"].agg(set)
    st_andrews, boxing_day = pd.Timestamp("2022-11-30"), pd.Timestamp("2022-12-26")
    assert st_andrews in days["SCT"]
    assert st_andrews not in days["ENG"]
    assert boxing_day in days["ENG"]
    assert days["ZZZ"] == days[""]
    assert not found.duplicated(["country_code", "region", "date_local"]).any()
