"""The benchmark: a limit that equals the build, ratios by hand, failures told plainly."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from project import ROOT
from rich.console import Console

from ecocharge.bench.measuring import Figures, measure, same_marts
from ecocharge.bench.project import Network
from ecocharge.bench.report import print_figures, table, write_report
from ecocharge.bench.running import run
from ecocharge.cli.bench import command
from ecocharge.errors import EcoChargeError

SMALL = Figures(
    preset="s",
    sessions=1_000,
    limit_seconds=2.0,
    work_seconds=5.0,
    startup_seconds=4.0,
    tested_seconds=7.0,
    forecast_seconds=None,
    limit_peak_bytes=500_000_000,
    peak_bytes=2_000_000_000,
    limit_file_bytes=10_000_000,
    file_bytes=40_000_000,
    nodes={"model.ecocharge.slow": 3.0, "model.ecocharge.quick": 0.5},
)
USAGE_ERROR = 2


def test_ratios_leave_the_start_up_aside_and_growth_is_by_session() -> None:
    large = replace(SMALL, preset="m", sessions=10_000, work_seconds=60.0, forecast_seconds=9.0)
    first, second = table([SMALL, large])
    assert first[:9] == ["s", "1,000", "2.0", "5.0", "2.50", "3.50", "4.0", "-", "200"]
    assert first[9] == "-"
    assert second[7:10] == ["9.0", "167", "1.20"]


def test_the_report_is_a_page_and_a_picture(tmp_path: Path) -> None:
    console = Console(record=True, width=200)
    print_figures([SMALL], console)
    assert "model.ecocharge.slow" in console.export_text()
    page, picture = write_report([SMALL], tmp_path / "bench")
    assert "| s | 1,000 | 2.0 | 5.0 | 2.50 |" in page.read_text(encoding="utf-8")
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(EcoChargeError, match="no such luck") as caught:
        run([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path, {})
    assert "bench.log" in str(caught.value)
    took = run([sys.executable, "-c", "x = bytearray(50_000_000)"], tmp_path, {})
    assert took.cpu_seconds > 0
    assert took.peak_bytes > 50_000_000  # noqa: PLR2004 - as much as it asked for


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(),
    reason="the memory of children is read from /proc/*/smaps_rollup, which Linux alone has",
)
def test_memory_is_that_of_a_process_and_its_children_together(tmp_path: Path) -> None:
    holds = "import time; x = bytearray(b'1') * 60_000_000; time.sleep(4)"
    twice = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {holds!r}])"
    took = run([sys.executable, "-c", f"{twice}; {holds}; p.wait()"], tmp_path, {})
    assert took.peak_bytes > 120_000_000  # noqa: PLR2004 - one alone has half of it


def test_an_unknown_preset_is_refused() -> None:
    done = CliRunner().invoke(command, ["--presets", "s,huge"])
    assert done.exit_code == USAGE_ERROR
    assert "no preset huge" in done.output


@pytest.mark.prove
def test_the_limit_of_preset_s_equals_the_build(tmp_path: Path) -> None:
    network = Network(tmp_path / "s", "s", ROOT)
    found = measure(network, "s", rounds=1, with_forecast=False)
    print(f"\n{found.sessions:,} sessions: the build is {found.ratio:.2f} times the limit")
    with duckdb.connect(str(network.limit_database)) as limit:
        limit.execute("update core.fct_energy_hourly set energy_kwh = energy_kwh + 0.000001")
    with pytest.raises(EcoChargeError, match="fct_energy_hourly of the build is not"):
        same_marts(network)
