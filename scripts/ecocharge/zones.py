"""Time zones and countries of coordinates, offline.

Sources: the `tzfpy` library (polygons of the timezone-boundary-builder project) for the zone of a
point, `zone.tab` of the IANA time zone database for the countries of a zone.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd
import tzfpy

_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180


def zones_at(latitude: float, longitude: float) -> list[str]:
    """The IANA zones of a point on land or in coastal waters, sorted; none on the high seas.

    Args:
        latitude: degrees north.
        longitude: degrees east.
    """
    if abs(latitude) > _MAX_LATITUDE or abs(longitude) > _MAX_LONGITUDE:
        return []
    found = tzfpy.get_tzs(longitude, latitude)
    return sorted(name for name in found if not name.startswith("Etc/"))


def countries_at(latitude: float, longitude: float) -> set[str]:
    """The countries (ISO 3166-1 alpha-2) that use the zones of a point."""
    return {
        country
        for zone in zones_at(latitude, longitude)
        for country in _countries_of_zones().get(zone, ())
    }


def inferred_zones(places: pd.DataFrame) -> pd.DataFrame:
    """The zone of each pair of coordinates.

    Args:
        places: one row per place with `latitude` and `longitude`, degrees.

    Returns:
        One row per place in a zone: `latitude`, `longitude` and `time_zone`; where zones overlap,
        the first by name.
    """
    rows = [
        (latitude, longitude, zones[0])
        for latitude, longitude in _pairs(places)
        if (zones := zones_at(float(latitude), float(longitude)))
    ]
    frame = pd.DataFrame(rows, columns=["latitude", "longitude", "time_zone"])
    return frame.astype({"latitude": "float64", "longitude": "float64", "time_zone": "string"})


def judged_coordinates(stated: pd.DataFrame) -> pd.DataFrame:
    """Whether coordinates lie in the country that is stated with them, as they are or swapped.

    Args:
        stated: one row per statement with `latitude`, `longitude` (degrees, as stated) and
            `country_code` (ISO 3166-1 alpha-2).

    Returns:
        One row per statement that is not as it should be: the three columns, and `verdict`:
        SWAPPED where latitude and longitude lie in the country once they change places, ELSEWHERE
        where they lie in another country, NOWHERE where they lie in none.
    """
    rows = []
    for row in stated.sort_values(["country_code", "latitude", "longitude"]).to_dict("records"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        country = str(row["country_code"])
        found = countries_at(latitude, longitude)
        if country in found:
            continue
        if country in countries_at(longitude, latitude):
            verdict = "SWAPPED"
        else:
            verdict = "ELSEWHERE" if found else "NOWHERE"
        rows.append((latitude, longitude, country, verdict))
    frame = pd.DataFrame(rows, columns=["latitude", "longitude", "country_code", "verdict"])
    texts = {"country_code": "string", "verdict": "string"}
    return frame.astype({"latitude": "float64", "longitude": "float64", **texts})


def _pairs(places: pd.DataFrame) -> list[tuple[float, float]]:
    pairs = places[["latitude", "longitude"]].dropna().astype("float64").drop_duplicates()
    return sorted(pairs.itertuples(index=False, name=None))


@cache
def _countries_of_zones() -> dict[str, tuple[str, ...]]:
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[zone] = (*found.get(zone, ()), country)
    return found
