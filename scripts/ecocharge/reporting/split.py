"""How much energy each split method puts into the wrong hour."""

from __future__ import annotations

import duckdb
from rich.console import Console

from ecocharge.reporting.tables import query_table

_SCORES = """
    with scores as (
        select
            source_system, truth, split_method, sessions, placed_sessions, energy_kwh,
            misplaced_kwh
        from intermediate.int_energy__split_scores
    ),

    -- Of a feed with several kinds of truth, all its sessions together.
    totals as (
        select
            source_system, 'all' as truth, split_method, sum(sessions)::bigint,
            sum(placed_sessions)::bigint, sum(energy_kwh)::decimal(18, 6),
            sum(misplaced_kwh)::decimal(18, 6)
        from scores
        where split_method <> 'CHARGING_WINDOW'
        group by source_system, split_method
        having count(*) > 1
    ),

    unioned as (
        select * from scores
        union all
        select * from totals
    )

    select
        source_system as source,
        truth,
        split_method as method,
        sessions,
        placed_sessions as placed,
        energy_kwh,
        misplaced_kwh,
        100.0 * misplaced_kwh / nullif(energy_kwh, 0) as percent_in_wrong_hour
    from unioned
    order by source_system, truth, misplaced_kwh desc, split_method
"""


def print_split(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """The score of each method, per feed and kind of truth; empty where no truth is known."""
    table = query_table(connection, "Energy in the wrong hour, by split method", _SCORES)
    console.print(table)
    if not table.row_count:
        console.print(
            "No session tells when it drew its energy: land meter values, charging periods or "
            "ends of charging, then run: ecocharge build"
        )
