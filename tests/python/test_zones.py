"""Zones and countries of coordinates, offline."""

from __future__ import annotations

import pandas as pd
import pytest

from ecocharge.zones import countries_at, inferred_zones, judged_coordinates, zones_at


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone", "country"),
    [
        (51.0476, 3.7299, "Europe/Brussels", "BE"),
        (40.0150, -105.2705, "America/Denver", "US"),
        (-33.8688, 151.2093, "Australia/Sydney", "AU"),
        (28.6139, 77.2090, "Asia/Kolkata", "IN"),
        (56.4620, -2.9707, "Europe/London", "GB"),
    ],
)
def test_known_places(latitude: float, longitude: float, zone: str, country: str) -> None:
    assert zones_at(latitude, longitude) == [zone]
    assert country in countries_at(latitude, longitude)


@pytest.mark.parametrize(("latitude", "longitude"), [(0, 0), (40, -40), (91, 0), (0, 181)])
def test_no_land(latitude: float, longitude: float) -> None:
    assert zones_at(latitude, longitude) == []
    assert countries_at(latitude, longitude) == set()


def test_zones_of_a_table() -> None:
    places = pd.DataFrame(
        {"latitude": [51.0476, 51.0476, 0.0, None], "longitude": [3.7299, 3.7299, 0.0, 1.0]}
    )
    assert inferred_zones(places).to_dict("records") == [
        {"latitude": 51.0476, "longitude": 3.7299, "time_zone": "Europe/Brussels"}
    ]
    assert list(inferred_zones(places.head(0)).columns) == ["latitude", "longitude", "time_zone"]


def test_coordinates_held_against_their_country() -> None:
    stated = pd.DataFrame(
        [
            (51.0476, 3.7299, "BE"),
            (3.7299, 51.0476, "BE"),
            (48.8566, 2.3522, "BE"),
            (0.0, 0.0, "BE"),
            (100.0, 200.0, "BE"),
        ],
        columns=["latitude", "longitude", "country_code"],
    )
    found = judged_coordinates(stated)
    verdicts = dict(zip(found["latitude"], found["verdict"], strict=True))
    assert verdicts == {
        0.0: "NOWHERE",
        3.7299: "SWAPPED",
        48.8566: "ELSEWHERE",
        100.0: "NOWHERE",
    }
    assert judged_coordinates(stated.head(1)).empty
