"""How well a cleaning found the faults, and what it made of the energy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from ecocharge.faults.catalogue import FAULTS, Fault
from ecocharge.faults.text import UNKNOWN

# Rules say something about rows that stand; a replaced version no longer does.
_STANDING = ("accepted", "quarantined", "not_final")
_LINE = ["source_file", "source_line"]
_OVERLAP = "OVERLAP_ON_CONNECTOR"
_WH_PER_KWH = 1000
_MINUTE = 60


@dataclass(frozen=True)
class FaultScore:
    """One fault's score, counted in sessions.

    Attributes:
        fault: its name.
        injected: sessions that have it.
        detected: of these, those with a rule or class that the fault calls for; where it calls for
            none, those that stand with their true times.
        false_alarms: sessions with such a rule or class that have neither this fault, nor another
            one that may show so, nor the same rule in the clean feed.
    """

    fault: str
    injected: int
    detected: int
    false_alarms: int

    @property
    def precision(self) -> float | None:
        """Share of alarms that are right; None without an alarm."""
        alarms = self.detected + self.false_alarms
        return self.detected / alarms if alarms else None

    @property
    def recall(self) -> float | None:
        """Share of faults that are found; None without a fault."""
        return self.detected / self.injected if self.injected else None


@dataclass(frozen=True)
class EnergyScore:
    """Totals in kWh.

    Attributes:
        truth: of all sessions that took place.
        kept_at_best: of those whose true energy the dirty files still hold.
        naive: plain sum over the energy column of the dirty files.
        cleaned: of the sessions that were accepted.
    """

    truth: Decimal
    kept_at_best: Decimal
    naive: Decimal
    cleaned: Decimal


@dataclass(frozen=True)
class DateScore:
    """Accepted rows by the minute at which they start.

    Attributes:
        right: as in truth.
        wrong_flagged: not as in truth, and some rule says something of the row.
        wrong_silently: not as in truth, and no rule says anything.
    """

    right: int
    wrong_flagged: int
    wrong_silently: int


def date_score(rows: pd.DataFrame) -> DateScore:
    """Compare the starts of accepted rows with their truth.

    Args:
        rows: see `score_faults`, with `true_started_at_utc` in epoch seconds.
    """
    accepted = rows[rows["row_class"] == "accepted"]
    minutes = accepted["started_at"].astype("int64") // _MINUTE
    right = minutes == accepted["true_started_at_utc"] // _MINUTE
    silent = accepted["rules"].isna()
    return DateScore(int(right.sum()), int((~right & ~silent).sum()), int((~right & silent).sum()))


def score_faults(rows: pd.DataFrame, truth: pd.DataFrame, clean: pd.DataFrame) -> list[FaultScore]:
    """Compare what the cleaning says with what was done.

    Args:
        rows: one per landed row of the dirty feed: `source_file`, `source_line`, `row_class`,
            `rules` (comma separated, None for none), `connector_id`, `started_at` and `ended_at`
            (epoch seconds).
        truth: see `files.Delivery`, of the dirty files.
        clean: rows of the clean feed with their `session_id`, `row_class` and `rules`.

    Returns:
        The faults that were injected, in the order of the catalogue.
    """
    known = rows.merge(truth, on=_LINE, how="inner")
    present = [fault for name, fault in FAULTS.items() if (truth["fault"] == name).any()]
    return [_score(fault, known, truth, clean, present) for fault in present]


def score_energy(rows: pd.DataFrame, truth: pd.DataFrame) -> EnergyScore:
    """Compare totals.

    Args:
        rows: see `score_faults`, with `energy_kwh` as decimals.
        truth: of the dirty files.
    """
    sessions = truth.sort_values("fault", ascending=False).drop_duplicates("session_id")
    sessions = sessions[sessions["true_energy_wh"] != UNKNOWN]
    kept = sessions["fault"].map(lambda name: not name or FAULTS[name].keeps_energy)
    accepted = rows.loc[rows["row_class"] == "accepted", "energy_kwh"]
    return EnergyScore(
        truth=_kwh(sessions["true_energy_wh"]),
        kept_at_best=_kwh(sessions.loc[kept, "true_energy_wh"]),
        naive=_total(rows["energy_kwh"]),
        cleaned=_total(accepted),
    )


def _kwh(wh: pd.Series) -> Decimal:
    return Decimal(int(wh.sum())) / _WH_PER_KWH


def _total(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def _score(
    fault: Fault,
    rows: pd.DataFrame,
    truth: pd.DataFrame,
    clean: pd.DataFrame,
    present: list[Fault],
) -> FaultScore:
    injected = set(truth.loc[truth["fault"] == fault.name, "session_id"])
    if not fault.calls_for:
        read = _read_as_in_truth(rows)
        return FaultScore(fault.name, len(injected), len(read & injected), 0)
    alarms = rows[_says(rows, fault)]
    alarmed = set(alarms["session_id"])
    others = {other.name for other in present if _may_look_like(other, fault)}
    explained = set(truth.loc[truth["fault"].isin(others), "session_id"])
    natural = set(clean.loc[_says(clean, fault), "session_id"])
    if _OVERLAP in fault.calls_for:
        pairs = _overlapping(alarms, rows[rows["fault"].isin({fault.name, *others})])
        alarmed |= set(pairs["cause"]) & injected
        explained |= set(pairs["alarm"])
    return FaultScore(
        fault=fault.name,
        injected=len(injected),
        detected=len(alarmed & injected),
        false_alarms=len(alarmed - injected - explained - natural),
    )


def _read_as_in_truth(rows: pd.DataFrame) -> set[str]:
    """The sessions that stand with the times that are true, or are still open as in truth."""
    standing = rows[rows["row_class"].isin(_STANDING)]
    same = [
        standing[name].fillna(UNKNOWN).astype("int64") == standing[f"true_{name}_utc"]
        for name in ("started_at", "ended_at")
    ]
    return set(standing.loc[same[0] & same[1], "session_id"])


def _may_look_like(other: Fault, fault: Fault) -> bool:
    """Whether rows with the other fault may rightly be told what this one calls for."""
    shown = {*other.calls_for, *other.may_show}
    return other.name != fault.name and bool(shown & set(fault.calls_for))


def _says(rows: pd.DataFrame, fault: Fault) -> pd.Series:
    wanted = set(fault.calls_for)
    standing = rows["row_class"].isin(_STANDING)
    by_rule = rows["rules"].map(lambda text: bool(wanted & set((text or "").split(","))))
    return rows["row_class"].isin(wanted) | (standing & by_rule)


def _overlapping(alarms: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """Pairs of sessions at the same connector at the same time: an overlap has two sides."""
    columns = ["connector_id", "session_id", "started_at", "ended_at"]
    standing = causes[causes["row_class"].isin(_STANDING)]
    pairs = alarms[columns].merge(standing[columns], on="connector_id", suffixes=("", "_cause"))
    meet = (pairs["started_at"] < pairs["ended_at_cause"]) & (
        pairs["started_at_cause"] < pairs["ended_at"]
    )
    differ = pairs["session_id"] != pairs["session_id_cause"]
    found = pairs.loc[meet & differ, ["session_id", "session_id_cause"]]
    return found.set_axis(["alarm", "cause"], axis=1)
