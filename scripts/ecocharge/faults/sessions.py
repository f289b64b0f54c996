"""The clean sessions as a frame of numbers, and numbers as the text that files hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecocharge.generator.randomness import Ints

UNKNOWN = np.iinfo(np.int64).min
"""Stands for a time or an energy that is not given."""

STAMPS = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc", "last_updated_utc")
KWH_PLACES = 3


def clean_sessions(
    sessions: Mapping[str, Sequence[str]], connectors: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The generator's sessions, ready for faults.

    Args:
        sessions: text columns of the native feed's sessions.
        connectors: text columns of its connectors.

    Returns:
        One row per session in order of its last update: the columns given, with `STAMPS` as epoch
        seconds and `energy_wh` beside `energy_kwh` as whole Wh, `UNKNOWN` where not given, and
        `bank_id`, the same for connectors that stand side by side.
    """
    frame = pd.DataFrame(
        {name: pd.Series(values, dtype=object) for name, values in sessions.items()}
    )
    for name in STAMPS:
        frame[name] = _seconds(frame[name])
    frame["energy_wh"] = _thousandths(frame["energy_kwh"])
    places = pd.DataFrame(connectors).set_index("connector_id")
    # Connectors of one station and one power stand side by side.
    frame["bank_id"] = frame["connector_id"].map(places["station_id"] + "/" + places["rated_kw"])
    return frame.sort_values(["last_updated_utc", "session_id"], ignore_index=True)


def _seconds(text: pd.Series) -> Ints:
    stamps = pd.to_datetime(text.where(text != ""), format="%Y-%m-%dT%H:%M:%SZ", utc=True)
    seconds = stamps.to_numpy(dtype="datetime64[s]").astype(np.int64)
    return np.where(stamps.isna(), UNKNOWN, seconds)


def _thousandths(text: pd.Series) -> Ints:
    number = pd.to_numeric(text.where(text != ""))
    return np.where(number.isna(), UNKNOWN, np.rint(number.fillna(0.0) * 1000)).astype(np.int64)


def utc_text(seconds: Ints) -> list[str]:
    """ISO stamps ending in Z; an empty text where unknown."""
    known = seconds != UNKNOWN
    stamps = np.datetime_as_string(
        np.where(known, seconds, 0).astype("datetime64[s]"), timezone="UTC"
    )
    text: list[str] = np.where(known, stamps, "").tolist()
    return text


def decimal_text(units: Ints, places: int = KWH_PLACES) -> list[str]:
    """Whole units of 10**-places as decimal text; an empty text where unknown."""
    scale = 10**places
    return [_decimal(unit, places, scale) for unit in units.tolist()]


def _decimal(unit: int, places: int, scale: int) -> str:
    if unit == UNKNOWN:
        return ""
    whole, rest = divmod(abs(unit), scale)
    sign = "-" if unit < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"
