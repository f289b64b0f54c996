"""What a dry run found, read from its warehouse and from the landing of its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from ecocharge.landing.feeds import Feed
from ecocharge.landing.manifest import Load

WORST_LINES = 10
_RECORD_CHARACTERS = 120

_CLASSES = """
    with totals as (
        select
            row_class,
            coalesce(case when row_class in ('quarantined', 'not_final') then reasons end, '')
                as reason,
            count(*) as n,
            coalesce(sum(energy_kwh), 0)::decimal(18, 6) as energy_kwh
        from intermediate.int_sessions__classified
        group by all
    )

    select * from totals
    order by
        list_position(
            [
                'exact_duplicate', 'natural_duplicate', 'superseded', 'credited', 'quarantined',
                'not_final', 'accepted'
            ],
            row_class
        ),
        n desc,
        reason
"""

_RULES = """
    with broken as (
        select unnest(string_split(rules_broken, ',')) as rule_code
        from intermediate.int_sessions__classified
        where rules_broken is not null and row_class in ('accepted', 'quarantined', 'not_final')
    ),

    counted as (
        select rule_code, count(*) as n from broken group by rule_code
    )

    select
        rule_code,
        rules.severity,
        rules.effect,
        counted.n,
        rules.meaning,
        rules.remedy
    from counted
    inner join seeds.quality_rules as rules using (rule_code)
    order by list_position(['quarantine', 'not_final', 'flag'], rules.effect), counted.n desc, 1
"""

# The worst of each rule before the second worst of any: ten lines of one kind teach little.
_WORST = """
    with rows_and_rules as (
        select
            row_id,
            source_file,
            source_line,
            rules_broken,
            row_class,
            coalesce(reasons, rules_broken) as kind,
            started_at_utc,
            ended_at_utc,
            energy_kwh,
            raw_bytes
        from intermediate.int_sessions__classified
        where row_class in ('quarantined', 'not_final')
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by row_class, kind
                order by abs(energy_kwh) desc nulls last, source_file, source_line
            ) as place
        from rows_and_rules
    )

    select
        ranked.source_file,
        ranked.source_line,
        ranked.rules_broken,
        ranked.started_at_utc,
        ranked.ended_at_utc,
        ranked.energy_kwh,
        coalesce(landed.masked_record, 'bytes=' || ranked.raw_bytes) as record
    from ranked
    left join intermediate.int_sessions__unioned as landed using (row_id)
    order by
        place,
        list_position(['quarantined', 'not_final'], row_class),
        abs(ranked.energy_kwh) desc nulls last,
        ranked.source_file,
        ranked.source_line
    limit ?
"""

_SPAN = """
    with accepted as (
        select *, started_at_utc at time zone 'UTC' at time zone time_zone as started_at_local
        from intermediate.int_sessions__classified
        where row_class = 'accepted'
    )

    select
        min(started_at_local)::date,
        max(started_at_local)::date,
        count(distinct station_id),
        count(distinct coalesce(connector_id, native_charger_id)),
        coalesce(string_agg(distinct time_zone, ', ' order by time_zone), '')
    from accepted
"""


@dataclass(frozen=True)
class RowClass:
    """Rows of one class and, where they are refused or wait, one set of reasons."""

    row_class: str
    reason: str
    rows: int
    energy_kwh: Decimal


@dataclass(frozen=True)
class BrokenRule:
    """A rule that standing rows break."""

    rule_code: str
    severity: str
    effect: str
    rows: int
    meaning: str
    remedy: str


@dataclass(frozen=True)
class WorstLine:
    """A refused or waiting row; `record` holds no personal value and is cut short."""

    source_file: str
    source_line: int
    rules: str
    started_at_utc: str | None
    ended_at_utc: str | None
    energy_kwh: Decimal | None
    record: str


@dataclass(frozen=True)
class Findings:
    """All that a dry run found.

    Attributes:
        source: name of the feed.
        files: the loads, one for each file.
        classes: sessions by class and reason; `accepted` last.
        rules: broken rules, those that refuse first.
        worst: at most ten lines.
        supporting_records: rows that report no session.
        first_day, last_day: local days of accepted starts, None where there are none.
        time_zone_from: where the zone comes from, in words.
    """

    source: str
    files: tuple[Load, ...]
    classes: tuple[RowClass, ...]
    rules: tuple[BrokenRule, ...]
    worst: tuple[WorstLine, ...]
    supporting_records: int
    first_day: date | None
    last_day: date | None
    stations: int
    connectors: int
    time_zones: str
    time_zone_from: str

    @property
    def naive_kwh(self) -> Decimal:
        """What a plain sum over the energy column gives."""
        return sum((one.energy_kwh for one in self.classes), Decimal(0))

    @property
    def accepted_kwh(self) -> Decimal:
        """What would count."""
        accepted = (one.energy_kwh for one in self.classes if one.row_class == "accepted")
        return sum(accepted, Decimal(0))

    @property
    def refused(self) -> int:
        """Number of quarantined rows."""
        return sum(one.rows for one in self.classes if one.row_class == "quarantined")

    def to_json(self) -> dict[str, Any]:
        """For `json.dumps` with `default=str`; energies are exact decimal text."""
        found = asdict(self)
        found["files"] = [asdict(load) for load in self.files]
        return found | {"naive_kwh": self.naive_kwh, "accepted_kwh": self.accepted_kwh}


def read_findings(
    connection: duckdb.DuckDBPyConnection, feed: Feed, loads: Sequence[Load]
) -> Findings:
    """Gather the findings of a dry run.

    Args:
        connection: to the warehouse that `run_models` built.
        feed: whose files they are.
        loads: what was landed of them.
    """
    classes = tuple(RowClass(*row) for row in connection.execute(_CLASSES).fetchall())
    rules = tuple(BrokenRule(*row) for row in connection.execute(_RULES).fetchall())
    worst = connection.execute(_WORST, [WORST_LINES]).fetchall()
    span = connection.execute(_SPAN).fetchone() or (None, None, 0, 0, "")
    rows_in = sum(load.rows_in for load in loads)
    return Findings(
        source=feed.name,
        files=tuple(loads),
        classes=classes,
        rules=rules,
        worst=tuple(_worst_line(*row) for row in worst),
        supporting_records=rows_in - sum(one.rows for one in classes),
        first_day=span[0],
        last_day=span[1],
        stations=span[2],
        connectors=span[3],
        time_zones=span[4],
        time_zone_from=_zone_source(feed),
    )


def _worst_line(
    file: str,
    line: int,
    rules: str,
    started: object,
    ended: object,
    energy: Decimal | None,
    record: str | None,
) -> WorstLine:
    whole = record or ""
    short = f"{whole[:_RECORD_CHARACTERS]}..." if len(whole) > _RECORD_CHARACTERS else whole
    return WorstLine(file, line, rules, _stamp(started), _stamp(ended), energy, short)


def _stamp(value: object) -> str | None:
    return None if value is None else str(value)


def _zone_source(feed: Feed) -> str:
    if feed.time_zone is None:
        return "from the rows or the stations; UTC where they say nothing"
    assumed = ", assumed: nobody states it" if feed.time_zone_is_assumed else ""
    return f"{feed.time_zone} by the feed's settings{assumed}"
