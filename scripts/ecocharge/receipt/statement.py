"""The steps from the plain total to the true one, as exact sums over the marts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from ecocharge.errors import EcoChargeError
from ecocharge.receipt.scope import Scope

PLAIN, TRUE = "plain", "true"
MOVED_OUT, MOVED_IN, RE_DATED = "moved_out", "moved_in", "re_dated"

# A spreadsheet puts a row whose day and month were exchanged on the day as written.
_ROWS = """
create or replace temp table receipt_rows as
with told as (
    select
        source_system,
        source_file,
        source_line,
        load_id,
        'accepted' as row_class,
        null as reasons,
        quality_flags as rules_broken,
        split_method,
        session_id,
        station_id,
        started_at_local,
        energy_kwh,
    from core.fct_charging_sessions
    union all
    select
        source_system,
        source_file,
        source_line,
        load_id,
        row_class,
        reasons,
        rules_broken,
        null as split_method,
        session_id,
        station_id,
        started_at_local,
        energy_kwh,
    from quality.fct_uncounted_rows
),

dated as (
    select
        *,
        cast(started_at_local as date) as true_date,
        case
            when list_contains(string_split(rules_broken, ','), 'SWAPPED_DATE_REPAIRED')
                and day(started_at_local) <= 12
                then make_date(
                    year(started_at_local), day(started_at_local), month(started_at_local)
                )
            else cast(started_at_local as date)
        end as written_date,
    from told
    where len($sources) = 0 or list_contains($sources, source_system)
),

placed as (
    select
        *,
        written_date is distinct from true_date as is_re_dated,
        not $has_period or coalesce(
            written_date between coalesce($first, written_date) and coalesce($last, written_date),
            false
        ) as is_in_as_written,
        not $has_period or coalesce(
            true_date between coalesce($first, true_date) and coalesce($last, true_date), false
        ) as is_in,
    from dated
)

select
    source_system,
    source_file,
    source_line,
    load_id,
    reasons,
    rules_broken,
    split_method,
    session_id,
    station_id,
    started_at_local,
    coalesce(energy_kwh, 0) as energy_kwh,
    is_in_as_written,
    is_in and row_class = 'accepted' as is_counted,
    case
        when row_class <> 'accepted' then row_class
        when is_in_as_written and not is_in then 'moved_out'
        when is_in and not is_in_as_written then 'moved_in'
        when is_re_dated then 're_dated'
        else 'accepted'
    end as kind,
    case when row_class in ('quarantined', 'not_final') then coalesce(reasons, '') else '' end
        as reason,
from placed
where is_in_as_written or (is_in and row_class = 'accepted')
"""

# Rows that leave the sum weigh against it; rows that only change their day within the period weigh
# nothing.
_STEPS = """
select
    kind,
    reason,
    count(*) as n,
    cast(
        sum(case kind when 'moved_in' then energy_kwh when 're_dated' then 0 else -energy_kwh end)
        as decimal(38, 6)
    ) as kwh,
from receipt_rows
where kind <> 'accepted'
group by kind, reason
order by
    list_position(
        [
            'exact_duplicate', 'natural_duplicate', 'superseded', 'credited', 'moved_out',
            'moved_in', 're_dated', 'quarantined', 'not_final'
        ],
        kind
    ),
    abs(sum(energy_kwh)) desc,
    reason
"""

_ENDS = """
select
    count(*) filter (is_in_as_written),
    cast(coalesce(sum(energy_kwh) filter (is_in_as_written), 0) as decimal(38, 6)),
    count(*) filter (is_counted),
    cast(coalesce(sum(energy_kwh) filter (is_counted), 0) as decimal(38, 6)),
from receipt_rows
"""

_UNDATED = """
select count(*)
from quality.fct_uncounted_rows
where
    started_at_local is null
    and (len($sources) = 0 or list_contains($sources, source_system))
"""


@dataclass(frozen=True)
class Step:
    """One line between the totals: `kwh` is what it adds to the sum so far, exact.

    Attributes:
        kind: a row class, or one of `MOVED_OUT`, `MOVED_IN` and `RE_DATED`.
        reason: rule codes, comma separated, of refused and unfinished rows; empty for others.
    """

    kind: str
    reason: str
    rows: int
    kwh: Decimal


@dataclass(frozen=True)
class Statement:
    """Both totals in kWh with their rows, and every step between them.

    `undated` rows have no start, so that no spreadsheet finds them in a period.
    """

    scope: Scope
    sources: tuple[str, ...]
    plain_rows: int
    plain_kwh: Decimal
    true_rows: int
    true_kwh: Decimal
    steps: tuple[Step, ...]
    undated: int


def make_statement(connection: duckdb.DuckDBPyConnection, scope: Scope) -> Statement:
    """The statement of one scope; its rows stay in the temporary table `receipt_rows`.

    Args:
        connection: has `core.fct_charging_sessions` and `quality.fct_uncounted_rows`.
        scope: feeds and period.

    Raises:
        EcoChargeError: a feed of the scope has no rows, or the steps do not add up.
    """
    connection.execute(
        _ROWS,
        {
            "sources": list(scope.sources),
            "has_period": scope.has_period,
            "first": scope.first,
            "last": scope.last,
        },
    )
    sources = _sources(connection, scope)
    plain_rows, plain_kwh, true_rows, true_kwh = connection.execute(_ENDS).fetchall()[0]
    steps = tuple(Step(*row) for row in connection.execute(_STEPS).fetchall())
    undated = (
        connection.execute(_UNDATED, {"sources": list(scope.sources)}).fetchall()[0][0]
        if scope.has_period
        else 0
    )
    left = plain_kwh + sum((step.kwh for step in steps), Decimal(0))
    if left != true_kwh:
        raise EcoChargeError(
            f"the steps lead to {left} kWh and the marts hold {true_kwh} kWh",
            remedy="report this: a receipt must add up to the last decimal",
        )
    return Statement(scope, sources, plain_rows, plain_kwh, true_rows, true_kwh, steps, undated)


def _sources(connection: duckdb.DuckDBPyConnection, scope: Scope) -> tuple[str, ...]:
    known = [
        row[0]
        for row in connection.execute(
            "select source_system from core.fct_charging_sessions"
            " union select source_system from quality.fct_uncounted_rows order by all"
        ).fetchall()
    ]
    for source in scope.sources:
        if source not in known:
            raise EcoChargeError(
                f"there are no rows of a feed {source!r}",
                remedy=f"choose among: {', '.join(known) or 'none; land and build first'}",
            )
    return tuple(scope.sources or known)
