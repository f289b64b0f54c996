"""Over the large preset: no overlap, no id twice, no energy above what power and time allow."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ecocharge.generator.engines import choose_engine
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import make_landing

OVERLAPS = """
    select count(*) from (
        select started_at < max(until) over (
            partition by {who} order by started_at, until
            rows between unbounded preceding and 1 preceding
        ) as is_overlap
        from feed where {who} is not null
    ) where is_overlap
"""


def _violations(folder: Path, export_at: int) -> dict[str, int]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set memory_limit = '4GB'; set threads = 1")
    connection.execute(
        f"""
        create table feed as
        select
            session_id, connector_id, port_id, s.driver_key, rated_kw::double as rated_kw,
            epoch(started_at_utc::timestamptz)::bigint as started_at,
            epoch(ended_at_utc::timestamptz)::bigint as ended_at,
            coalesce(ended_at, {export_at}) as until,
            epoch(coalesce(charging_ended_at_utc, ended_at_utc)::timestamptz)::bigint as charged_at,
            round(energy_kwh::double * 1000)::bigint as energy_wh,
        from read_parquet('{folder}/native_sessions/*.parquet') s
        join read_parquet('{folder}/native_connectors/*.parquet') c using (connector_id)
        """
    )

    def one(query: str) -> int:
        row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    landed = one(f"select count(*) from read_parquet('{folder}/native_sessions/*.parquet')")
    return {
        "rows without a connector": landed - one("select count(*) from feed"),
        "ids twice": one("select count(*) - count(distinct session_id) from feed"),
        "ends before starts": one("select count(*) from feed where not started_at < until"),
        "energy above power": one(
            "select count(*) from feed "
            "where energy_wh * 3600 > round(rated_kw * 1000) * (charged_at - started_at)"
        ),
        "negative energy": one("select count(*) from feed where energy_wh < 0"),
        "overlaps at a port": one(OVERLAPS.format(who="port_id")),
        "overlaps at a connector": one(OVERLAPS.format(who="connector_id")),
        "overlaps of a driver": one(OVERLAPS.format(who="driver_key")),
    }


def _checked(plan: Plan, folder: Path) -> int:
    made = make_landing(plan, folder, engine=choose_engine("auto", plan.expected_sessions))
    violations = _violations(folder, plan.export_at)
    print(f"seed {plan.seed}: {made.sessions:,} sessions, {violations}")
    assert set(violations.values()) == {0}
    return made.sessions


def test_a_small_network_obeys(tmp_path: Path) -> None:
    assert _checked(Plan.of("s", stations=12, years=1), tmp_path / "native") > 0


def test_a_broken_feed_is_noticed(tmp_path: Path) -> None:
    plan = Plan.of("s", stations=1)
    folder = tmp_path / "native"
    make_landing(plan, folder)
    (part,) = folder.glob("native_sessions/*.parquet")
    broken = folder / "native_sessions" / "part-00001.parquet"
    duckdb.connect().execute(
        f"copy (select * replace ('99.9' as energy_kwh) from '{part}' limit 50) to '{broken}'"
    )
    violations = _violations(folder, plan.export_at)
    assert violations["ids twice"] > 0
    assert violations["energy above power"] > 0
    assert violations["overlaps at a port"] > 0


@pytest.mark.prove
def test_ten_million_sessions_obey(tmp_path: Path) -> None:
    assert _checked(Plan.of("l"), tmp_path / "native") == pytest.approx(10_000_000, rel=0.1)


def test_readings_end_with_their_session(tmp_path: Path) -> None:
    """Also where a site does not tell when charging ended."""
    plan = Plan.of("s", first=date(2025, 3, 3), last=date(2025, 3, 30), meters="all")
    make_landing(plan, tmp_path / "native")
    found = (
        duckdb.connect()
        .execute(
            f"""
        select
            count(*),
            count(*) filter (s.charging_ended_at_utc is null and s.ended_at_utc is not null),
            count(*) filter (
                m.read_at_utc > coalesce(s.charging_ended_at_utc, s.ended_at_utc)
                or m.read_at_utc <= s.started_at_utc
                or m.energy_since_start_kwh::double > s.energy_kwh::double
            )
        from read_parquet('{tmp_path}/native/native_meter_values/*.parquet') m
        join read_parquet('{tmp_path}/native/native_sessions/*.parquet') s using (session_id)
        """
        )
        .fetchone()
    )
    assert found is not None
    readings, of_untold_ends, outside = found
    assert readings > of_untold_ends > 0
    assert outside == 0
