"""The peers: their facts are the limit's, a wrong fact is refused, a missing tool is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from project import ROOT
from rich.console import Console

from ecocharge.bench.limit import FACTS
from ecocharge.bench.peers import comparing
from ecocharge.bench.peers.checking import refuse_others, sums_of_limit, sums_of_parquet
from ecocharge.bench.peers.comparing import PEERS, Comparison, Run, missing
from ecocharge.bench.peers.report import print_peers, table, write_peers
from ecocharge.bench.project import Network
from ecocharge.cli.bench import command
from ecocharge.errors import EcoChargeError
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import make_landing

SPARK = ROOT / ".venv-spark" / "bin" / "python"
USAGE_ERROR = 2

MEASURED = Comparison(
    preset="m",
    runs={
        "limit": Run(0, 0, 10.0, 18.0, 2_000_000_000),
        "build": Run(8.0, 0, 20.0, 38.0, 3_000_000_000),
        "postgres": Run(1.5, 4.0, 56.0, 90.0, 4_000_000_000),
    },
    skipped={"spark": "no pyspark at [nowhere]"},
)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    made = Network(tmp_path_factory.mktemp("peers"), "s", ROOT)
    make_landing(Plan.of("s", stations=4, meters="none"), made.landing)
    made.limit(FACTS)
    return made


def test_the_limits_part_ends_with_the_last_fact(network: Network) -> None:
    with duckdb.connect(str(network.limit_database), read_only=True) as limit:
        tables = limit.execute(
            "select 'core.' || table_name from duckdb_tables() where schema_name = 'core'"
        ).fetchall()
    assert sorted(name for (name,) in tables) == sorted(FACTS)


@pytest.mark.parametrize(
    "peer",
    [*(peer for peer in PEERS if peer != "spark"), pytest.param("spark", marks=pytest.mark.prove)],
)
def test_a_peers_facts_are_the_limits(network: Network, peer: str) -> None:
    why = missing(peer, SPARK)
    if why:
        pytest.skip(why)
    run = comparing._peer(network, peer, SPARK)
    assert run.startup_seconds > 0
    assert run.work_seconds > 0


def test_a_fact_with_energy_in_the_wrong_hour_is_refused(network: Network, tmp_path: Path) -> None:
    comparing._peer(network, "pandas", SPARK)
    folder = network.folder / "peers" / "pandas"
    limit = sums_of_limit(network.limit_database)
    refuse_others("pandas", sums_of_parquet(folder), limit)
    for fact in ("fct_charging_sessions", "fct_energy_15min"):
        shutil.copy(folder / f"{fact}.parquet", tmp_path)
    file, changed = (each / "fct_energy_hourly.parquet" for each in (folder, tmp_path))
    duckdb.sql(
        f"""
        copy (
            select * replace (
                coalesce(
                    lag(energy_kwh) over (partition by station_id order by hour_start_utc),
                    last_value(energy_kwh) over (
                        partition by station_id order by hour_start_utc
                        rows between unbounded preceding and unbounded following
                    )
                ) as energy_kwh
            )
            from read_parquet('{file}')
        ) to '{changed}'
        """
    )
    with pytest.raises(EcoChargeError, match=r"fct_energy_hourly of pandas .*: sum\(energy_kwh \*"):
        refuse_others("pandas", sums_of_parquet(tmp_path), limit)
    duckdb.sql(
        f"copy (from read_parquet('{file}') where station_id <> 'native:ST01') to '{changed}'"
    )
    with pytest.raises(EcoChargeError, match="other stations"):
        refuse_others("pandas", sums_of_parquet(tmp_path), limit)


def test_a_peer_that_is_not_here_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert missing("pandas", tmp_path / "python") is None
    assert "--spark-python" in str(missing("spark", tmp_path / "python"))
    monkeypatch.setattr(comparing, "can_run", lambda: False)
    assert "install" in str(missing("postgres", SPARK))


def test_ratios_have_the_load_and_not_the_start_up(tmp_path: Path) -> None:
    assert table([MEASURED]) == [
        ["m", "limit", "-", "-", "10.0", "1.00", "0.50", "18.0", "2.00"],
        ["m", "build", "8.0", "-", "20.0", "2.00", "1.00", "38.0", "3.00"],
        ["m", "postgres", "1.5", "4.0", "56.0", "6.00", "3.00", "90.0", "4.00"],
    ]
    page = write_peers([MEASURED], tmp_path).read_text(encoding="utf-8")
    assert "| m | postgres | 1.5 | 4.0 | 56.0 | 6.00 | 3.00 |" in page
    assert page.endswith("spark was skipped: no pyspark at [nowhere]\n")
    console = Console(record=True, width=160)
    print_peers([MEASURED], console)
    assert "spark was skipped: no pyspark at [nowhere]" in console.export_text()


def test_an_unknown_peer_is_refused() -> None:
    done = CliRunner().invoke(command, ["--peers", "pandas,polars"])
    assert done.exit_code == USAGE_ERROR
    assert "no peer polars" in done.output
