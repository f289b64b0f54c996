"""Faults at any size: the same whatever is made together, in files and in landed Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ecocharge.cli.generate import command
from ecocharge.clothes.landed import dirty_landing
from ecocharge.clothes.making import DELIVERY_DAYS, make_clothed
from ecocharge.errors import EcoChargeError
from ecocharge.faults.catalogue import FAULTS, NAMES, rates
from ecocharge.faults.generated import Generated
from ecocharge.faults.period import Period
from ecocharge.faults.records import Lines, dirty_lines
from ecocharge.faults.sessions import COLUMNS, Batch, batch_of
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import make_landing

PLAN = Plan.of("xs", stations=4, last=date(2025, 4, 13))
PERIOD = Period.of(PLAN.first, PLAN.export_at, DELIVERY_DAYS)
SEED = 3


@pytest.fixture(scope="module")
def made() -> Generated:
    return Generated(PLAN)


@pytest.fixture(scope="module")
def batch(made: Generated) -> Batch:
    ((whole, _),) = made.batches()
    return whole


def some(made: Generated, batch: Batch, stations: list[int]) -> Batch:
    """The sessions of some stations alone, in the order given."""
    of = batch.numbers["station"].to_numpy()
    rows = np.concatenate([np.flatnonzero(of == station) for station in stations])
    text = batch.text.take(rows)
    return batch_of({name: text[name] for name in COLUMNS}, made.connectors)


def told(lines: Lines) -> list[tuple[object, ...]]:
    """What lines say, which delivery they are in and what befell them, in their order."""
    columns = [lines.text[name].to_pylist() for name in COLUMNS]
    return [*zip(*columns, lines.delivery.tolist(), lines.fault.tolist(), strict=True)]


def test_what_is_made_together_changes_no_fault(made: Generated, batch: Batch) -> None:
    wanted = rates("hard")
    whole = told(dirty_lines(batch, PERIOD, wanted, SEED))
    stations = np.unique(batch.numbers["station"]).tolist()
    assert len(stations) == PLAN.stations
    for order in (stations, stations[::-1]):
        parts = [told(dirty_lines(some(made, batch, [s]), PERIOD, wanted, SEED)) for s in order]
        pairs = told(dirty_lines(some(made, batch, order[:2]), PERIOD, wanted, SEED))
        assert sorted(line for part in parts for line in part) == sorted(whole)
        assert sorted(pairs) == sorted(line for part in parts[:2] for line in part)


def test_the_seed_decides_who_is_hit(batch: Batch) -> None:
    one, again, other = (
        dirty_lines(batch, PERIOD, rates("real"), seed).fault.tolist() for seed in (1, 1, 2)
    )
    assert one == again != other


def test_one_fault_more_leaves_the_others_where_they_were(batch: Batch) -> None:
    alone = dirty_lines(batch, PERIOD, rates("zero_energy=0.1"), SEED)
    beside = dirty_lines(batch, PERIOD, rates("zero_energy=0.1,negative_energy=0.05"), SEED)
    code = NAMES.index("zero_energy")

    def hit(lines: Lines) -> set[str]:
        return set(lines.text["session_id"].filter(pa.array(lines.fault == code)).to_pylist())

    assert hit(beside) < hit(alone)
    both = len(hit(alone)) * 0.05
    assert len(hit(alone) - hit(beside)) == pytest.approx(both, abs=4 * both**0.5)


@pytest.mark.parametrize("name", ["zero_energy", "negative_energy", "zero_duration", "epoch_start"])
def test_rates_are_shares_of_the_sessions(batch: Batch, name: str) -> None:
    lines = dirty_lines(batch, PERIOD, rates(f"{name}=0.2"), SEED)
    complete = len(batch) - (batch.text["ended_at_utc"].to_pylist().count(""))
    found = np.count_nonzero(lines.fault)
    if name.endswith("energy"):
        complete -= batch.text["energy_kwh"].to_pylist().count("0.000")
    assert found == pytest.approx(0.2 * complete, abs=4 * (0.16 * complete) ** 0.5)


def test_rows_held_back_come_in_a_later_file_of_their_own(tmp_path: Path) -> None:
    made = make_clothed(PLAN, "native", rates("held_back=0.2"), tmp_path / "out")
    truth = pq.read_table(tmp_path / "out" / "truth.parquet")
    late = pc.match_substring(truth["source_file"], "-late.csv")
    held = pc.equal(truth["fault"], "held_back")
    assert late.equals(held)
    assert 0 < pc.sum(held).as_py() < len(truth) / 2
    names = [path.name for path in made.files]
    assert names[: PERIOD.count] == sorted(name for name in names if "late" not in name)


def test_codings_are_those_that_the_truth_names(tmp_path: Path) -> None:
    chosen = rates("file_in_utf16=0.2,file_with_semicolons=0.2")
    made = make_clothed(PLAN, "native", chosen, tmp_path / "out", "csv")
    plain = make_clothed(PLAN, "native", rates("none"), tmp_path / "plain")
    kinds = set()
    for file, clean in zip(made.files, plain.files, strict=True):
        content = file.read_bytes()
        if content.startswith(b"\xff\xfe"):
            kinds.add("utf-16")
            assert content.decode("utf-16") == clean.read_bytes().decode("utf-8-sig")
        elif b";" in content:
            kinds.add("semicolons")
            assert content.replace(b";", b",") == clean.read_bytes()
        else:
            assert content == clean.read_bytes()
    assert kinds == {"utf-16", "semicolons"}
    assert (tmp_path / "out" / "truth.csv").read_text().startswith('"source_file","source_line"')


def landed(folder: Path, wanted: str) -> tuple[dict[tuple[str, int], dict[str, str]], pa.Table]:
    made = make_landing(PLAN, folder / "native")
    dirty = dirty_landing(PLAN, made, rates(wanted), folder / "truth", "parquet")
    rows = {}
    for file in dirty.landed:
        if file.entity == "native_sessions":
            table = pq.read_table(folder / file.source_file)
            assert len(table) == file.rows
            for row in table.to_pylist():
                rows[row["source_file"], row["source_line"]] = row
    return rows, pq.read_table(folder / "truth" / "truth.parquet")


def test_landed_faults_stand_where_the_truth_says(tmp_path: Path) -> None:
    rows, truth = landed(tmp_path, "hard")
    faults = truth["fault"].to_pylist()
    assert len(rows) == len(truth)
    for true in truth.to_pylist():
        row = rows[true["source_file"], true["source_line"]]
        assert row["session_id"] == true["session_id"]
        if true["fault"] in ("", "exact_duplicate", "repeated_window"):
            energy = row["energy_kwh"]
            assert (energy and round(1000 * float(energy))) == true["true_energy_wh"]
            assert row["connector_id"] == true["true_connector_id"]
    shown = {name for name, f in FAULTS.items() if f.level not in ("bytes", "coding")}
    assert set(faults) - {""} <= shown
    assert len(set(faults)) > len(shown) / 2


def test_landed_faults_are_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        landed(tmp_path / name, "real")
    files = sorted((tmp_path / "one").rglob("*.parquet"))
    assert len(files) > PERIOD.count
    for file in files:
        other = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.read_bytes() == other.read_bytes()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(EcoChargeError, match="other files") as caught:
        make_clothed(PLAN, "ocpi", rates("none"), tmp_path)
    assert caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_faults_that_no_file_can_show_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="none of these faults"):
        make_clothed(PLAN, "ocpp", rates("hard"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_lands_faults_and_leaves_the_truth_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOCHARGE_LANDING", str(tmp_path / "data" / "landing"))
    monkeypatch.setenv("ECOCHARGE_STATE", str(tmp_path / "state.duckdb"))
    asked = ["--stations", "2", "--to", "2025-04-27", "--faults", "hard"]
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 0, done.output
    truth = pq.read_table(tmp_path / "data" / "truth" / "truth.parquet")
    assert set(truth["fault"].to_pylist()) > {"", "exact_duplicate"}
    with duckdb.connect(str(tmp_path / "state.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select source_file, rows_in from landing.manifest where entity = 'native_sessions'"
        ).fetchall()
    counted = truth.group_by("source_file").aggregate([("session_id", "count")]).to_pylist()
    assert sorted(found) == sorted((c["source_file"], c["session_id_count"]) for c in counted)


def test_the_command_writes_files_to_land(tmp_path: Path) -> None:
    asked = ["--stations", "2", "--to", "2025-02-16", "--as", "ocpi", "--format", "csv"]
    done = CliRunner().invoke(command, [*asked, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"locations.json", "tariffs.json", "feed.yml", "truth.csv"} < names
