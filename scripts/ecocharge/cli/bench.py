"""`ecocharge bench`: how close the build is to the least that DuckDB must do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge bench                          preset s: about two minutes
  ecocharge bench --presets s,m,l          and how the time grows; l needs 20 GB of disk
  ecocharge bench --presets m --rounds 3 --forecast
  ecocharge bench --presets m --peers pandas,postgres,spark
"""
)
@click.option("--presets", default="s", show_default=True, help="Of s, m, l, xl, comma separated.")
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True,
              help="Runs of each, in turns; medians are told.")  # fmt: skip
@click.option("--forecast", is_flag=True, help="Build the forecast, too, and tell its time apart.")
@click.option("--peers", default="", metavar="TOOLS",
              help="Of pandas, postgres, spark: three of the facts by these, too.")  # fmt: skip
@click.option(
    "--spark-python",
    type=click.Path(path_type=Path),
    default=Path(".venv-spark/bin/python"),
    show_default=True,
    help="An interpreter that has pyspark, for the peer spark.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("target/bench"),
    show_default=True,
    help="For the made networks, the databases, bench.md, bench.svg and peers.md.",
)
def command(
    presets: str, rounds: int, forecast: bool, peers: str, spark_python: Path, out: Path
) -> None:
    """Measure the build beside a limit: one script of SQL for the same five marts.

    The limit reads the same landed files and has no tests, no tables between and no checks; its
    marts must equal the build's, or nothing is told. The build's time is that from its first node
    to its last; what dbt takes to start is told apart. Use a machine with nothing else to do.

    Peers compute the facts of sessions, quarter hours and hours from the same files, in turns with
    the limit's part and the project's build of these; theirs, too, must equal the limit's. A peer
    whose tool is not here is skipped, and it is said how to get it.
    """
    from ecocharge.bench.measuring import measure
    from ecocharge.bench.peers.comparing import PEERS, compare
    from ecocharge.bench.peers.report import print_peers, write_peers
    from ecocharge.bench.project import Network
    from ecocharge.bench.report import print_figures, write_report
    from ecocharge.console import out as console
    from ecocharge.console import progress
    from ecocharge.paths import Paths

    names = _chosen(presets, ("s", "m", "l", "xl"), "preset")
    tools = _chosen(peers, PEERS, "peer")
    root = Paths.discover().root
    figures, comparisons = [], []
    with progress() as bar:
        task = bar.add_task("", total=len(names))

        def say(what: str) -> None:
            bar.update(task, description=what)

        for name in names:
            network = Network((out / name).resolve(), name, root)
            figures.append(measure(network, name, rounds=rounds, with_forecast=forecast, step=say))
            if tools:
                comparisons.append(
                    compare(
                        network,
                        name,
                        tools,
                        spark_python=spark_python,
                        rounds=rounds,
                        step=say,
                    )
                )
            bar.advance(task)
    print_figures(figures, console)
    pages = [*write_report(figures, out)]
    if comparisons:
        print_peers(comparisons, console)
        pages.append(write_peers(comparisons, out))
    for written in pages:
        click.echo(f"  {written}")


def _chosen(given: str, allowed: Sequence[str], what: str) -> list[str]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in allowed]
    if unknown:
        raise click.UsageError(f"no {what} {', '.join(unknown)}; choose of {', '.join(allowed)}")
    return names
