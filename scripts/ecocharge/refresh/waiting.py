"""Loads that wait: landed, and not in the generation that is published."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

_WAITING = """
with last_published as (
    select * from quality.published_loads
    qualify row_number() over (
        partition by source_system, load_id order by generation_id desc
    ) = 1
)
select count(*) from landing.manifest
where
    list_contains($sources, source_system)
    and (source_system, load_id)
    not in (select (source_system, load_id) from last_published where is_present)
"""


def waiting_loads(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], native_from: str | None
) -> int:
    """How many loads of some feeds wait to be built and published.

    A load counts once a generation with it is published, so whatever a kill leaves undone waits.

    Args:
        connection: from `ecocharge.state.open_state`.
        sources: the feeds that take part in the build.
        native_from: as for the build; the native feed's loads wait where they are what it reads.
    """
    read = [name for name in sources if name != "native" or native_from == "landing"]
    row = connection.execute(_WAITING, {"sources": read}).fetchone()
    return int(row[0]) if row else 0
