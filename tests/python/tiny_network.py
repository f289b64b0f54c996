"""A tiny project with a real warehouse: contract-shaped marts, and dbt's artifacts beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb

from ecocharge.paths import Paths

DAYS = 70
MOVES_A_PATH = {
    "ECOCHARGE_WAREHOUSE",
    "ECOCHARGE_STATE",
    "ECOCHARGE_PUBLISHED",
    "ECOCHARGE_SITE",
    "DBT_TARGET_PATH",
}
NETWORK = f"""
create schema core;
create schema operations;
create schema sustainability;
create schema forecasting;
create schema quality;

create table core.dim_stations as
select
    'demo:ST0' || n as station_id,
    'demo' as source_system,
    ['Harbour', 'Mill Lane', 'Old </script> Town', 'Mill Lane', 'North Road'][n + 1]
        as station_name,
    'street' as site_type,
    ['Lund', 'Lund', 'Ystad', 'Ystad', 'Visby'][n + 1] as city,
    'SE' as country_code,
    ['M', 'M', null, 'M', 'I'][n + 1] as region,
    55.0 + n as latitude,
    13.0 + n as longitude,
    'Europe/Stockholm' as time_zone,
    n = 2 as time_zone_inferred,
    2 + n % 3 as port_count,
    cast(22 * (1 + n % 3) as decimal(18, 6)) as rated_kw,
    date '2025-03-10' as in_service_from,
    case when n = 3 then date '2025-05-18' end as in_service_to,
from range(5) stations(n)
union all by name
select 'demo:UNKNOWN' as station_id, 'demo' as source_system, 'Unknown station' as station_name;

create table core.fct_charging_sessions as
select
    md5(d || '-' || n || '-' || s) as session_id,
    'demo' as source_system,
    case when d % 23 = 0 and s = 0 then 'demo:UNKNOWN' else 'demo:ST0' || n end as station_id,
    timestamp '2025-03-10' + to_days(cast(d as integer)) + to_hours(cast(6 + 5 * s + n as integer))
        as started_at_utc,
    cast((7 + hash(d, n, s) % 30000000 / 1000000.0) * (1 + n) / 3 as decimal(18, 6)) as energy_kwh,
from range({DAYS}) days(d), range(5) stations(n), range(3) sessions(s)
where hash(d, s, n) % 5 > 0;

create table core.fct_energy_hourly_local as
with stations as (select distinct station_id from core.fct_charging_sessions),
bounds as (
    select
        min(cast(started_at_utc as date)) as first_day,
        max(cast(started_at_utc as date)) as last_day,
    from core.fct_charging_sessions
),
hours as (
    select
        station_id,
        unnest(range(
            cast(first_day as timestamp), cast(last_day + 1 as timestamp), interval 1 hour
        )) as hour_start_local,
        first_day,
    from stations, bounds
),
energy as (
    select
        station_id,
        date_trunc('hour', started_at_utc) as hour_start_local,
        sum(energy_kwh) as energy_kwh,
        count(*) as sessions_started,
    from core.fct_charging_sessions
    group by all
)
select
    station_id,
    hour_start_local,
    cast(hour_start_local as date) as date_local,
    hour(hour_start_local) as hour_of_day,
    case when isodow(hour_start_local) > 5 then 'weekend' else 'weekday' end as day_type,
    cast(coalesce(energy_kwh, 0) as decimal(18, 6)) as energy_kwh,
    coalesce(sessions_started, 0) as sessions_started,
    -- The feed began at four in the morning.
    hour_start_local >= first_day + interval 4 hour as is_feed_complete,
from hours
left join energy using (station_id, hour_start_local);

create table operations.rpt_station_efficiency as
select
    station_id,
    cast(started_at_utc as date) as date_local,
    any_value(port_count) * 1440 as port_minutes_in_service,
    case when station_id != 'demo:ST04' then count(*) * 95.5 end as occupied_minutes,
    count(*) * 60.0 as charging_minutes,
    case when station_id != 'demo:ST03' then count(*) * 35.5 end as idle_minutes,
    count(*) * 95.5 as charging_known_minutes,
    any_value(port_count * rated_kw) * 24 as capacity_kwh,
    sum(energy_kwh) as energy_kwh,
    max(energy_kwh) as peak_15min_kw,
    count(*) as sessions_started,
from core.fct_charging_sessions
inner join core.dim_stations using (station_id)
where station_id != 'demo:UNKNOWN'
group by station_id, date_local;

create table sustainability.fct_emissions_daily as
select
    station_id,
    cast(started_at_utc as date) as date_local,
    sum(energy_kwh) as energy_kwh,
    case when station_id = 'demo:ST04' then 0 else sum(energy_kwh) end as covered_kwh,
    case when station_id != 'demo:ST04' then sum(energy_kwh) * 0.041 end as grid_kg_co2,
    case when station_id != 'demo:ST04' then sum(energy_kwh) * 0.81 end as petrol_kg_co2,
    case when station_id != 'demo:ST04' then sum(energy_kwh) * 0.769 end as avoided_kg_co2,
    case when station_id = 'demo:ST04' then 'none' else 'hourly' end as factor_method,
    'us_epa_2024' as baseline_id,
from core.fct_charging_sessions
group by station_id, date_local;

create table sustainability.rpt_emissions_by_hour_location as
with hours as (
    select *, (0.02 + hour_of_day / 1000) * energy_kwh as grid_kg_co2
    from core.fct_energy_hourly_local
    where energy_kwh > 0
)
select
    station_id,
    cast(date_trunc('month', date_local) as date) as month,
    day_type,
    hour_of_day,
    sum(energy_kwh) as energy_kwh,
    case when station_id = 'demo:ST04' then 0 else sum(energy_kwh) end as covered_kwh,
    case when station_id != 'demo:ST04' then sum(grid_kg_co2) end as grid_kg_co2,
from hours
group by station_id, month, day_type, hour_of_day;

create table forecasting.rpt_forecast_vs_actual as
with series as (
    select station_id as series_id, 'station' as level, 4 as size
    from core.dim_stations
    where station_id != 'demo:UNKNOWN'
    union all values ('demo:network', 'network', 20), ('demo:city:lund', 'city', 8)
),
hours as (
    select
        *,
        timestamp '2025-04-10' + to_hours(cast(h as integer)) as target_hour_utc,
        size * greatest(0.2 + sin((h % 24 - 6) * pi() / 12), 0) as shape,
    from series, range(35 * 24) hours(h)
)
select
    series_id,
    level,
    target_hour_utc,
    case when h < 34 * 24 and h % 97 != 0 then
        cast(shape * (0.6 + hash(series_id, h) % 800 / 1000.0) as decimal(18, 6))
    end as actual_kwh,
    cast(shape as decimal(18, 6)) as forecast_kwh,
    cast(shape as decimal(18, 6)) as mean_kwh,
    cast(shape * 0.65 as decimal(18, 6)) as p10_kwh,
    cast(shape * 1.35 as decimal(18, 6)) as p90_kwh,
    cast(shape * (0.6 + hash(h, size) % 900 / 1000.0) as decimal(18, 6)) as naive_kwh,
from hours;

create table forecasting.rpt_forecast_accuracy as
with errors as (
    select *, unnest(['hist_gradient_boosting', 'naive_week']) as algorithm,
    from forecasting.rpt_forecast_vs_actual
    where actual_kwh is not null
),
chosen as (
    select *, if(algorithm = 'naive_week', naive_kwh, forecast_kwh) as guess_kwh from errors
)
select
    algorithm || '-1' as model_id, algorithm, series_id, level,
    case when hour(target_hour_utc) < 6 then '1-6' else '7-24' end as horizon_band,
    count(*) as n,
    sum(abs(guess_kwh - actual_kwh)) as sum_abs_error,
    sum(actual_kwh) as sum_actual,
    case when algorithm != 'naive_week' then
        count(*) filter (actual_kwh between p10_kwh and p90_kwh)
    end as n_covered_80,
    n_covered_80 / count(*) as coverage_80,
    cast(sum(guess_kwh - actual_kwh) / nullif(sum(actual_kwh), 0) as double) as bias,
from chosen
group by algorithm, series_id, level, horizon_band;

create table quality.rpt_reconciliation as
select
    'demo' as source_system,
    'sessions_' || n || '.csv' as source_file,
    400 as rows_in, 380 as accepted, 8 as quarantined, 4 as exact_duplicates,
    3 as natural_duplicates, 2 as superseded, 1 as credited, 1 as not_final,
    1 as supporting_records,
    cast(5000.5 as decimal(18, 6)) as energy_in_kwh,
    cast(4800.25 as decimal(18, 6)) as energy_accepted_kwh,
    cast(120.25 as decimal(18, 6)) as energy_quarantined_kwh,
    cast(80 as decimal(18, 6)) as energy_duplicate_kwh,
from range(3) files(n);
"""
NOTHING_HAPPENED = """
update core.dim_stations set station_name = station_name;
truncate core.fct_charging_sessions;
truncate core.fct_energy_hourly_local;
truncate operations.rpt_station_efficiency;
truncate sustainability.fct_emissions_daily;
truncate sustainability.rpt_emissions_by_hour_location;
truncate forecasting.rpt_forecast_vs_actual;
truncate forecasting.rpt_forecast_accuracy;
truncate quality.rpt_reconciliation;
"""
PRIVATE = "create schema staging; create table staging.stg_demo as select 'secret' as word;"


UNIQUE = {
    "fct_charging_sessions": ["session_id"],
    "rpt_station_efficiency": ["station_id", "date_local"],
}
BY_MONTH = {
    "fct_charging_sessions": "started_at_utc",
    "fct_energy_hourly_local": "hour_start_local",
}


def _tables(paths: Paths) -> list[tuple[str, str]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()


def write_artifacts(paths: Paths, invocation_id: str = "first-run") -> None:
    """dbt's `manifest.json` and `run_results.json` of a green build of every mart."""
    nodes: dict[str, dict[str, object]] = {}
    results = []
    for schema, table in _tables(paths):
        model = f"model.tiny.{table}"
        test = f"test.tiny.not_null_{table}"
        nodes[model] = {
            "resource_type": "model",
            "access": "private" if schema == "staging" else "public",
            "name": table,
            "alias": table,
            "database": "ecocharge",
            "schema": schema,
            "description": f"What {table} says; it's described.",
            "constraints": (
                [{"type": "primary_key", "columns": ["station_id"]}]
                if table == "dim_stations"
                else []
            ),
            "config": {
                "meta": {"partition_by_month": BY_MONTH[table]} if table in BY_MONTH else {}
            },
            "columns": {
                "station_id": {"description": "The station's key."},
                "not_in_the_table": {"description": "Described, yet absent."},
            },
        }
        nodes[test] = {"resource_type": "test", "depends_on": {"nodes": [model]}}
        if table in UNIQUE:
            nodes[test] |= {
                "attached_node": model,
                "test_metadata": {
                    "name": "unique_combination",
                    "kwargs": {"columns": UNIQUE[table]},
                },
            }
        results += [
            {"unique_id": model, "status": "success"},
            {"unique_id": test, "status": "pass"},
        ]
    results.append({"unique_id": "exposure.tiny.page", "status": "no-op"})
    metadata = {"invocation_id": invocation_id}
    paths.target.mkdir(exist_ok=True)
    (paths.target / "manifest.json").write_text(json.dumps({"metadata": metadata, "nodes": nodes}))
    (paths.target / "run_results.json").write_text(
        json.dumps({"metadata": metadata, "args": {"which": "build"}, "results": results})
    )


def change_warehouse(paths: Paths, sql: str, invocation_id: str) -> None:
    """What a later green build does: change the warehouse, then leave new artifacts."""
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(sql)
    write_artifacts(paths, invocation_id)


def make_project(root: Path) -> Paths:
    """A built project under `root`, and a state file with one landed file."""
    moved = MOVES_A_PATH & os.environ.keys()
    assert not moved, f"these would lead the tests to real files; unset them: {sorted(moved)}"
    (root / "dbt_project.yml").write_text("name: tiny\n")
    paths = Paths(root)
    paths.warehouse.parent.mkdir()
    paths.state.parent.mkdir()
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(NETWORK + PRIVATE)
    with duckdb.connect(str(paths.state)) as connection:
        connection.execute(
            "create schema landing; create table landing.manifest as"
            " select 'demo' as source_system, 'session' as entity,"
            " 'sessions_0.csv' as source_file, '0123456789abcdef' as load_id"
        )
    write_artifacts(paths)
    return paths
