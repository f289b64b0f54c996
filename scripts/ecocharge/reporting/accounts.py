"""Where every row and every kWh went."""

from __future__ import annotations

import duckdb
from rich.console import Console

from ecocharge.reporting.tables import query_table

_CLASSES = """
    with totals as (
        select * from quality.rpt_reconciliation
    ),

    classes as (
        select source_system, 1 as place, 'rows in' as class, rows_in as n, energy_in_kwh as kwh
        from totals
        union all
        select source_system, 2, 'accepted', accepted, energy_accepted_kwh from totals
        union all
        select source_system, 3, 'quarantined', quarantined, energy_quarantined_kwh from totals
        union all
        select
            source_system, 4, 'exact and natural duplicates, superseded',
            exact_duplicates + natural_duplicates + superseded, energy_duplicate_kwh
        from totals
        union all
        select source_system, 5, 'credited', credited, energy_credited_kwh from totals
        union all
        select source_system, 6, 'not final', not_final, energy_not_final_kwh from totals
        union all
        select source_system, 7, 'supporting records', supporting_records, null from totals
    )

    select
        source_system as source,
        class,
        sum(n)::bigint as rows,
        sum(kwh)::decimal(28, 6) as energy_kwh
    from classes
    group by source_system, place, class
    order by source_system, place
"""

_DAYS = """
    select
        source_system as source,
        min(date_local) as first_day,
        max(date_local) as last_day,
        count(distinct date_local) as days_with_a_start,
        count(distinct station_id) as stations,
        count(*) as sessions
    from core.fct_charging_sessions
    group by source_system
    order by source_system
"""

_FILES = """
    select
        source_system as source,
        source_file as file,
        rows_in,
        accepted,
        quarantined as refused,
        exact_duplicates,
        natural_duplicates,
        superseded,
        not_final + credited as open_or_credited,
        supporting_records as supporting,
        rows_in - accepted - quarantined - exact_duplicates - natural_duplicates - superseded
        - credited - not_final - supporting_records as unexplained
    from quality.rpt_reconciliation
    order by source_system, source_file, load_id
"""

_REFUSED = """
    select
        refused.source_system as source,
        refused.reasons,
        count(*) as rows,
        coalesce(sum(refused.energy_kwh), 0)::decimal(28, 6) as energy_kwh,
        min(refused.source_file || ':' || refused.source_line) as for_example
    from quality.fct_quarantined_sessions as refused
    group by all
    order by 1, rows desc, 2
"""

_FLAGGED = """
    with flags as (
        select
            source_system,
            energy_kwh,
            unnest(string_split(quality_flags, ',')) as flag
        from core.fct_charging_sessions
    )

    select
        source_system as source,
        flag,
        count(*) as sessions,
        sum(energy_kwh)::decimal(18, 6) as energy_kwh
    from flags
    group by all
    order by 1, sessions desc, 2
"""

_CONSERVATION = """
    with sessions as (
        select stations.source_system, sum(facts.energy_kwh)::decimal(18, 6) as kwh
        from core.fct_charging_sessions as facts
        inner join core.dim_stations as stations using (station_id)
        group by 1
    ),

    quarter_hours as (
        select stations.source_system, sum(facts.energy_kwh)::decimal(18, 6) as kwh
        from core.fct_energy_15min as facts
        inner join core.dim_stations as stations using (station_id)
        group by 1
    ),

    hours as (
        select stations.source_system, sum(facts.energy_kwh)::decimal(18, 6) as kwh
        from core.fct_energy_hourly as facts
        inner join core.dim_stations as stations using (station_id)
        group by 1
    ),

    local_hours as (
        select stations.source_system, sum(facts.energy_kwh)::decimal(18, 6) as kwh
        from core.fct_energy_hourly_local as facts
        inner join core.dim_stations as stations using (station_id)
        group by 1
    )

    select
        source_system as source,
        sessions.kwh as sessions_kwh,
        quarter_hours.kwh - sessions.kwh as quarter_hours_differ_by,
        hours.kwh - sessions.kwh as hours_differ_by,
        local_hours.kwh - sessions.kwh as local_hours_differ_by
    from sessions
    left join quarter_hours using (source_system)
    left join hours using (source_system)
    left join local_hours using (source_system)
    order by 1
"""


def print_rows(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Rows by class, days and file, refused rows by reason, accepted sessions by flag."""
    for title, sql in (
        ("Rows and energy by class", _CLASSES),
        ("Accepted sessions by local day of their start", _DAYS),
        ("Rows by file", _FILES),
        ("Refused rows by reason", _REFUSED),
        ("Accepted sessions by flag (one may have several)", _FLAGGED),
    ):
        console.print(query_table(connection, title, sql))


def print_energy(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """What is lost between the facts: exactly nothing, or the build is red."""
    console.print(query_table(connection, "Energy between the facts, kWh", _CONSERVATION))
