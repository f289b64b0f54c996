"""What had been counted at an origin: the final series less the sessions not yet on record."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Hours = npt.NDArray[np.int64]

_NOTHING: tuple[Hours, Floats] = (np.empty(0, np.int64), np.empty(0))


def to_hours(timestamps: pd.Series[pd.Timestamp]) -> Hours:
    """Whole UTC hours since 1970."""
    hours: Hours = timestamps.to_numpy("datetime64[h]").astype(np.int64)
    return hours


class UnknownEnergy:
    """Energy in kWh that a clairvoyant would have counted, by (series, origin) and hour.

    Args:
        rows: origin_ts_utc, series_id, hour_start_utc, energy_kwh; one row per combination.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        ordered = rows.sort_values(["series_id", "origin_ts_utc", "hour_start_utc"])
        self._hours = to_hours(ordered["hour_start_utc"])
        self._energy = ordered["energy_kwh"].to_numpy(float)
        origins = to_hours(ordered["origin_ts_utc"])
        series = ordered["series_id"].to_numpy(object)
        self._slices: dict[tuple[str, int], tuple[int, int]] = {}
        if len(ordered):
            changed = (series[1:] != series[:-1]) | (origins[1:] != origins[:-1])
            starts = np.concatenate([[0], np.flatnonzero(changed) + 1])
            ends = np.append(starts[1:], len(ordered))
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                self._slices[series[start], int(origins[start])] = (start, end)

    def at(self, series_id: str, origin: int) -> tuple[Hours, Floats]:
        """Hours (ascending) and their unknown kWh for one series at one origin hour."""
        found = self._slices.get((series_id, origin))
        if found is None:
            return _NOTHING
        start, end = found
        return self._hours[start:end], self._energy[start:end]

    def known(self, series_id: str, origin: int, hours: Hours, final_kwh: Floats) -> Floats:
        """The final values of these hours, in any order, as they stood at the origin, in kWh."""
        unknown_hours, energy = self.at(series_id, origin)
        if not len(hours) or not len(unknown_hours):
            return final_kwh
        place = np.minimum(np.searchsorted(unknown_hours, hours), len(unknown_hours) - 1)
        known = final_kwh - np.where(unknown_hours[place] == hours, energy[place], 0.0)
        # Subtracting floats must leave an hour without known energy at nothing, not at 1e-15.
        return np.asarray(np.round(np.maximum(known, 0.0), 6), dtype=np.float64)

    def is_all_known(
        self, series_id: str, origin: int, first: Hours, last: Hours
    ) -> npt.NDArray[np.bool_]:
        """Whether nothing is unknown at the origin in each stretch of hours, both ends included."""
        unknown_hours, _ = self.at(series_id, origin)
        before, until = (
            np.searchsorted(unknown_hours, first, side="left"),
            np.searchsorted(unknown_hours, last, side="right"),
        )
        return np.asarray(before == until, dtype=np.bool_)
