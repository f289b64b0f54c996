"""Public holidays of the places where stations stand."""

from __future__ import annotations

import holidays
import pandas as pd


def holidays_of_feeds(stations: pd.DataFrame, feed_windows: pd.DataFrame) -> pd.DataFrame:
    """Public holidays wherever stations stand, for the years that their feeds cover.

    Args:
        stations: one row per station with `source_system`, `country_code` and `region`, either
            of them empty where it is not known.
        feed_windows: one row per stretch of files with `source_system`, `first_date_local` and
            `last_date_local`.

    Returns:
        As `public_holidays`.
    """
    return public_holidays(place_years(stations, feed_windows))


def place_years(stations: pd.DataFrame, feed_windows: pd.DataFrame) -> pd.DataFrame:
    """Places of stations with the years whose holidays are needed.

    A year to spare on each side: sessions run past the end of a feed, and forecasts look ahead.

    Args:
        stations: as in `holidays_of_feeds`.
        feed_windows: as in `holidays_of_feeds`.

    Returns:
        One row per place: `country_code`, `region` (empty for the whole country), `first_year`
        and `last_year`, both included. A station without a country has no place.
    """
    covered = (
        stations.dropna(subset=["country_code"])
        .assign(region=lambda rows: rows["region"].fillna(""))
        .merge(feed_windows, on="source_system")
        .assign(
            first_year=lambda rows: pd.to_datetime(rows["first_date_local"]).dt.year - 1,
            last_year=lambda rows: pd.to_datetime(rows["last_date_local"]).dt.year + 1,
        )
    )
    places = covered.groupby(["country_code", "region"], as_index=False)
    return places.agg(first_year=("first_year", "min"), last_year=("last_year", "max"))


def public_holidays(place_years: pd.DataFrame) -> pd.DataFrame:
    """Public holidays by country and region.

    Args:
        place_years: one row per place with `country_code` (ISO 3166-1 alpha-2), `region`
            (the subdivision part of ISO 3166-2, empty for the whole country), `first_year` and
            `last_year` (both included).

    Returns:
        One row per place and holiday: `country_code`, `region`, `date_local` (datetime64),
        `holiday_name` (English where the library has it). A region that the library does not
        know gets the holidays of its country; a country that it does not know gets none.

    Source: the `holidays` library.
    """
    rows: list[tuple[str, str, pd.Timestamp, str]] = []
    known = holidays.list_supported_countries()
    for place in place_years.sort_values(["country_code", "region"]).to_dict("records"):
        country, region = str(place["country_code"]), str(place["region"])
        if country not in known:
            continue
        calendar = holidays.country_holidays(
            country,
            subdiv=region if region in known[country] else None,
            years=range(int(place["first_year"]), int(place["last_year"]) + 1),
        )
        rows.extend(
            (country, region, pd.Timestamp(day), str(name))
            for day, name in sorted(calendar.items())
        )
    frame = pd.DataFrame(rows, columns=["country_code", "region", "date_local", "holiday_name"])
    return frame.astype(
        {
            "country_code": "string",
            "region": "string",
            "date_local": "datetime64[us]",
            "holiday_name": "string",
        }
    )
