"""The score of the cleaning: its own arithmetic, and the targets on a network with faults."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from project import Project

from ecocharge.faults.scoring import (
    DateScore,
    EnergyScore,
    FaultScore,
    date_score,
    score_energy,
    score_faults,
)
from ecocharge.faults.text import UNKNOWN

NEARLY_ALL = 0.99
MOST = 0.9
# Kinds that a cleaner has no excuse to miss; the others are printed as they are.
EXACT = (
    "exact_duplicate",
    "repeated_window",
    "rounded_duplicate",
    "corrected_row",
    "late_delivery",
    "missing_stop",
    "negative_energy",
    "unknown_station",
    "zero_duration",
    "energy_in_wh",
    "file_in_wh",
    "hours_read_as_minutes",
    "minutes_read_as_hours",
    "meter_rollover",
)
PRECISE = ("day_month_swapped", "stuck_session", "overlap")
ROW = {
    "source_file": "a.csv",
    "row_class": "accepted",
    "rules": None,
    "connector_id": "c1",
    "started_at": 0,
    "ended_at": 3600,
    "energy_kwh": Decimal("1.5"),
}
TRUE = {"source_file": "a.csv", "fault": "", "true_started_at_utc": 0, "true_energy_wh": 1500}


def frame(base: dict[str, Any], **named: dict[str, Any]) -> pd.DataFrame:
    """One row for each session, its line the place in the call."""
    return pd.DataFrame(
        {**base, "session_id": name, "source_line": number, **changed}
        for number, (name, changed) in enumerate(named.items(), start=2)
    )


def score(rows: pd.DataFrame, truth: pd.DataFrame, clean: pd.DataFrame) -> list[FaultScore]:
    return score_faults(rows.drop(columns="session_id"), truth, clean)


def test_found_missed_false_and_natural() -> None:
    truth = frame(
        TRUE,
        found={"fault": "negative_energy"},
        missed={"fault": "negative_energy"},
        alarm={},
        natural={},
        other={"fault": "zero_energy"},
    )
    negative = {"rules": "LONG_SESSION,NEGATIVE_ENERGY", "row_class": "quarantined"}
    rows = frame(ROW, found=negative, missed={}, alarm=negative, natural=negative, other={})
    clean = frame(ROW, found={}, missed={}, alarm={}, natural=negative, other={})
    found, none = score(rows, truth, clean)[::-1]
    assert found == FaultScore("negative_energy", injected=2, detected=1, false_alarms=1)
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert none == FaultScore("zero_energy", injected=1, detected=0, false_alarms=0)
    assert (none.precision, none.recall) == (None, 0.0)


def test_a_fault_that_may_show_a_rule_makes_no_false_alarm() -> None:
    truth = frame(TRUE, skewed={"fault": "clock_skew"}, long={"fault": "minutes_read_as_hours"})
    ahead = {"rules": "CLOCK_AHEAD"}
    rows = frame(ROW, skewed=ahead, long=ahead)
    clean = frame(ROW, skewed={}, long={})
    skew = next(one for one in score(rows, truth, clean) if one.fault == "clock_skew")
    assert (skew.detected, skew.false_alarms) == (1, 0)


def test_replaced_versions_raise_no_alarm_and_are_one() -> None:
    truth = frame(TRUE, first={"fault": "corrected_row"}, other={})
    truth = pd.concat([truth, truth[:1].assign(source_line=9)], ignore_index=True)
    rows = frame(ROW, first={"row_class": "superseded", "rules": "NEGATIVE_ENERGY"}, other={})
    rows = pd.concat([rows, rows[:1].assign(source_line=9, row_class="accepted", rules=None)])
    clean = frame(ROW, first={}, other={})
    assert score(rows, truth, clean) == [FaultScore("corrected_row", 1, 1, 0)]


def test_either_side_of_an_overlap_tells_of_it() -> None:
    truth = frame(TRUE, moved={"fault": "overlap"}, beside={}, elsewhere={})
    flag = {"rules": "OVERLAP_ON_CONNECTOR"}
    rows = frame(
        ROW,
        moved={},
        beside={**flag, "started_at": 3599, "ended_at": 7200},
        elsewhere={**flag, "connector_id": "c2"},
    )
    clean = frame(ROW, moved={}, beside={}, elsewhere={})
    assert score(rows, truth, clean) == [FaultScore("overlap", 1, 1, 1)]


def test_energy_totals() -> None:
    truth = frame(
        TRUE,
        kept={},
        copied={"fault": "exact_duplicate"},
        lost={"fault": "negative_energy", "true_energy_wh": 250},
        open={"true_energy_wh": UNKNOWN},
    )
    truth = pd.concat([truth, truth[1:2].assign(source_line=9)], ignore_index=True)
    rows = frame(
        ROW,
        kept={},
        copied={},
        lost={"row_class": "quarantined", "energy_kwh": Decimal("-0.25")},
        open={"row_class": "not_final", "energy_kwh": None},
        again={"row_class": "exact_duplicate"},
    )
    assert score_energy(rows, truth) == EnergyScore(
        truth=Decimal("3.25"),
        kept_at_best=Decimal("3"),
        naive=Decimal("4.25"),
        cleaned=Decimal("3.0"),
    )


def test_dates_right_flagged_and_silently_wrong() -> None:
    rows = pd.DataFrame(
        {
            "row_class": ["accepted", "accepted", "accepted", "quarantined"],
            "started_at": [30, 86_400, 86_400, 86_400],
            "rules": [None, "SWAPPED_DATE_REPAIRED", None, None],
            "true_started_at_utc": [0, 0, 0, 0],
        }
    )
    assert date_score(rows) == DateScore(right=1, wrong_flagged=1, wrong_silently=1)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The command's own output, by feed."""
    project = Project(tmp_path_factory.mktemp("score"))
    done = project.run("ecocharge", "score", "--json")
    assert done.returncode == 0, done.stderr[-4000:]
    assert not project.warehouse.exists()
    return {feed["feed"]: feed for feed in json.loads(done.stdout)}


def faults(scored: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["fault"]: one for feed in scored.values() for one in feed["faults"]}


@pytest.mark.parametrize("fault", EXACT)
def test_nearly_every_fault_of_these_kinds_is_found(scored: dict[str, Any], fault: str) -> None:
    found = faults(scored)[fault]
    assert found["injected"] > MOST
    assert min(found["precision"], found["recall"]) >= NEARLY_ALL, found


@pytest.mark.parametrize("fault", PRECISE)
def test_hardly_any_alarm_of_these_kinds_is_false(scored: dict[str, Any], fault: str) -> None:
    found = faults(scored)[fault]
    assert found["detected"]
    assert found["precision"] >= MOST, found


def test_the_cleaned_total_is_near_what_the_files_still_hold(scored: dict[str, Any]) -> None:
    energy = {name: Decimal(kwh) for name, kwh in scored["records"]["energy"].items()}
    best = energy["kept_at_best"]
    assert abs(energy["cleaned"] - best) < best / 40
    assert abs(energy["naive"] - energy["truth"]) > energy["truth"]


def test_no_swapped_date_is_wrong_without_a_flag(scored: dict[str, Any]) -> None:
    dates = scored["wall_clock"]["moved_dates"]
    assert dates["right"] > 0
    assert dates["wrong_silently"] == 0


def test_nothing_is_left_behind(scored: dict[str, Any], tmp_path: Path) -> None:
    project = Project(tmp_path)
    done = project.run("ecocharge", "score", "--faults", "gremlins=1")
    assert done.returncode == 1
    assert "there is no fault 'gremlins'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_that_calls_for_nothing_should_be_read_as_in_truth() -> None:
    read = {"row_class": "accepted", "started_at": 60, "ended_at": 120}
    moved = read | {"started_at": 61}
    lost = read | {"row_class": "quarantined", "started_at": None, "ended_at": None}
    still_open = {"row_class": "not_final", "started_at": 60, "ended_at": None}
    times = {"true_started_at_utc": 60, "true_ended_at_utc": 120}
    held = {"fault": "held_back", **times}
    truth = frame(
        TRUE, read=held, moved=held, lost=held, open=held | {"true_ended_at_utc": UNKNOWN}
    )
    rows = frame(ROW, read=read, moved=moved, lost=lost, open=still_open)
    clean = frame(ROW, read={}, moved={}, lost={}, open={})
    assert score(rows, truth, clean) == [FaultScore("held_back", 4, 2, 0)]
