"""Every metric of the semantic layer equals plain SQL over the marts, group by group."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from metric_sql import MARTS, Mart
from project import ROOT, Project

_QUERIES = Path(__file__).with_name("metric_queries.py")


Answers = dict[str, list[dict[str, Any]]]


def _answers(project: Project, folder: Path) -> Answers:
    """What MetricFlow says, by mart; it looks for dbt's artifacts beside `dbt_project.yml`."""
    for name in ("dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "target").symlink_to(project.target)
    queries = [{"metrics": list(mart.metrics), "group_by": list(mart.group_by)} for mart in MARTS]
    done = subprocess.run(
        [sys.executable, str(_QUERIES)],
        cwd=folder,
        env=os.environ
        | {
            "ECOCHARGE_WAREHOUSE": str(project.warehouse),
            "ECOCHARGE_STATE": str(project.state),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found = json.loads(done.stdout)
    return {mart.table: rows for mart, rows in zip(MARTS, found, strict=True)}


@pytest.fixture(scope="module")
def answers(demo_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return _answers(demo_project, tmp_path_factory.mktemp("metrics"))


@pytest.fixture(scope="module")
def marts(demo_project: Project, answers: Answers) -> Iterator[duckdb.DuckDBPyConnection]:
    assert answers
    with closing(demo_project.open()) as connection:
        yield connection


def _by_group(mart: Mart, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in mart.group_by): row for row in rows}


def _same(told: float | None, wanted: float | None) -> bool:
    if told is None or wanted is None:
        return told is wanted
    return told == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.table)
def test_metrics_equal_sql(mart: Mart, answers: Answers, marts: duckdb.DuckDBPyConnection) -> None:
    groups = [f'{sql} as "{name}"' for name, sql in mart.group_by.items()]
    values = [f'{sql} as "{name}"' for name, sql in mart.metrics.items()]
    has_station = "station__city" in mart.group_by
    stations = "left join core.dim_stations as stations using (station_id)" if has_station else ""
    found = marts.execute(
        f"select {', '.join(groups + values)} from {mart.table} {stations} group by all"
    )
    names = [column[0] for column in found.description or []]
    expected = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row in expected:
        row[names[0]] = row[names[0]].isoformat()
    wanted, told = _by_group(mart, expected), _by_group(mart, answers[mart.table])
    assert told.keys() == wanted.keys()
    assert len(wanted) > 1
    for group, row in wanted.items():
        for name in mart.metrics:
            assert _same(told[group][name], row[name]), (group, name)


def test_no_metric_is_without_its_sql(demo_project: Project) -> None:
    manifest = json.loads((demo_project.target / "manifest.json").read_text(encoding="utf-8"))
    known = {metric["name"] for metric in manifest["metrics"].values()}
    assert known == {name for mart in MARTS for name in mart.metrics}
    assert all(metric["description"] for metric in manifest["metrics"].values())


def test_a_wrong_expression_would_be_found(
    answers: Answers, marts: duckdb.DuckDBPyConnection
) -> None:
    """A mean of ratios is not the ratio of sums: the comparison must tell them apart."""
    mart = next(mart for mart in MARTS if "occupancy" in mart.metrics)
    wrong = Mart(mart.table, mart.group_by, {"occupancy": "avg(occupancy_ratio)"})
    with pytest.raises(AssertionError):
        test_metrics_equal_sql(wrong, answers, marts)
