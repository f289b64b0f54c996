"""The generated network: the same bytes every time, and nothing that physics would forbid."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from ecocharge.cli.generate import command
from ecocharge.errors import EcoChargeError
from ecocharge.generator.presets import DEFAULT_SEED, Plan
from ecocharge.generator.randomness import Purpose, month_number, red_noise
from ecocharge.generator.run import make_landing, make_seeds, site_chunks
from ecocharge.generator.sessions import SiteRun
from ecocharge.generator.tables import ENTITIES, Table
from ecocharge.generator.weather import daily_celsius

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "seeds" / "native"
SEEDS_LIMIT_BYTES = 2_000_000
SEEDS = [f"native_{entity}.csv" for entity in ENTITIES]
LINEAGE = ["source_file", "source_line", "load_id", "arrival_seq"]
LANDED_LINEAGE = ["source_system", *LINEAGE, "exported_on", "parse_error", "raw_bytes", "raw_hash"]


@pytest.fixture(scope="module")
def fresh_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    make_seeds(Plan.of("xs"), folder)
    return folder


@pytest.fixture(scope="module")
def feed(fresh_seeds: Path) -> duckdb.DuckDBPyConnection:
    """The fresh seeds as typed tables: stations, connectors, sessions, meter_values."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for entity in ENTITIES:
        connection.execute(
            f"create table {entity} as from read_csv($file, header = true)",
            {"file": str(fresh_seeds / f"native_{entity}.csv")},
        )
    connection.execute(
        f"""
        create view charging as
        select
            s.*, c.port_id, c.station_id, c.rated_kw, t.site_type, t.time_zone,
            cast(timezone(t.time_zone, s.started_at_utc) as timestamp) as started_local,
            coalesce(
                s.ended_at_utc, to_timestamp({Plan.of("xs").export_at})
            ) as taken_until_utc,
        from sessions s
        join connectors c using (connector_id)
        join stations t using (station_id)
        """
    )
    return connection


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def _within(value: object, low: float, high: float) -> bool:
    return low <= float(str(value)) <= high


# --- the committed seeds


@pytest.mark.parametrize("name", SEEDS)
def test_fresh_seeds_are_the_committed_bytes(fresh_seeds: Path, name: str) -> None:
    assert (fresh_seeds / name).read_bytes() == (COMMITTED / name).read_bytes()


def test_committed_seeds_stay_small() -> None:
    assert {path.name for path in COMMITTED.glob("*.csv")} == set(SEEDS)
    assert sum(path.stat().st_size for path in COMMITTED.iterdir()) < SEEDS_LIMIT_BYTES


def test_seed_lines_are_physical_lines(fresh_seeds: Path) -> None:
    for name in SEEDS:
        lines = (fresh_seeds / name).read_text(encoding="utf-8").split("\n")
        assert lines.pop() == ""
        assert [int(line.split(",", 1)[0]) for line in lines[1:]] == [*range(2, len(lines) + 1)]


def test_another_seed_makes_another_network(fresh_seeds: Path, tmp_path: Path) -> None:
    make_seeds(Plan.of("xs", seed=DEFAULT_SEED + 1), tmp_path)
    for name in ("native_stations.csv", "native_sessions.csv", "native_grid_factors.csv"):
        assert (tmp_path / name).read_bytes() != (fresh_seeds / name).read_bytes()


# --- what physics and the feed's rules demand of each row


def test_ids_are_unique_and_known(feed: duckdb.DuckDBPyConnection) -> None:
    assert _one(feed, "select count(*) - count(distinct session_id) from sessions") == (0,)
    assert _one(feed, "select (select count(*) from sessions) - count(*) from charging") == (0,)


@pytest.mark.parametrize("who", ["port_id", "connector_id", "driver_key"])
def test_nothing_is_in_two_sessions_at_once(feed: duckdb.DuckDBPyConnection, who: str) -> None:
    overlaps = f"""
        select count(*) from (
            select started_at_utc < max(taken_until_utc) over (
                partition by {who} order by started_at_utc, taken_until_utc
                rows between unbounded preceding and 1 preceding
            ) as is_overlap
            from charging where {who} is not null
        ) where is_overlap
    """
    assert _one(feed, overlaps) == (0,)


def test_energy_never_exceeds_power_times_time(feed: duckdb.DuckDBPyConnection) -> None:
    impossible = """
        select count(*) from charging
        where round(energy_kwh * 1000) * 3600 > round(rated_kw * 1000) * epoch(
            coalesce(charging_ended_at_utc, ended_at_utc) - started_at_utc
        )
    """
    assert _one(feed, impossible) == (0,)


def test_times_are_in_order(feed: duckdb.DuckDBPyConnection) -> None:
    disordered = """
        select count(*) from charging
        where not started_at_utc < taken_until_utc
            or not charging_ended_at_utc between started_at_utc and ended_at_utc
            or not last_updated_utc >= coalesce(ended_at_utc, started_at_utc)
            or last_updated_utc > timestamptz '2025-06-30 00:00:00+00'
    """
    assert _one(feed, disordered) == (0,)


def test_open_sessions_know_only_their_start(feed: duckdb.DuckDBPyConnection) -> None:
    count, parts = _one(
        feed,
        """
        select count(*),
            count(energy_kwh) + count(charging_ended_at_utc) + count(revenue_amount)
            + count(tax_amount) + count(stop_reason)
        from sessions where ended_at_utc is null
        """,
    )
    assert _within(count, 3, 40)
    assert parts == 0


def test_failed_starts_are_short_and_free(feed: duckdb.DuckDBPyConnection) -> None:
    share, longest, revenue = _one(
        feed,
        """
        select
            count(*) filter (energy_kwh = 0) / count(*),
            max(epoch(ended_at_utc - started_at_utc))
                filter (energy_kwh = 0 and site_type in ('highway', 'depot')),
            sum(revenue_amount) filter (energy_kwh = 0),
        from sessions join connectors using (connector_id) join stations using (station_id)
        """,
    )
    assert _within(share, 0.01, 0.035)
    # Elsewhere the feeds also know long visits without energy.
    assert _within(longest, 1, 240)
    assert revenue == 0


def test_tax_follows_the_country(feed: duckdb.DuckDBPyConnection) -> None:
    off = """
        select count(*) from charging where abs(
            tax_amount - revenue_amount * case currency
                when 'USD' then 0.08 when 'GBP' then 0.20 when 'INR' then 0.18 end
        ) > 0.0051 or currency is null
    """
    assert _one(feed, off) == (0,)


def test_meter_values_end_at_the_sessions_energy(feed: duckdb.DuckDBPyConnection) -> None:
    sessions, wrong_end, off_grid, falling, too_fast = _one(
        feed,
        """
        with readings as (
            select
                m.*, s.energy_kwh, s.rated_kw, s.charging_ended_at_utc,
                row_number() over (partition by session_id order by read_at_utc desc) as from_last,
                lag(energy_since_start_kwh, 1, 0.0)
                    over (partition by session_id order by read_at_utc) as before_kwh,
                lag(read_at_utc, 1, started_at_utc)
                    over (partition by session_id order by read_at_utc) as before_at,
            from meter_values m
            join charging s using (session_id)
            where s.ended_at_utc is not null
        )
        select
            count(distinct session_id),
            count(*) filter (
                from_last = 1
                and (energy_since_start_kwh != energy_kwh or read_at_utc != charging_ended_at_utc)
            ),
            count(*) filter (from_last > 1 and epoch(read_at_utc) % 900 != 0),
            count(*) filter (energy_since_start_kwh < before_kwh),
            count(*) filter (
                energy_since_start_kwh - before_kwh
                > rated_kw / 3600.0 * epoch(read_at_utc - before_at) + 0.001
            ),
        from readings
        """,
    )
    assert _within(sessions, 300, 1_000)
    assert (wrong_end, off_grid, falling, too_fast) == (0, 0, 0, 0)


def test_grid_factors_are_hourly_and_leave_one_zone_out(feed: duckdb.DuckDBPyConnection) -> None:
    zones = feed.execute(
        """
        select grid_zone, count(distinct hour_start_utc), count(*),
            min(renewable_ratio) >= 0 and max(renewable_ratio) <= 1 and min(g_co2_per_kwh) > 0
        from grid_factors group by all order by all
        """
    ).fetchall()
    assert zones == [("GB", 147 * 24, 147 * 24, True), ("US-RMRG", 147 * 24, 147 * 24, True)]
    without = "select distinct grid_zone from stations anti join grid_factors using (grid_zone)"
    assert feed.execute(without).fetchall() == [("IN-SO",)]


# --- how people behave


@pytest.mark.parametrize(
    ("site_type", "low", "high"),
    [
        ("workplace", 0.03, 0.13),
        ("retail", 0.75, 1.1),
        ("highway", 0.8, 1.1),
        ("public", 0.75, 1.0),
        ("residential", 0.75, 1.0),
        ("depot", 0.35, 0.6),
    ],
)
def test_weekend_factor(
    feed: duckdb.DuckDBPyConnection, site_type: str, low: float, high: float
) -> None:
    (factor,) = _one(
        feed,
        f"""
        select (count(*) filter (isodow(started_local) >= 6) / 42.0)
            / (count(*) filter (isodow(started_local) < 6) / 105.0)
        from charging where site_type = '{site_type}'
        """,
    )
    assert _within(factor, low, high)


@pytest.mark.parametrize(
    ("site_type", "first", "last", "least"),
    [
        ("workplace", 7, 18, 0.85),
        ("depot", 15, 20, 0.8),
        ("residential", 13, 22, 0.6),
        ("retail", 8, 21, 0.85),
        ("public", 7, 20, 0.7),
        ("highway", 7, 21, 0.93),
    ],
)
def test_arrivals_have_their_local_hours(
    feed: duckdb.DuckDBPyConnection, site_type: str, first: int, last: int, least: float
) -> None:
    shares = feed.execute(
        f"""
        select station_id,
            count(*) filter (hour(started_local) between {first} and {last}) / count(*)
        from charging where site_type = '{site_type}' group by all
        """
    ).fetchall()
    assert shares
    assert all(share > least for _, share in shares)


@pytest.mark.parametrize(
    ("station", "change"), [("ST01", date(2025, 3, 9)), ("ST07", date(2025, 3, 30))]
)
def test_people_follow_the_wall_clock_over_its_change(
    feed: duckdb.DuckDBPyConnection, station: str, change: date
) -> None:
    before, after = feed.execute(
        f"""
        select median(hour(started_local) * 60 + minute(started_local))
        from charging where station_id = '{station}' and isodow(started_local) < 6
        group by started_local >= date '{change}' order by started_local >= date '{change}'
        """
    ).fetchall()
    assert after[0] == pytest.approx(before[0], abs=30)


def test_cars_idle_longest_at_home_and_least_on_the_road(
    feed: duckdb.DuckDBPyConnection,
) -> None:
    idle = dict(
        feed.execute(
            """
            select site_type, 1 - sum(epoch(charging_ended_at_utc - started_at_utc))
                / sum(epoch(ended_at_utc - started_at_utc))
            from charging where charging_ended_at_utc is not null group by all
            """
        ).fetchall()
    )
    assert _within(idle["highway"], 0.02, 0.25)
    assert _within(idle["workplace"], 0.25, idle["residential"])


def test_days_of_public_sites_are_more_uneven_than_chance(
    feed: duckdb.DuckDBPyConnection,
) -> None:
    (fano,) = _one(
        feed,
        """
        with days as (
            select station_id, isodow(started_local) as weekday, count(*) as arrivals
            from charging where site_type in ('retail', 'highway')
                and cast(started_local as date) between '2025-02-17' and '2025-06-28'
            group by station_id, weekday, cast(started_local as date)
        )
        select avg(fano) from (
            select var_samp(arrivals) / avg(arrivals) as fano from days group by station_id, weekday
        )
        """,
    )
    assert _within(fano, 1.05, 3.0)


def test_drivers_come_back(feed: duckdb.DuckDBPyConnection) -> None:
    (returning,) = _one(
        feed,
        """
        select avg(cast(visits >= 5 as int)) from (
            select count(*) over (partition by driver_key) as visits
            from charging where site_type = 'workplace' and driver_key is not null
        )
        """,
    )
    assert _within(returning, 0.9, 1.0)


def test_the_cold_costs_energy() -> None:
    site = Plan.of("xs").network()[0]
    crowd = replace(
        site, weekday_arrivals=80.0, banks=(replace(site.banks[0], ports=160, rated_kw=50.0),)
    )
    run = SiteRun(1, crowd, date(2025, 1, 1), date(2025, 7, 31), 2**40)
    made = [run.month(month).out.energy_wh for month in run.months]
    months = (run.months[0], run.months[-1])
    energy = [np.median(wh[wh > 0]) for wh in (made[0], made[-1])]
    celsius = [daily_celsius(1, site.city, month).mean() for month in months]
    per_degree = np.log(energy[1] / energy[0]) / (celsius[1] - celsius[0])
    assert per_degree == pytest.approx(-0.008, abs=0.0025)


# --- determinism


def _chunks(plan: Plan, station: int) -> list[tuple[Table, Table]]:
    return list(site_chunks(plan, plan.network()[station]))


def test_a_site_is_the_same_in_any_order_and_company() -> None:
    plan = Plan.of("xs", first=date(2025, 2, 3), last=date(2025, 4, 30))
    forward = [_chunks(plan, station) for station in range(4)]
    backward = [_chunks(plan, station) for station in reversed(range(4))]
    assert forward == backward[::-1]
    alone = Plan.of("xs", first=plan.first, last=plan.last, stations=3)
    assert _chunks(alone, 2) == forward[2]


def test_months_of_two_sites_may_take_turns() -> None:
    plan = Plan.of("xs", first=date(2025, 2, 3), last=date(2025, 5, 31))
    one, other = (site_chunks(plan, site) for site in plan.network()[:2])
    in_turns = list(zip(one, other, strict=True))
    assert [pair[0] for pair in in_turns] == _chunks(plan, 0)
    assert [pair[1] for pair in in_turns] == _chunks(plan, 1)


def test_a_longer_period_only_adds() -> None:
    short = Plan.of("xs", last=date(2025, 3, 31))
    longer = Plan.of("xs", last=date(2025, 4, 30))
    for one, other in zip(_chunks(short, 3), _chunks(longer, 3), strict=False):
        assert one[0]["started_at_utc"] == other[0]["started_at_utc"]


def test_noise_runs_on_smoothly_over_the_turn_of_a_month() -> None:
    months = range(month_number(date(2020, 1, 1)), month_number(date(2030, 1, 1)))
    parts = [red_noise(7, Purpose.WEATHER, 0, month, 1, 0.75) for month in months]
    steps = [after[0] - before[-1] for before, after in pairwise(parts)]
    inside = np.diff(np.concatenate(parts))
    assert np.std(steps) == pytest.approx(np.std(inside), rel=0.25)
    assert np.std(np.concatenate(parts)) == pytest.approx(1.0, abs=0.05)


# --- the pieces


# --- Parquet in landing


def _small() -> Plan:
    return Plan.of("s", stations=5, first=date(2025, 1, 20), last=date(2025, 2, 16))


def test_landed_parts_have_the_schema_and_their_lineage(tmp_path: Path) -> None:
    made = make_landing(_small(), tmp_path / "native")
    assert [path.name for path in tmp_path.iterdir()] == ["native"]
    assert [file.arrival_seq for file in made.landed] == [*range(1, len(made.landed) + 1)]
    assert {file.entity for file in made.landed} == {f"native_{entity}" for entity in ENTITIES}
    for file in made.landed:
        table = pq.read_table(tmp_path / file.source_file)
        committed = (COMMITTED / f"{file.entity}.csv").read_text(encoding="utf-8")
        columns = committed.split("\n", 1)[0].split(",")[1:]
        assert table.schema.names == [*columns, *LANDED_LINEAGE]
        types = {name: str(table.schema.field(name).type) for name in table.schema.names}
        whole = {name for name, kind in types.items() if kind == "int64"}
        assert whole == {"source_line", "arrival_seq", "raw_bytes"}
        assert set(types.values()) == {"string", "int64"}
        assert table["source_line"].to_pylist() == [*range(1, file.rows + 1)]
        assert set(table["source_file"].to_pylist()) == {file.source_file}
        assert set(table["load_id"].to_pylist()) == {file.load_id}
        assert re.fullmatch(r"native/\w+/part-\d{5}\.parquet", file.source_file)
        assert re.fullmatch(r"[0-9a-f]{16}", file.load_id)
        assert all("" not in table[name].to_pylist() for name in columns)


def test_landing_twice_gives_the_same_files_and_replaces_the_old(tmp_path: Path) -> None:
    first = make_landing(_small(), tmp_path / "one" / "native")
    stale = tmp_path / "other" / "native" / "native_sessions" / "part-00099.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    second = make_landing(_small(), tmp_path / "other" / "native")
    assert not stale.exists()
    for one, other in zip(first.files, second.files, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_smaller_parts_hold_the_same_rows(tmp_path: Path) -> None:
    plan = _small()
    make_landing(plan, tmp_path / "whole" / "native")
    split = replace(plan, preset=replace(plan.preset, stations_per_part=2))
    made = make_landing(split, tmp_path / "split" / "native")
    assert [file.entity for file in made.landed].count("native_sessions") == len(
        ["1-2", "3-4", "5"]
    )
    for entity in ENTITIES:
        rows = [
            duckdb.connect()
            .execute(
                f"select * exclude (source_file, source_line, load_id, arrival_seq) "
                f"from read_parquet('{tmp_path / name / 'native'}/native_{entity}/*.parquet')"
            )
            .fetchall()
            for name in ("whole", "split")
        ]
        assert rows[0]
        assert rows[0] == rows[1]


def test_a_network_without_grid_factors_has_an_empty_file_of_them(tmp_path: Path) -> None:
    day = date(2025, 1, 20)
    plans = (Plan.of("s", seed=seed, stations=1, first=day, last=day) for seed in range(100))
    plan = next(plan for plan in plans if not plan.grid_zones)
    make_landing(plan, tmp_path / "native")
    factors = pq.read_table(tmp_path / "native" / "native_grid_factors" / "part-00000.parquet")
    assert factors.num_rows == 0
    assert "g_co2_per_kwh" in factors.schema.names


def test_before_the_first_opening_there_are_no_sessions(tmp_path: Path) -> None:
    plan = Plan.of("xs", first=date(2021, 1, 1), last=date(2021, 1, 2))
    made = make_seeds(plan, tmp_path)
    assert made.sessions == 0
    assert (tmp_path / "native_sessions.csv").read_text(encoding="utf-8").count("\n") == 1


def test_a_failed_run_leaves_the_old_feed_alone(tmp_path: Path) -> None:
    folder = tmp_path / "native"
    make_landing(_small(), folder)
    before = {path: path.read_bytes() for path in folder.rglob("*.parquet")}

    def give_up(_site_months: int, _sessions: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_landing(_small(), folder, give_up)
    assert {path: path.read_bytes() for path in folder.rglob("*.parquet")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["native"]


# --- the command


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def _error(*arguments: str) -> str:
    result = _run(*arguments)
    assert isinstance(result.exception, EcoChargeError)
    assert result.exception.remedy
    return str(result.exception)


def test_help_has_examples() -> None:
    result = _run("--help")
    assert result.exit_code == 0
    assert _within(result.output.count("ecocharge generate --"), 3, 15)


def test_command_writes_seeds_where_told(fresh_seeds: Path, tmp_path: Path) -> None:
    result = _run("--out", str(tmp_path / "new" / "folder"))
    assert result.exit_code == 0
    assert re.search(r"sessions at 10 stations in [\d.]+ s \([\d,]+ sessions/s\), 5", result.output)
    for name in SEEDS:
        written = (tmp_path / "new" / "folder" / name).read_bytes()
        assert written == (fresh_seeds / name).read_bytes()


def test_command_lands_and_registers_what_it_landed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOCHARGE_HOME", str(tmp_path))
    monkeypatch.setenv("ECOCHARGE_LANDING", "landing")
    monkeypatch.setenv("ECOCHARGE_STATE", "state/state.duckdb")
    period = ("--from", "2025-01-01", "--to", "2025-01-14")
    for stations in ("4", "2"):
        result = _run("--preset", "s", "--stations", stations, *period)
        assert result.exit_code == 0, result.output
    with duckdb.connect(str(tmp_path / "state" / "state.duckdb"), read_only=True) as state:
        manifest = state.execute(
            "select source_file, rows_in, load_id, size_bytes from landing.manifest "
            "where source_system = 'native' order by arrival_seq"
        ).fetchall()
    assert len(manifest) == len(ENTITIES)
    for source_file, rows, load, size in manifest:
        path = tmp_path / "landing" / source_file
        table = pq.read_table(path)
        assert (table.num_rows, path.stat().st_size) == (rows, size)
        assert set(table["load_id"].to_pylist()) <= {load}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "2025-06-01", "--to", "2025-05-01"), "before it begins"),
        (("--from", "1970-01-01"), "outside"),
        (("--preset", "huge"), "no preset 'huge'"),
        (("--stations", "0"), "cannot make 0 stations"),
        (("--seed", "-1"), "out of range"),
    ],
)
def test_bad_options_are_explained(arguments: tuple[str, ...], words: str) -> None:
    assert words in _error(*arguments)


@pytest.mark.parametrize("preset", ["xs", "s"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, preset: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    blocked = tmp_path / "file" / "below"
    message = _error("--preset", preset, "--stations", "1", "--out", str(blocked))
    assert str(blocked) in message
    assert "--out" in message


def test_all_local_days_of_the_period_and_no_others(feed: duckdb.DuckDBPyConnection) -> None:
    assert _one(
        feed,
        "select min(cast(started_local as date)), max(cast(started_local as date)), "
        "count(distinct cast(started_local as date)) from charging",
    ) == (date(2025, 2, 3), date(2025, 6, 29), 147)
    zones = feed.execute("select distinct time_zone from stations").fetchall()
    offsets = {datetime(2025, 6, 1, tzinfo=ZoneInfo(zone)).utcoffset() for (zone,) in zones}
    assert len(offsets) == len(zones)
