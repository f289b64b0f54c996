"""What readers have been told: each published day, and each value that took another's place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ecocharge.publishing.database import attach_read_only
from ecocharge.state import open_state

# The mart that tells of restatements; a project without it keeps no history.
MART = "fct_restatements"

_RESTATEMENTS = """
insert or ignore into quality.restatements by name
select * from build.quality.fct_restatements
"""

_DAYS = """
insert into quality.published_days
with last_published as (
    select * from quality.published_days
    qualify row_number() over (
        partition by station_id, date_local, measure, unit order by generation_id desc
    ) = 1
)
select
    $generation_id,
    $published_at_utc,
    coalesce(totals.source_system, last_published.source_system),
    coalesce(totals.station_id, last_published.station_id),
    coalesce(totals.date_local, last_published.date_local),
    coalesce(totals.measure, last_published.measure),
    coalesce(totals.unit, last_published.unit),
    totals.day_total,
    coalesce(totals.is_partial, false)
from build.intermediate.int_quality__day_totals as totals
full outer join last_published using (station_id, date_local, measure, unit)
where
    (totals.day_total, totals.is_partial)
    is distinct from (last_published.day_total, last_published.is_partial)
    and (
        totals.station_id is not null
        -- What a build leaves out because its feed is not listed stays published as it was.
        or (
            last_published.day_total is not null
            and last_published.source_system
            in (select source_system from build.intermediate.int_sources__feeds)
        )
    )
"""

_LOADS = """
insert into quality.published_loads
with last_published as (
    select * from quality.published_loads
    qualify row_number() over (
        partition by source_system, load_id order by generation_id desc
    ) = 1
),
files as (
    select distinct source_system, load_id from build.quality.rpt_reconciliation
)
select
    $generation_id,
    $published_at_utc,
    coalesce(files.source_system, last_published.source_system),
    coalesce(files.load_id, last_published.load_id),
    files.load_id is not null
from files
full outer join last_published using (source_system, load_id)
where
    (files.load_id is not null) is distinct from last_published.is_present
    and (
        files.load_id is not null
        or last_published.source_system
        in (select source_system from build.intermediate.int_sources__feeds)
    )
"""


def remember(state: Path, warehouse: Path, generation_id: str, published_at_utc: datetime) -> None:
    """Add what a generation publishes to the history, in one transaction.

    Only what differs from the last published value is added, so that publishing a build twice
    adds nothing.

    Args:
        state: the durable state, see `Paths.state`.
        warehouse: the build that the generation is made of.
        generation_id: the new generation; ids sort as they were made.
        published_at_utc: when it was made, UTC without a zone.

    Raises:
        EcoChargeError: when the state or the warehouse is in use.
    """
    stamp = {"generation_id": generation_id, "published_at_utc": published_at_utc}
    with open_state(state) as connection:
        attach_read_only(connection, warehouse, "build")
        connection.begin()
        for statement, values in ((_RESTATEMENTS, None), (_DAYS, stamp), (_LOADS, stamp)):
            connection.execute(statement, values)
        connection.commit()
