"""What one more day costs beside a whole build, and a correction of two years ago.

    python benchmarks/arrivals.py [--preset m] [--folder target/arrivals] [--marts limit|all]

The network of a preset is landed and built whole. Then come, each as a file of its own that is
built at once: the next day (the sessions of its last day, a day later, under new ids), and a
correction of sessions that began two years before the end (`--corrected` of them, with a tenth
more energy and a later `last_updated`). In the end everything is built whole in a warehouse of its
own, and the marts are compared: all columns but lineage, as hashes of rows added up. Times are
those from dbt's first node to its last; what dbt takes to start is told apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ecocharge.bench.limit import MARTS
from ecocharge.bench.measuring import digests
from ecocharge.bench.project import Build, Network
from ecocharge.landing.manifest import Load, next_arrival_seq, register_load
from ecocharge.state import open_state

ROOT = Path(__file__).resolve().parents[1]
_FORECASTS = ("path:models/intermediate/forecasting", "path:models/marts/forecasting")
_NEXT_DAY = """
    select * replace (
        'next-' || session_id as session_id,
        {moments}
    )
    from sessions
    where started_at_utc >= (select max(started_at_utc)[:10] from sessions)
"""
_MOVED = (
    "strftime(try_strptime({0}, '%Y-%m-%dT%H:%M:%SZ') + interval 1 day, '%Y-%m-%dT%H:%M:%SZ')"
    " as {0}"
)
_MOMENTS = ("started_at_utc", "ended_at_utc", "charging_ended_at_utc", "last_updated_utc")
_CORRECTED = """
    select * replace (
        cast(cast(cast(energy_kwh as decimal(14, 3)) * 1.1 as decimal(14, 3)) as varchar)
            as energy_kwh,
        (select max(last_updated_utc) from sessions) as last_updated_utc
    )
    from sessions
    where
        energy_kwh <> ''
        and started_at_utc
        >= cast(cast((select max(started_at_utc)[:10] from sessions) as date) - 730 as varchar)
    order by started_at_utc, session_id
    limit {count}
"""


def arrive(network: Network, name: str, query: str) -> int:
    """Land what a query over the landed sessions gives as a file of its own; its rows."""
    folder = network.landing / "native_sessions"
    path = folder / f"{name}.parquet"
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"create view sessions as from read_parquet('{folder}/part-*.parquet')")
        connection.execute(
            f"copy (select * replace ('{name}' as load_id, 'native/{name}' as source_file,"
            f" row_number() over () as source_line) from ({query})) to '{path}' (format parquet)"
        )
        ((rows,),) = connection.execute(f"select count(*) from '{path}'").fetchall()
    with open_state(network.state) as state:
        state.execute("delete from landing.manifest where load_id = ?", [name])
        register_load(
            state,
            Load(
                source_system="native",
                entity="native_sessions",
                source_file=f"native/{name}",
                load_id=name,
                sha256=name,
                size_bytes=path.stat().st_size,
                rows_in=rows,
                blank_lines=0,
                unparsable_rows=0,
                arrival_seq=next_arrival_seq(state),
            ),
        )
    return int(rows)


def leave(network: Network, name: str) -> None:
    """Undo an arrival of an earlier run."""
    (network.landing / "native_sessions" / f"{name}.parquet").unlink(missing_ok=True)
    with open_state(network.state) as state:
        state.execute("delete from landing.manifest where load_id = ?", [name])


def told(what: str, build: Build, whole: Build) -> None:
    ratio = build.work_seconds / whole.work_seconds
    print(
        f"{what:<28} {build.work_seconds:7.1f} s {ratio:6.1%}   start-up"
        f" {build.startup_seconds:5.1f} s   peak {build.took.peak_bytes / 1e9:.2f} GB"
    )
    for node, seconds in list(build.nodes.items())[:8]:
        print(f"    {seconds:7.2f} s  {node.split('.', 2)[-1]}")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--preset", default="m")
    parser.add_argument("--folder", type=Path, default=Path("target/arrivals"))
    parser.add_argument("--marts", choices=("limit", "all"), default="limit")
    parser.add_argument("--corrected", type=int, default=100)
    parser.add_argument("--tests", action="store_true", help="data tests, too")
    chosen = parser.parse_args(arguments)
    network = Network((chosen.folder / chosen.preset).resolve(), chosen.preset, ROOT)
    network.make()
    marts = MARTS if chosen.marts == "limit" else None
    for name in ("next-day", "correction"):
        leave(network, name)
    whole = network.build(marts, with_tests=chosen.tests, leave_out=_FORECASTS)
    told("whole", whole, whole)
    moved = ",\n        ".join(_MOVED.format(name) for name in _MOMENTS)
    for name, query in (
        ("next-day", _NEXT_DAY.format(moments=moved)),
        ("correction", _CORRECTED.format(count=chosen.corrected)),
    ):
        rows = arrive(network, name, query)
        part = network.build(marts, with_tests=chosen.tests, leave_out=_FORECASTS, anew=False)
        told(f"{name}, {rows:,} rows", part, whole)
    arrived = digests(network.warehouse)
    again = network.build(marts, with_tests=False, leave_out=_FORECASTS)
    told("whole again", again, whole)
    expected = digests(network.warehouse)
    print(json.dumps({name: arrived[name] == expected[name] for name in sorted(expected)}))


if __name__ == "__main__":
    main()
