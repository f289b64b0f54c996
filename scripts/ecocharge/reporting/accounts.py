"""Where every row and every kWh went."""

from __future__ import annotations

import duckdb
from rich.table import Table

from ecocharge.reporting.tables import query_table

_CLASSES = """
    select
        source_system,
        coalesce(source_file, 'all files') as file,
        sum(rows_in)::bigint as rows_in,
        sum(accepted)::bigint as accepted,
        sum(quarantined)::bigint as quarantined,
        sum(exact_duplicates)::bigint as exact_duplicates,
        sum(natural_duplicates)::bigint as natural_duplicates,
        sum(superseded)::bigint as superseded,
        sum(credited)::bigint as credited,
        sum(not_final)::bigint as not_final,
        sum(supporting_records)::bigint as supporting,
        sum(
            rows_in - accepted - quarantined - exact_duplicates - natural_duplicates
            - superseded - credited - not_final - supporting_records
        )::bigint as unexplained
    from quality.rpt_reconciliation
    group by grouping sets ((source_system, source_file, load_id), (source_system))
    order by source_system, grouping(source_file), file
"""

_ENERGY = """
    select
        source_system,
        sum(energy_in_kwh)::decimal(18, 6) as naive_total_kwh,
        sum(energy_accepted_kwh)::decimal(18, 6) as accepted_kwh,
        sum(energy_quarantined_kwh)::decimal(18, 6) as quarantined_kwh,
        sum(energy_duplicate_kwh)::decimal(18, 6) as duplicate_kwh,
        sum(energy_credited_kwh)::decimal(18, 6) as credited_kwh,
        sum(energy_not_final_kwh)::decimal(18, 6) as not_final_kwh
    from quality.rpt_reconciliation
    group by source_system
    order by source_system
"""

_REFUSED = """
    select
        refused.source_system,
        refused.reasons,
        count(*) as rows,
        coalesce(sum(refused.energy_kwh), 0)::decimal(18, 6) as energy_kwh,
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
        source_system,
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
        source_system,
        sessions.kwh as sessions_kwh,
        quarter_hours.kwh - sessions.kwh as quarter_hours_difference,
        hours.kwh - sessions.kwh as hours_difference,
        local_hours.kwh - sessions.kwh as local_hours_difference
    from sessions
    left join quarter_hours using (source_system)
    left join hours using (source_system)
    left join local_hours using (source_system)
    order by 1
"""


def row_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Rows by class and file, refused rows by reason, accepted sessions by flag."""
    return [
        query_table(connection, "Rows by class", _CLASSES),
        query_table(connection, "Refused rows by reason", _REFUSED),
        query_table(connection, "Accepted sessions by flag (one may have several)", _FLAGGED),
    ]


def energy_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Energy by class, and what is lost between the facts: exactly nothing, or the build is red."""
    return [
        query_table(connection, "Energy by class, kWh", _ENERGY),
        query_table(connection, "Energy between the facts, kWh", _CONSERVATION),
    ]
