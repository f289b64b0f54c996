"""The dashboard: one page, nothing from outside, the same totals as SQL over the marts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import Page, drawn
from click.testing import CliRunner
from tiny_network import NOTHING_HAPPENED, change_warehouse, make_project

from ecocharge.cli.dashboard import command
from ecocharge.dashboard.days import MEASURES
from ecocharge.dashboard.page import write_page
from ecocharge.dashboard.payload import read_payload
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing.publish import publish

MEGABYTE = 1_000_000
CHARTS = (
    "chart-hours",
    "chart-daily",
    "chart-energy",
    "chart-forecast",
    "chart-errors",
    "chart-efficiency",
    "chart-multiples",
    "chart-emissions",
    "chart-intensity",
    "chart-clock",
)
CLOCK = ("covered", "grid")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    paths = make_project(tmp_path_factory.mktemp("project"))
    publish(paths)
    write_page(paths)
    return paths


@pytest.fixture(scope="module")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    paths = make_project(tmp_path_factory.mktemp("empty"))
    change_warehouse(paths, NOTHING_HAPPENED, "second-run")
    publish(paths)
    write_page(paths)
    return paths


def _html(paths: Paths) -> str:
    return (paths.site / "index.html").read_text(encoding="utf-8")


def _ask(paths: Paths, sql: str) -> tuple[Any, ...]:
    with duckdb.connect(str(paths.published / "ecocharge.duckdb"), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row


def _inlined(paths: Paths) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(Page(_html(paths)).text["payload"])
    return payload


def _cells(paths: Paths) -> dict[str, Any]:
    packed = base64.b64decode(Page(_html(paths)).text["cells"])
    cells: dict[str, Any] = json.loads(gzip.decompress(packed))
    return cells


def _sum(values: Iterable[float | None]) -> float:
    return sum(value for value in values if value is not None)


def test_the_page_is_small_and_whole(project: Paths) -> None:
    html = _html(project)
    assert len(html.encode()) < 3 * MEGABYTE
    page = Page(html)
    assert {"html", "main", "h1", "h2", "noscript", "footer"} <= set(page.tags)
    ids = [own["id"] for _, own in page.attributes if "id" in own]
    assert len(ids) == len(set(ids))
    assert set(CHARTS) <= set(ids)
    assert "{{" not in html.replace(page.scripts[0], "")


def test_nothing_is_loaded_from_outside(project: Paths) -> None:
    page = Page(_html(project))
    loads = [
        (tag, name)
        for tag, own in page.attributes
        for name in own
        if name in {"src", "href", "srcset", "data", "action"}
    ]
    assert loads == []
    own_parts = page.text["specs"] + page.text["payload"] + page.scripts[1]
    assert not re.search(r"https?://", own_parts)
    assert "@import" not in _html(project)


def test_the_policy_lets_only_the_two_scripts_run(project: Paths) -> None:
    page = Page(_html(project))
    policy = next(own["content"] for tag, own in page.attributes if "http-equiv" in own)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    actual = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in page.scripts
    ]
    assert allowed == actual
    assert "unsafe-eval" not in policy


def test_a_script_tag_in_a_name_stays_text(project: Paths) -> None:
    assert "Old </script> Town" in [row[1] for row in _inlined(project)["stations"]]


def test_stations_of_one_name_are_told_apart(project: Paths) -> None:
    labels = [row[1] for row in _inlined(project)["stations"]]
    assert len(labels) == len(set(labels))
    assert "Mill Lane (demo:ST01)" in labels


def test_inlined_totals_equal_sql(project: Paths) -> None:
    blocks = [block for block in _cells(project)["days"] if block]
    sessions, micro_kwh = _ask(
        project, "select count(*), sum(energy_kwh) * 1000000 from core.fct_charging_sessions"
    )
    assert sum(sum(block["sessions"]) for block in blocks) == sessions
    assert sum(_sum(block["hours"]) for block in blocks) == int(micro_kwh)

    sums = {name: _sum(value for block in blocks for value in block[name]) for name in MEASURES}
    told = _ask(
        project,
        "select sum(port_minutes_in_service), sum(occupied_minutes), sum(idle_minutes),"
        " sum(charging_known_minutes), sum(capacity_kwh), sum(energy_kwh), sum(peak_15min_kw)"
        " from operations.rpt_station_efficiency",
    ) + _ask(
        project,
        "select sum(energy_kwh), sum(covered_kwh), sum(grid_kg_co2), sum(petrol_kg_co2),"
        " sum(avoided_kg_co2) from sustainability.fct_emissions_daily",
    )
    assert list(sums.values()) == pytest.approx([float(value) for value in told], rel=1e-9)

    blocks = [block for block in _cells(project)["emissions"] if block]
    sums_by_hour = [_sum(value for block in blocks for value in block[name]) for name in CLOCK]
    told = _ask(
        project,
        "select sum(covered_kwh), sum(grid_kg_co2)"
        " from sustainability.rpt_emissions_by_hour_location",
    )
    assert sums_by_hour == pytest.approx([float(value) for value in told], rel=1e-9)

    rows, energy_in = _ask(
        project, "select sum(rows_in), sum(energy_in_kwh) from quality.rpt_reconciliation"
    )
    reconciliation = _inlined(project)["reconciliation"]
    assert [row[2] for row in reconciliation] == [rows]
    assert [row[11] for row in reconciliation] == [float(energy_in)]


def test_an_hour_of_a_broken_feed_is_told_apart(project: Paths) -> None:
    block = next(block for block in _cells(project)["days"] if block)
    assert block["complete"] == "2" + "1" * (len(block["sessions"]) - 1)
    assert block["parts"] == [0xFFFFFF - 0xF]
    assert len(block["hours"]) == 24 * len(block["sessions"])
    assert set(block["kinds"]) == {"0", "1"}


def test_a_day_keeps_what_is_unknown(project: Paths) -> None:
    names = [row[0] for row in _inlined(project)["stations"]]
    blocks = dict(zip(names, _cells(project)["days"], strict=True))
    assert set(blocks["demo:ST04"]["occupied"]) == {None}
    assert set(blocks["demo:ST03"]["idle"]) == {None}


def test_scores_by_day_equal_sql(project: Paths) -> None:
    series = {each["id"]: each["columns"] for each in _cells(project)["scores"]}
    hours, actual, error, naive = _ask(
        project,
        "select count(*), sum(actual_kwh), sum(abs(forecast_kwh - actual_kwh)),"
        " sum(abs(naive_kwh - actual_kwh)) from forecasting.rpt_forecast_vs_actual"
        " where series_id = 'demo:network' and actual_kwh is not null",
    )
    columns = series["demo:network"]
    assert sum(columns[1]) == hours
    assert [sum(columns[at]) for at in (2, 3, 7)] == pytest.approx(
        [float(value) for value in (actual, error, naive)], rel=1e-9
    )


def test_the_forecast_keeps_gaps_and_the_last_weeks(project: Paths) -> None:
    series = {each["id"]: each for each in _cells(project)["forecast"]}
    assert next(iter(series)) == "demo:network"
    network = series["demo:network"]
    assert len(network["actual"]) == 28 * 24
    first = datetime(1970, 1, 1) + timedelta(hours=network["first"])
    expected = _ask(
        project,
        "select actual_kwh, forecast_kwh, p10_kwh, p90_kwh, naive_kwh"
        " from forecasting.rpt_forecast_vs_actual"
        f" where series_id = 'demo:network' and target_hour_utc = timestamp '{first}'",
    )
    names = ("actual", "forecast", "p10", "p90", "naive")
    shown = [network[name][0] for name in names]
    assert shown == pytest.approx([float(value) for value in expected], abs=5e-4)
    assert network["actual"][-24:] == [None] * 24
    assert None in network["actual"][:-24]


def test_accuracy_is_a_ratio_of_sums(project: Paths) -> None:
    rows = [row for row in _inlined(project)["accuracy"] if row[:1] == ["demo:network"]]
    assert [row[2] for row in rows] == ["hist_gradient_boosting", "naive_week"]
    wape = [row[4] / row[5] for row in rows]
    expected = _ask(
        project,
        "select sum(abs(forecast_kwh - actual_kwh)) / sum(actual_kwh),"
        " sum(abs(naive_kwh - actual_kwh)) / sum(actual_kwh)"
        " from forecasting.rpt_forecast_vs_actual"
        " where series_id = 'demo:network' and actual_kwh is not null",
    )
    assert wape == pytest.approx([float(value) for value in expected], rel=1e-9)
    assert rows[1][7] is None


def test_the_page_names_its_generation(project: Paths) -> None:
    assert _inlined(project)["generation"]["id"] == project.published.resolve().name


def test_nothing_published_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="nothing is published yet"):
        write_page(Paths(tmp_path))


def test_a_missing_mart_is_told_plainly(tmp_path: Path) -> None:
    paths = make_project(tmp_path)
    change_warehouse(paths, "drop table forecasting.rpt_forecast_accuracy", "second-run")
    publish(paths)
    with pytest.raises(EcoChargeError, match="rpt_forecast_accuracy") as caught:
        read_payload(paths.published)
    assert "ecocharge publish" in str(caught.value)


def test_a_failed_write_keeps_the_old_page(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _html(project)

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("ecocharge.publishing.files.sync", fail)
    with pytest.raises(RuntimeError, match="power"):
        write_page(project)
    assert _html(project) == before
    assert [file.name for file in project.site.iterdir()] == ["index.html"]


def test_the_command_names_the_file(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOCHARGE_HOME", str(project.root))
    done = CliRunner().invoke(command, [], catch_exceptions=False)
    assert done.exit_code == 0
    assert "index.html" in done.output
    assert "Examples:" in CliRunner().invoke(command, ["--help"]).output


def _value(page: Page, name: str) -> float:
    return next(float(own["value"] or 0) for _, own in page.attributes if own.get("id") == name)


def test_every_picture_draws(chromium: str, project: Paths, tmp_path: Path) -> None:
    page, console = drawn(chromium, project.site / "index.html", tmp_path)
    assert console == ""
    assert page.attributes[0][1]["data-drawn"] == "yes"
    assert page.tags.count("svg") == len(CHARTS)
    labels = [
        own.get("aria-label")
        for _, own in page.attributes
        if own.get("role") == "graphics-document"
    ]
    assert len(labels) == len(CHARTS)
    assert all(labels)
    # A legend's colours are found by the page's own address, which must not end in a bare `#`.
    fills = [own["fill"] or "" for tag, own in page.attributes if "fill" in own]
    assert [fill for fill in fills if "#gradient" in fill and "##" not in fill]
    energy, sessions = _ask(
        project, "select sum(energy_kwh), count(*) from core.fct_charging_sessions"
    )
    assert _value(page, "kpi-energy") == pytest.approx(float(energy), rel=1e-9)
    assert _value(page, "kpi-sessions") == sessions
    assert (
        _value(page, "kpi-stations")
        == _ask(project, "select count(*) - 1 from core.dim_stations")[0]
    )
    avoided, covered = _ask(
        project,
        "select sum(avoided_kg_co2), round(100 * sum(covered_kwh) / sum(energy_kwh), 1)"
        " from sustainability.fct_emissions_daily",
    )
    assert _value(page, "kpi-avoided") == pytest.approx(float(avoided), rel=1e-9)
    assert f"{covered}\u00a0%" in page.text["kpi-coverage"]


def _linked(paths: Paths, tmp_path: Path, chromium: str, link: str) -> Page:
    """The page as a link to one of its views draws it."""
    page, console = drawn(chromium, paths.site / "index.html", tmp_path / "profile", link)
    assert console == ""
    assert page.attributes[0][1]["data-drawn"] == "yes"
    return page


def test_a_filter_reaches_tiles_and_pictures(chromium: str, project: Paths, tmp_path: Path) -> None:
    page = _linked(project, tmp_path, chromium, "city=Visby")
    sessions = _ask(
        project,
        "select count(*) from core.fct_charging_sessions where station_id = 'demo:ST04'",
    )
    assert _value(page, "kpi-sessions") == sessions[0]
    assert _value(page, "kpi-stations") == 1
    assert "no grid factor" in page.text["kpi-coverage"]
    assert "No grid factor" in page.text["chart-emissions"]
    assert "North Road" in page.text["chart-energy"]
    assert "Harbour" not in page.text["chart-energy"]
    assert "occupancy \u2013" in page.text["efficiency-total"]


WHERE = {
    "from=2025-04-01": "date_local >= date '2025-04-01'",
    "to=2025-04-20": "date_local <= date '2025-04-20'",
    "from=2025-04-01&to=2025-04-20": "date_local between date '2025-04-01' and date '2025-04-20'",
    "days=weekend": "isodow(date_local) > 5",
    "days=Wednesday": "isodow(date_local) = 3",
    "season=spring": "month(date_local) between 3 and 5",
    "source=demo&city=Lund&days=weekday": "isodow(date_local) < 6 and station_id in"
    " (select station_id from core.dim_stations where city = 'Lund')",
    "station=demo:ST02&from=2025-05-01": "station_id = 'demo:ST02'"
    " and date_local >= date '2025-05-01'",
    "station=demo:GONE&days=never&from=soon&rows=nothing": "true",
}


@pytest.mark.parametrize("link", WHERE)
def test_a_link_restores_its_view(chromium: str, project: Paths, tmp_path: Path, link: str) -> None:
    """Every filter alone and together, each tile against SQL; what is unknown is left out."""
    page = _linked(project, tmp_path, chromium, link)
    energy, sessions = _ask(
        project,
        "select sum(energy_kwh), sum(sessions_started) from core.fct_energy_hourly_local"
        f" where {WHERE[link]}",
    )
    avoided = _ask(
        project,
        f"select sum(avoided_kg_co2) from sustainability.fct_emissions_daily where {WHERE[link]}",
    )[0]
    assert _value(page, "kpi-energy") == pytest.approx(float(energy), rel=1e-6)
    assert _value(page, "kpi-sessions") == sessions
    assert _value(page, "kpi-avoided") == pytest.approx(float(avoided), rel=1e-6)
    occupied, port_minutes = _ask(
        project,
        "select sum(occupied_minutes), sum(port_minutes_in_service)"
        " filter (occupied_minutes is not null) from operations.rpt_station_efficiency"
        f" where {WHERE[link]}",
    )
    told = f"occupancy {100 * occupied / port_minutes:.1f}\u00a0%"
    assert told in page.text["efficiency-total"]


def test_scores_and_pictures_follow_the_days(chromium: str, project: Paths, tmp_path: Path) -> None:
    page = _linked(project, tmp_path, chromium, "days=weekend&from=2025-05-01&rows=weekday")
    hours = _ask(
        project,
        "select count(*) from forecasting.rpt_forecast_vs_actual"
        " where series_id = 'demo:network' and actual_kwh is not null"
        " and isodow(target_hour_utc) > 5 and target_hour_utc >= timestamp '2025-05-01'",
    )[0]
    assert f"of {hours} hours inside" in page.text["scores-total"]
    assert "Saturday" in page.text["chart-hours"]
    assert "Monday" not in page.text["chart-hours"]


def test_an_empty_choice_says_so(chromium: str, project: Paths, tmp_path: Path) -> None:
    page = _linked(project, tmp_path, chromium, "from=2030-01-01")
    assert page.text["period"] == "Nothing here for this selection."
    assert "svg" not in page.tags
    assert _value(page, "kpi-energy") == 0


def test_an_empty_network_says_so(chromium: str, empty_project: Paths, tmp_path: Path) -> None:
    page, console = drawn(chromium, empty_project.site / "index.html", tmp_path)
    assert console == ""
    assert "svg" not in page.tags
    assert page.text["period"] == "No charging data"
    assert "No forecast has been issued yet" in page.text["chart-forecast"]
    assert "No grid factor" in page.text["chart-clock"]
    for chart in ("chart-hours", "chart-energy", "chart-efficiency", "chart-multiples"):
        assert "Nothing here" in page.text[chart]
