"""Hourly grid files: how much CO2 a kWh costs, by grid and hour, as three publishers write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed
from ecocharge.landing.formats import Adapter, Column, Entity

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "stamp_marks": ("start", "end"),
    "intensity": ("direct", "lifecycle"),
}

# What no file says of itself; a feed's mapping may say otherwise.
_STATED = (
    Column("stamp_marks", constant="start", is_header=False),
    Column("intensity", constant="direct", is_header=False),
)

ADAPTER = Adapter(
    "carbon",
    (
        Entity(
            "generation",
            (
                Column("timestamp", aliases=("datetime", "UTC time"), required=True),
                Column("wnd", required=True),
                Column("sun", required=True),
                Column("wat", required=True),
                Column("oil"),
                Column("ng"),
                Column("col"),
                Column("nuc"),
                Column("oth"),
                Column("avg_ci", required=True),
                *_STATED,
            ),
            unnamed_leading="timestamp",
        ),
        Entity(
            "zone_hours",
            (
                Column("datetime_utc", aliases=("Datetime (UTC)",), required=True),
                Column("zone_id", aliases=("Zone Id",), required=True),
                Column(
                    "intensity_direct",
                    aliases=("Carbon Intensity gCO₂eq/kWh (direct)",),
                    required=True,
                ),
                Column(
                    "intensity_lifecycle",
                    aliases=(
                        "Carbon Intensity gCO₂eq/kWh (LCA)",
                        "Carbon Intensity gCO₂eq/kWh (Life cycle)",
                    ),
                ),
                Column(
                    "renewable_percentage",
                    aliases=("Renewable Percentage", "Renewable energy percentage (RE%)"),
                ),
                Column("data_estimated"),
                *_STATED,
            ),
            ignored=(
                "Country",
                "Zone Name",
                "Low Carbon Percentage",
                "Carbon-free energy percentage (CFE%)",
                "Data Source",
                "Data Estimation Method",
            ),
        ),
        Entity(
            "periods",
            (
                Column("period_start", aliases=("from", "datetime"), required=True),
                Column("period_end", aliases=("to",)),
                Column("actual", required=True),
                *_STATED,
            ),
            ignored=("date", "forecast", "index"),
        ),
    ),
)


def adapter_for(feed: Feed) -> Adapter:
    """The adapter as a feed's `mapping` tells it to read.

    Args:
        feed: `mapping` may hold `stamp_marks` (`start` or `end` of the hour) and `intensity`
            (`direct` or `lifecycle` emissions).

    Raises:
        EcoChargeError: when the mapping holds anything else.
    """
    stated = {key: _chosen(feed, key, value) for key, value in feed.mapping.items()}

    def told(column: Column) -> Column:
        return replace(column, constant=stated.get(column.name, column.constant))

    return Adapter(
        ADAPTER.name,
        tuple(
            replace(entity, columns=tuple(told(column) for column in entity.columns))
            for entity in ADAPTER.entities
        ),
    )


def _chosen(feed: Feed, key: str, value: object) -> str:
    if key not in _CHOICES:
        problem = f"the carbon adapter knows no {key!r}"
        remedy = f"mapping may hold: {', '.join(_CHOICES)}"
    elif not isinstance(value, str) or value not in _CHOICES[key]:
        problem = f"{key} cannot be {value!r}"
        remedy = f"choose {' or '.join(_CHOICES[key])}"
    else:
        return value
    raise EcoChargeError(problem, remedy=remedy, file=feed.path, column="mapping")
