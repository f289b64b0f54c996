"""Faults on purpose: chosen by name, one for each session, each doing what it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocharge.checking.scored import Deliveries, make_deliveries
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import FAULTS, rates
from ecocharge.faults.choosing import chances, hash_names, lowest
from ecocharge.faults.files import DeliveredFile, Delivery
from ecocharge.faults.sessions import COLUMNS
from ecocharge.faults.text import decimal_text, utc_text
from ecocharge.generator.presets import Plan

ROOT = Path(__file__).resolve().parents[2]
PLAN = Plan.of("xs")
ROW_CLASSES = {"exact_duplicate", "superseded"}
MOST_PER_FEED = 0.6


@pytest.fixture(scope="module")
def made() -> Deliveries:
    return make_deliveries(PLAN, rates("hard"), seed=1)


@pytest.fixture(scope="module")
def records(made: Deliveries) -> pd.DataFrame:
    """The lines of the record feed that can still be read, beside their truth."""
    return readable(made.dirty["records"])


def lines_of(file: DeliveredFile) -> list[str]:
    """The lines of a file in whatever encoding, the last one empty."""
    encoding = "utf-16" if file.content.startswith(b"\xff\xfe") else "utf-8-sig"
    return file.content.decode(encoding, "replace").split("\r\n")


def readable(delivery: Delivery) -> pd.DataFrame:
    fields = []
    for file in delivery.files:
        lines = [line.replace("\0", "\ufffd") for line in lines_of(file)]
        delimiter = ";" if ";" in lines[0] else ","
        rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        header = next(rows)
        fields += [
            dict(zip(header, row, strict=True)) | {"source_file": file.name, "source_line": number}
            for number, row in enumerate(rows, start=2)
            if len(row) == len(header)
        ]
    read = pd.DataFrame(fields).rename(columns={"session_id": "written_id"})
    return read.merge(delivery.truth, on=["source_file", "source_line"])


def with_fault(records: pd.DataFrame, name: str) -> pd.DataFrame:
    found = records[records["fault"] == name]
    assert not found.empty
    return found


def kwh(rows: pd.DataFrame) -> pd.Series:
    return rows["energy_kwh"].astype(float)


def seconds(rows: pd.DataFrame, column: str) -> pd.Series:
    stamps = (datetime.fromisoformat(text).timestamp() for text in rows[f"{column}_at_utc"])
    return pd.Series(stamps, index=rows.index)


def test_equal_seeds_make_equal_bytes(made: Deliveries) -> None:
    again = make_deliveries(PLAN, rates("hard"), seed=1)
    other = make_deliveries(PLAN, rates("hard"), seed=2)
    for feed in ("records", "wall_clock"):
        assert made.dirty[feed].files == again.dirty[feed].files
        assert made.dirty[feed].files != other.dirty[feed].files
        assert made.clean[feed].files == other.clean[feed].files


def test_without_faults_every_session_is_one_true_line(made: Deliveries) -> None:
    rows = readable(made.clean["records"])
    assert set(made.clean["records"].truth["fault"]) == {""}
    assert rows["written_id"].is_unique
    assert (rows["written_id"] == rows["session_id"]).all()
    assert rows["energy_kwh"].tolist() == decimal_text(rows["true_energy_wh"].to_numpy())
    for column in ("started", "ended"):
        true = utc_text(rows[f"true_{column}_at_utc"].to_numpy())
        assert rows[f"{column}_at_utc"].tolist() == true


@pytest.mark.parametrize("feed", ["records", "wall_clock"])
def test_the_truth_has_one_row_for_each_line(made: Deliveries, feed: str) -> None:
    delivery = made.dirty[feed]  # type: ignore[index]  # parametrised over the two names
    for file in delivery.files:
        truth = delivery.truth[delivery.truth["source_file"] == file.name]
        lines = lines_of(file)
        assert lines[-1] == ""
        assert truth["source_line"].tolist() == list(range(2, len(lines)))


def test_every_fault_is_there_and_no_session_has_two(made: Deliveries) -> None:
    injected: set[str] = set()
    for delivery in made.dirty.values():
        named = delivery.truth[~delivery.truth["fault"].isin(["", "repeated_window"])]
        assert (named.groupby("session_id")["fault"].nunique() == 1).all()
        assert named["session_id"].nunique() < MOST_PER_FEED * len(delivery.truth)
        injected |= set(delivery.truth["fault"]) - {""}
    assert injected == set(FAULTS)


def test_faults_call_for_rules_and_classes_that_exist() -> None:
    with (ROOT / "seeds" / "reference" / "quality_rules.csv").open(newline="") as file:
        known = {row["rule_code"] for row in csv.DictReader(file)} | ROW_CLASSES
    # Rules of one release may come with the next; those the record feed needs are all there.
    for fault in FAULTS.values():
        assert {*fault.calls_for, *fault.may_show} <= known, fault.name


def test_energies_become_what_the_fault_says(records: pd.DataFrame) -> None:
    rows = with_fault(records, "negative_energy")
    assert (kwh(rows) * -1000).round().astype(int).tolist() == rows["true_energy_wh"].tolist()
    assert set(with_fault(records, "zero_energy")["energy_kwh"]) == {"0.000"}
    for name in ("energy_in_wh", "file_in_wh"):
        rows = with_fault(records, name)
        assert rows["energy_kwh"].astype(int).tolist() == rows["true_energy_wh"].tolist()
    rows = with_fault(records, "meter_rollover")
    register = (rows["true_energy_wh"] - (kwh(rows) * 1000).round()).astype("int64")
    assert set(register) == {10**7, 10**8, 10**9, 2**32}
    rows = with_fault(records, "misplaced_decimal_point")
    assert (kwh(rows) * 10).round().astype(int).tolist() == rows["true_energy_wh"].tolist()


def test_times_become_what_the_fault_says(records: pd.DataFrame) -> None:
    lengths = {
        "zero_duration": lambda true: true * 0,
        "hours_read_as_minutes": lambda true: true // 60,
        "minutes_read_as_hours": lambda true: true * 60,
        "end_before_start": lambda true: -true,
        "clock_skew": lambda true: true,
    }
    for name, expected in lengths.items():
        rows = with_fault(records, name)
        true = rows["true_ended_at_utc"] - rows["true_started_at_utc"]
        written = seconds(rows, "ended") - seconds(rows, "started")
        assert (written == expected(true)).all(), name
    shift = seconds(rows, "started") - rows["true_started_at_utc"]
    assert set(shift % 3600) == {0}
    assert set(np.sign(shift)) == {-1, 1}
    stuck = with_fault(records, "stuck_session")
    late = seconds(stuck, "ended") - stuck["true_ended_at_utc"]
    assert late.between(2 * 86_400, 21 * 86_400).all()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("epoch_start", "1970-01-01T00:00:00Z"),
        ("four_zero_year", "0025-"),
        ("future_year", "2052-"),
    ],
)
def test_years_become_what_the_fault_says(records: pd.DataFrame, name: str, start: str) -> None:
    assert with_fault(records, name)["started_at_utc"].str.startswith(start).all()


def test_versions_come_in_the_order_of_their_truth(records: pd.DataFrame) -> None:
    for name in ("corrected_row", "late_delivery"):
        rows = with_fault(records, name).sort_values(["session_id", "last_updated_utc"])
        first = rows.drop_duplicates("session_id", keep="first")
        last = rows.drop_duplicates("session_id", keep="last")
        assert (kwh(last) * 1000).round().astype(int).tolist() == last["true_energy_wh"].tolist()
        assert first["energy_kwh"].tolist() != last["energy_kwh"].tolist()
        assert (first["source_file"].to_numpy() <= last["source_file"].to_numpy()).all()
        assert set(rows.groupby("session_id").size()) == {2}


def test_damaged_lines_differ_from_clean_ones(made: Deliveries, records: pd.DataFrame) -> None:
    truth = made.dirty["records"].truth
    for name in ("truncated_line", "delimiter_damage"):
        damaged = truth[truth["fault"] == name]
        assert not damaged.empty
        read = damaged.merge(records, on=["source_file", "source_line"])
        # A line that breaks off within its last field still has all of them.
        assert len(read) < len(damaged) / 4
    rows = with_fault(records, "encoding_damage")[list(COLUMNS[1:])].astype(str)
    whole = with_fault(records, "encoding_damage")["written_id"] + rows.sum(axis=1)
    assert whole.str.contains("\ufffd").all()


def test_unknown_and_overlapping_places(made: Deliveries, records: pd.DataFrame) -> None:
    known = {line.split(",")[3] for line in made.stations.decode().splitlines()[1:]}
    assert not set(with_fault(records, "unknown_station")["connector_id"]) & known
    clean = readable(made.clean["records"]).set_index("session_id")
    for row in with_fault(records, "overlap").itertuples():
        assert row.connector_id != clean.at[row.session_id, "connector_id"]
        others = clean[clean["connector_id"] == row.connector_id]
        busy = (others["true_started_at_utc"] < row.true_started_at_utc) & (
            others["true_ended_at_utc"] > row.true_started_at_utc
        )
        assert busy.any()


def test_swapped_files_are_swapped_wherever_they_can_be(made: Deliveries) -> None:
    clean = readable(made.clean["wall_clock"]).set_index("session_id")
    dirty = readable(made.dirty["wall_clock"]).set_index("session_id")
    dirty = dirty[dirty["fault"] != "skipped_hour"]
    swapped_files = set(dirty.loc[dirty["fault"] == "day_month_swapped", "source_file"])
    assert 0 < len(swapped_files) < dirty["source_file"].nunique()
    for column in ("Start Date", "End Date"):
        true, written = clean.loc[dirty.index, column], dirty[column]
        parts = true.str.extract(r"(\d+)-(\d+)-(\d+)T")
        exchanged = parts[0] + "-" + parts[2] + "-" + parts[1] + "T00:00:00"
        can = dirty["source_file"].isin(swapped_files) & pd.to_numeric(parts[2]).between(1, 12)
        assert (written == true.mask(can, exchanged)).all()


def test_skipped_hours_do_not_exist(made: Deliveries) -> None:
    rows = with_fault(readable(made.dirty["wall_clock"]), "skipped_hour")
    assert set(rows["Start Date"]) == {"2025-03-30T00:00:00"}
    assert rows["Start Time"].str.startswith("01:").all()


names = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30, unique=True)


@settings(max_examples=100, deadline=None)
@given(names, st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_chance_depends_on_the_name_alone(things: list[str], seed: int, random: object) -> None:
    found = dict(zip(things, chances(hash_names(things), seed, "fault").tolist(), strict=True))
    shuffled = sorted(things, key=lambda name: hash((name, str(random))))[: len(things) // 2 + 1]
    again = chances(hash_names(shuffled), seed, "fault")
    assert [found[name] for name in shuffled] == again.tolist()
    assert all(0 <= chance < 1 for chance in found.values())


def test_chances_are_uniform_and_differ_by_purpose() -> None:
    hashes = hash_names(f"session-{number}" for number in range(20_000))
    first, other = chances(hashes, 1, "a"), chances(hashes, 1, "b")
    counts = np.histogram(first, bins=20, range=(0, 1))[0]
    assert counts.tolist() == pytest.approx([1000] * 20, rel=0.15)
    assert np.corrcoef(first, other)[0, 1] == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, []), (0.01, [1]), (0.5, [1, 3]), (1.0, [0, 1, 2, 3])]
)
def test_a_share_above_zero_takes_at_least_one(share: float, expected: list[int]) -> None:
    assert lowest(np.array([0.9, 0.1, 0.5, 0.2]), share).tolist() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", {}),
        ("overlap=0.5", {"overlap": 0.5}),
        ("none, overlap=1 ,epoch_start=0", {"overlap": 1.0}),
    ],
)
def test_rates_as_a_user_writes_them(text: str, expected: Mapping[str, float]) -> None:
    assert {name: rate for name, rate in rates(text).items() if rate} == expected


def test_profiles_are_those_of_the_catalogue() -> None:
    assert rates("hard,overlap=0") == {
        name: 0 if name == "overlap" else fault.hard for name, fault in FAULTS.items()
    }
    assert rates("real") == {name: fault.real for name, fault in FAULTS.items()}


@pytest.mark.parametrize("text", ["soft", "hard,soft", "gremlins=0.1", "overlap=2", "overlap=x"])
def test_rates_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(EcoChargeError, match=r".") as caught:
        rates(text)
    assert caught.value.remedy
