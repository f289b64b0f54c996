"""Where the energy went: each split method against what is known of the same sessions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from project import Project

from ecocharge.cli import cli

SCORES = "+int_energy__split_scores"
UNIFORM, POWER = "UNIFORM_CONNECTED", "POWER_LIMITED_FROM_START"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("generated"))
    project.build(select=[SCORES], with_tests=False)
    return project


@pytest.fixture(scope="module")
def norway(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("norway"))
    project.land("norway", real_data / "norway")
    project.build(sources=["norway"], select=[SCORES], with_tests=False)
    return project


@pytest.fixture
def warehouse(norway: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(norway.open()) as connection:
        yield connection


def shares(project: Project) -> dict[str, float]:
    """By method, the share of all judged energy that is in the wrong hour."""
    with closing(project.open()) as connection:
        rows = connection.execute(
            "select split_method, sum(misplaced_kwh) / sum(energy_kwh)"
            " from intermediate.int_energy__split_scores group by split_method"
        ).fetchall()
    return {method: float(share) for method, share in rows}


def test_power_halves_the_misplaced_energy_of_the_generated_network(generated: Project) -> None:
    found = shares(generated)
    assert found[POWER] <= found[UNIFORM] / 2
    assert found[UNIFORM] == pytest.approx(0.48, abs=0.1)
    assert found["CHARGING_WINDOW"] <= found[POWER] / 10


def test_power_halves_the_misplaced_energy_of_norway(norway: Project) -> None:
    found = shares(norway)
    assert found[POWER] <= found[UNIFORM] / 2
    assert found[UNIFORM] == pytest.approx(0.551, abs=0.001)
    assert found[POWER] == pytest.approx(0.121, abs=0.005)


def test_every_method_is_judged_on_the_same_sessions(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert warehouse.execute(
        "select truth, split_method, sessions, energy_kwh::varchar"
        " from intermediate.int_energy__split_scores order by 2"
    ).fetchall() == [
        ("MODELLED_CHARGING", POWER, 27_752, "354299.659000"),
        ("MODELLED_CHARGING", UNIFORM, 27_752, "354299.659000"),
    ]


def test_the_score_is_what_plain_arithmetic_says(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The uniform split again, by minutes and in floating point."""
    expected = warehouse.execute(
        """
        with minutes as (
            select
                session_id, split_method,
                unnest(generate_series(
                    date_trunc('minute', segment_start_utc),
                    segment_end_utc - interval '1 second', interval '1 minute'
                )) as minute,
                segment_start_utc as first, segment_end_utc as last,
                micro_kwh / date_diff('second', segment_start_utc, segment_end_utc) as per_second
            from intermediate.int_energy__split_trials
            where split_method in ('TRUTH', 'UNIFORM_CONNECTED') and session_id < '1'
        ),
        hours as (
            select
                session_id, split_method, date_trunc('hour', minute) as hour,
                sum(per_second * date_diff(
                    'second', greatest(first, minute), least(last, minute + interval '1 minute')
                )) as energy
            from minutes group by all
        ),
        wide as (
            select
                session_id, hour,
                coalesce(sum(energy) filter (split_method = 'TRUTH'), 0) as truth,
                coalesce(sum(energy) filter (split_method <> 'TRUTH'), 0) as placed
            from hours group by all
        )
        select sum(abs(truth - placed)) / 2 / sum(truth) from wide
        """
    ).fetchall()[0][0]
    found = warehouse.execute(
        "select misplaced_ratio from intermediate.int_energy__split_scores"
        " where split_method = 'UNIFORM_CONNECTED'"
    ).fetchall()[0][0]
    assert found == pytest.approx(expected, abs=0.02)


def test_the_truth_has_no_part_in_the_usual_power(norway: Project) -> None:
    """Neither the publishers' model nor the split itself is among what usual power is made of."""
    manifest = json.loads((norway.target / "manifest.json").read_text())
    found: set[str] = set()
    ahead = ["model.ecocharge.int_energy__usual_power"]
    while ahead:
        for parent in manifest["parent_map"][ahead.pop()]:
            if parent not in found:
                found.add(parent)
                ahead.append(parent)
    names = {name.split(".")[-1] for name in found}
    assert "int_sessions__accepted" in names
    assert {name for name in names if "estimate" in name or "split" in name} == set()


def test_the_report_prints_the_shares(norway: Project) -> None:
    done = CliRunner().invoke(
        cli,
        ["report", "split"],
        env={"ECOCHARGE_WAREHOUSE": str(norway.warehouse), "COLUMNS": "160"},
    )
    assert done.exit_code == 0, done.output
    assert "MODELLED_CHARGING" in done.output
    assert "55.1" in done.output
