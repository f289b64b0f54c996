"""`ecocharge check` from the outside: what it says, that it keeps nothing, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from project import ROOT, SALT
from rich.console import Console

from ecocharge.checking.findings import BrokenRule, Findings, RowClass, WorstLine
from ecocharge.checking.report import print_findings, print_next
from ecocharge.checking.rules_page import rules_page
from ecocharge.landing.feeds import Feed

SEED = ROOT / "seeds" / "reference" / "quality_rules.csv"
HEADER = (
    "Charging event,User ID,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Cost,"
    "Site,Group,Model"
)
GOOD = "1001,SECRET-7,50001,1,05/06/2018,10:00,05/06/2018,12:00,7.5,0,Here,,APT 22kW Dual Outlet"
LINES = (
    HEADER,
    GOOD,
    GOOD,
    GOOD.replace("1001", "1002").replace("7.5", "-7.5"),
    GOOD.replace("1001", "1003").replace("05/06/2018,12:00,7.5", ",,"),
    GOOD.replace("1001", "1004").replace("7.5", "7500"),
    "1005,SECRET-8,50001,1,05/06/2018",
)


def run(folder: Path, *arguments: str, salt: str | None = SALT) -> subprocess.CompletedProcess[str]:
    """The command with a temporary folder of its own, which must be empty afterwards."""
    scratch = folder / "scratch"
    scratch.mkdir()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ECOCHARGE_", "DBT_"))
    }
    moved = {
        "ECOCHARGE_LANDING": str(folder / "landing"),
        "ECOCHARGE_STATE": str(folder / "state.duckdb"),
        "ECOCHARGE_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "TMPDIR": str(scratch),
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ecocharge"), "check", *arguments],
        cwd=ROOT,
        env=inherited | moved | ({"ECOCHARGE_SALT": salt} if salt else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(scratch.iterdir()) == []
    assert not any((folder / name).exists() for name in ("landing", "state.duckdb"))
    return done


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    folder = tmp_path_factory.mktemp("check")
    (folder / "export.csv").write_text("\n".join(LINES) + "\n")
    return run(folder, "--source", "dundee", "--strict", "--json", str(folder / "export.csv"))


def test_refused_rows_are_an_error_only_when_strict(
    checked: subprocess.CompletedProcess[str],
) -> None:
    assert checked.returncode == 1
    assert checked.stderr == ""


def test_rows_by_class_and_reason(checked: subprocess.CompletedProcess[str]) -> None:
    found = json.loads(checked.stdout)
    classes = {(one["row_class"], one["reason"]): one["rows"] for one in found["classes"]}
    assert classes == {
        ("exact_duplicate", ""): 1,
        ("quarantined", "NEGATIVE_ENERGY"): 1,
        ("quarantined", "ENERGY_UNIT_WH"): 1,
        ("quarantined", "FIELD_COUNT"): 1,
        ("not_final", "OPEN_SESSION"): 1,
        ("accepted", ""): 1,
    }
    assert Decimal(found["naive_kwh"]) == Decimal("7507.5")
    assert Decimal(found["accepted_kwh"]) == Decimal("7.5")
    assert (found["first_day"], found["stations"]) == ("2018-06-05", 1)


def test_worst_lines_lead_to_the_file_and_hold_nothing_personal(
    checked: subprocess.CompletedProcess[str],
) -> None:
    found = json.loads(checked.stdout)
    lines = {(one["source_line"], one["rules"]) for one in found["worst"]}
    assert {(4, "NEGATIVE_ENERGY"), (6, "ENERGY_UNIT_WH"), (7, "FIELD_COUNT")} <= lines
    assert "SECRET" not in checked.stdout
    remedies = {one["rule_code"]: one["remedy"] for one in found["rules"]}
    assert all(remedies.values())


def test_a_file_that_cannot_be_read_is_an_error_and_no_salt_is_needed(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("to do,when\nmilk,today\n")
    done = run(tmp_path, str(tmp_path / "notes.csv"), str(tmp_path / "none.csv"), salt=None)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "notes.csv" in done.stderr
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_dundee_as_the_build_counts_it(tmp_path: Path, real_data: Path) -> None:
    done = run(tmp_path, "--source", "dundee", "--json", str(real_data / "dundee"))
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    rows: dict[str, int] = {}
    for one in found["classes"]:
        rows[one["row_class"]] = rows.get(one["row_class"], 0) + one["rows"]
    assert rows == {"accepted": 51_333, "quarantined": 30, "not_final": 247}
    assert found["supporting_records"] == len(read_rows(real_data / "dundee"))
    assert Decimal(found["accepted_kwh"]) == Decimal("460275.914")
    assert (found["first_day"], found["last_day"]) == ("2017-12-02", "2018-09-06")


def read_rows(folder: Path) -> list[list[str]]:
    """The charge points that Dundee publishes beside its sessions."""
    with (folder / "Charge Point Locations.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))[1:]


def findings(**changed: object) -> Findings:
    plain: Mapping[str, object] = {
        "source": "my_network",
        "files": (),
        "classes": (
            RowClass("quarantined", "NEGATIVE_ENERGY", 2, Decimal("-12.5")),
            RowClass("not_final", "OPEN_SESSION", 1, Decimal(0)),
            RowClass("accepted", "", 40, Decimal("300.25")),
        ),
        "rules": (BrokenRule("NEGATIVE_ENERGY", "error", "quarantine", 2, "below zero", "ask"),),
        "worst": (WorstLine("a.csv", 7, "NEGATIVE_ENERGY", None, None, Decimal("-12"), "{}"),),
        "supporting_records": 3,
        "first_day": date(2025, 1, 1),
        "last_day": date(2025, 1, 31),
        "stations": 2,
        "connectors": 5,
        "time_zones": "UTC",
        "time_zone_from": "from the rows",
    }
    return Findings(**{**plain, **changed})  # type: ignore[arg-type]  # built from plain values


def shown(found: Findings, feed: Feed) -> str:
    console = Console(file=io.StringIO(), width=160)
    print_findings(found, console)
    print_next(found, feed, ["my file.csv"], console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_step_of_the_energy_is_shown() -> None:
    text = shown(findings(), Feed("my_network", path=Path("my_network.yml")))
    steps = [line.split("│")[1:3] for line in text.splitlines() if "kWh" not in line]
    found = {cells[0].strip(): cells[1].strip() for cells in steps if len(cells) > 1}
    assert found["sum of the energy column"] == "287.750"
    assert found["- refused: NEGATIVE_ENERGY"] == "12.500"
    assert found["= accepted"] == "300.250"
    assert "supporting records" in text
    assert "a.csv:7" in text


def test_the_next_commands_can_be_pasted() -> None:
    known = shown(findings(), Feed("my_network", path=Path("my_network.yml"), time_zone="UTC"))
    assert "ecocharge land my_network 'my file.csv'" in known
    assert "ecocharge build --sources my_network" in known
    assert "ecocharge init" not in known
    unknown = shown(findings(), Feed("checked"))
    assert "ecocharge init NAME" in unknown
    assert "ecocharge check --source NAME 'my file.csv'" in unknown


def test_nothing_accepted_is_said_in_words() -> None:
    text = shown(findings(classes=(), first_day=None, last_day=None), Feed("checked"))
    assert "no session would be accepted" in text


def test_the_page_of_rules_is_that_of_the_seed() -> None:
    page = ROOT / "docs" / "bring-your-data" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(SEED), (
        "write it again: python -m ecocharge.checking.rules_page > docs/bring-your-data/rules.md"
    )


def test_rules_are_sorted_and_say_what_to_do() -> None:
    with SEED.open(newline="", encoding="utf-8") as file:
        rules = list(csv.DictReader(file))
    codes = [rule["rule_code"] for rule in rules]
    assert codes == sorted(set(codes))
    assert [rule["rule_code"] for rule in rules if not all(rule.values())] == []
    assert "|" not in SEED.read_text(encoding="utf-8")
