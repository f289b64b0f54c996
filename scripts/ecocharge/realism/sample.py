"""Sessions with the days on which they were watched: a day without sessions is not a day unseen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ecocharge.errors import EcoChargeError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

COLUMNS = (
    "station_id",
    "connector_id",
    "driver_key",
    "started_at",
    "ended_at",
    "charging_ended_at",
    "energy_kwh",
)
BLOCK_DAYS = 28
"""Whole weeks, so that both halves hold every weekday equally often."""


@dataclass(frozen=True)
class Sample:
    """Sessions ordered by start, and the local days they were observed on.

    Attributes:
        sessions: the columns of `COLUMNS`; times are the station's wall clock; the connector is
            never missing, the station stands in for it.
        days: ascending days since 1970, shape (days,); sessions start on these only.
    """

    sessions: pd.DataFrame
    days: Ints

    @classmethod
    def of(cls, sessions: pd.DataFrame, days: Ints | None = None) -> Sample:
        """Arrange a session frame; without days, all from its first to its last are observed.

        Raises:
            EcoChargeError: when columns are missing or no session is left.
        """
        missing = [name for name in COLUMNS if name not in sessions]
        if missing:
            raise EcoChargeError(
                f"the sessions have no column {', '.join(missing)}",
                remedy=f"give the columns {', '.join(COLUMNS)}; the optional ones may be empty",
            )
        kept = sessions[list(COLUMNS)].dropna(subset=["started_at", "ended_at", "energy_kwh"])
        kept = kept.assign(
            connector_id=kept["connector_id"].where(
                kept["connector_id"].notna(), kept["station_id"]
            ),
            energy_kwh=kept["energy_kwh"].astype(float),
        )
        start_days = _day_numbers(kept["started_at"])
        watched = _span(start_days) if days is None else days
        kept = kept[np.isin(start_days, watched)]
        if kept.empty:
            raise EcoChargeError(
                "no finished session to look at",
                remedy="check that the folder or file holds accepted sessions with start and end",
            )
        # Ties must not depend on the order in which a file happens to hold its rows.
        order = ["started_at", "connector_id", "ended_at", "energy_kwh", "driver_key"]
        return cls(kept.sort_values(order, kind="stable").reset_index(drop=True), watched)

    def __len__(self) -> int:
        return len(self.sessions)

    def on(self, days: Ints) -> Sample:
        """The same sessions watched on fewer days."""
        return Sample.of(self.sessions, np.intersect1d(self.days, days))

    @cached_property
    def start(self) -> Floats:
        """Wall-clock seconds since 1970 of plug-in, shape (n,)."""
        return seconds(self.sessions["started_at"])

    @cached_property
    def end(self) -> Floats:
        """Wall-clock seconds since 1970 of plug-out, shape (n,)."""
        return seconds(self.sessions["ended_at"])

    @cached_property
    def energy(self) -> Floats:
        """Energy in kWh, shape (n,)."""
        return self.sessions["energy_kwh"].to_numpy(float)

    @cached_property
    def hours(self) -> Floats:
        """Hours connected, never negative, shape (n,)."""
        return np.maximum(self.end - self.start, 0.0) / 3600.0

    @cached_property
    def idle_share(self) -> Floats:
        """Share of the connected time without charging, NaN where unknown, shape (n,)."""
        charged = seconds(self.sessions["charging_ended_at"])
        connected = np.where(self.end > self.start, self.end - self.start, np.nan)
        return np.clip((self.end - charged) / connected, 0.0, 1.0)

    @cached_property
    def hour_of_day(self) -> Floats:
        """Local hour of plug-in with its fraction, 0 to 24, shape (n,)."""
        return (self.start % 86_400) / 3600.0

    @cached_property
    def weekday(self) -> Ints:
        """Local weekday of plug-in, Monday is 0, shape (n,)."""
        return (self.start_day + 3) % 7

    @cached_property
    def start_day(self) -> Ints:
        """Days since 1970 of plug-in, shape (n,)."""
        return (self.start // 86_400).astype(np.int64)

    @cached_property
    def stretch(self) -> Ints:
        """Number of the unbroken stretch of observed days a session starts in, shape (n,)."""
        stretches = np.cumsum(np.diff(self.days, prepend=self.days[0]) > 1, dtype=np.int64)
        found: Ints = stretches[np.searchsorted(self.days, self.start_day)]
        return found

    def codes(self, column: str) -> Ints:
        """The column as numbers from 0, -1 where missing, shape (n,)."""
        return pd.factorize(self.sessions[column])[0].astype(np.int64)

    @property
    def knows_idle(self) -> bool:
        """Whether the end of charging is on record for nearly every session."""
        return self._known("charging_ended_at")

    @property
    def knows_drivers(self) -> bool:
        """Whether nearly every session says who charged."""
        return self._known("driver_key")

    @property
    def knows_connectors(self) -> bool:
        """Whether connectors are told apart within stations."""
        return bool((self.sessions["connector_id"] != self.sessions["station_id"]).any())

    def _known(self, column: str) -> bool:
        return bool(self.sessions[column].notna().mean() >= _NEARLY_ALL)


_NEARLY_ALL = 0.9


def halves(whole: Sample, shift_days: int = 0) -> tuple[Sample, Sample]:
    """Alternating blocks of 28 days, A first; `shift_days` moves the borders.

    Raises:
        EcoChargeError: when the feed is too short for a block of each.
    """
    block = (whole.days - whole.days[0] + shift_days) // BLOCK_DAYS
    first, second = whole.days[block % 2 == 0], whole.days[block % 2 == 1]
    if len(whole.days) < 2 * BLOCK_DAYS:
        raise EcoChargeError(
            f"{len(whole.days)} days are too few to halve in blocks of {BLOCK_DAYS} days",
            remedy="give real sessions of at least 56 days, better of a year",
        )
    return whole.on(first), whole.on(second)


def joined(first: Sample, second: Sample) -> Sample:
    """Two halves as one sample."""
    sessions = pd.concat([first.sessions, second.sessions], ignore_index=True)
    return Sample.of(sessions, np.union1d(first.days, second.days))


def matched(synthetic: Sample, real: Sample, seed: int) -> Sample:
    """The part of a synthetic sample that compares with a real one: its days and its size.

    Days: the real sample's where the synthetic one covers them, else as many, in alternating
    blocks too. Stations: as many as the real sample has, drawn at random, should there be more.
    Where the real sample knows no connectors, nor does the synthetic one.
    """
    if not real.knows_connectors:
        blind = synthetic.sessions.assign(connector_id=None)
        synthetic = Sample.of(blind, synthetic.days)
    common = np.intersect1d(synthetic.days, real.days)
    if len(common) < _NEARLY_ALL * len(real.days):
        block = (synthetic.days - synthetic.days[0]) // BLOCK_DAYS
        alternate = synthetic.days[block % 2 == 1]
        common = alternate if len(alternate) >= BLOCK_DAYS else synthetic.days
        common = common[: len(real.days)]
    same_days = synthetic.on(common)
    stations = np.sort(same_days.sessions["station_id"].unique())
    wanted = real.sessions["station_id"].nunique()
    if len(stations) <= wanted:
        return same_days
    chosen = np.random.default_rng([seed, wanted]).choice(stations, wanted, replace=False)
    here = same_days.sessions["station_id"].isin(chosen)
    return Sample.of(same_days.sessions[here], same_days.days)


def seconds(times: pd.Series[pd.Timestamp]) -> Floats:
    """Seconds since 1970 of naive times, NaN where missing."""
    values = times.to_numpy("datetime64[s]")
    return np.where(np.isnat(values), np.nan, values.astype(np.int64).astype(float))


def _span(days: Ints) -> Ints:
    return np.arange(days.min(), days.max() + 1, dtype=np.int64) if len(days) else days


def _day_numbers(times: pd.Series[pd.Timestamp]) -> Ints:
    days: Ints = times.to_numpy("datetime64[D]").astype(np.int64)
    return days
