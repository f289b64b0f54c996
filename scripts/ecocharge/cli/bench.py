"""`ecocharge bench`: how close the build is to the least that DuckDB must do."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge bench                          preset s: about two minutes
  ecocharge bench --presets s,m,l          and how the time grows; l needs 20 GB of disk
  ecocharge bench --presets m --rounds 3 --forecast
"""
)
@click.option("--presets", default="s", show_default=True, help="Of s, m, l, xl, comma separated.")
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True,
              help="Runs of each, in turns; medians are told.")  # fmt: skip
@click.option("--forecast", is_flag=True, help="Build the forecast, too, and tell its time apart.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("target/bench"),
    show_default=True,
    help="For the made networks, the databases, bench.md and bench.svg.",
)
def command(presets: str, rounds: int, forecast: bool, out: Path) -> None:
    """Measure the build beside a limit: one script of SQL for the same five marts.

    The limit reads the same landed files and has no tests, no tables between and no checks; its
    marts must equal the build's, or nothing is told. The build's time is that from its first node
    to its last; what dbt takes to start is told apart. Use a machine with nothing else to do.
    """
    from ecocharge.bench.measuring import measure
    from ecocharge.bench.project import Network
    from ecocharge.bench.report import print_figures, write_report
    from ecocharge.console import out as console
    from ecocharge.console import progress
    from ecocharge.paths import Paths

    names = [name.strip() for name in presets.split(",")]
    unknown = [name for name in names if name not in ("s", "m", "l", "xl")]
    if unknown:
        raise click.UsageError(f"no preset {', '.join(unknown)}; choose of s, m, l, xl")
    root = Paths.discover().root
    figures = []
    with progress() as bar:
        task = bar.add_task("", total=len(names))
        for name in names:
            network = Network((out / name).resolve(), name, root)
            figures.append(
                measure(
                    network,
                    name,
                    rounds=rounds,
                    with_forecast=forecast,
                    step=lambda what: bar.update(task, description=what),
                )
            )
            bar.advance(task)
    print_figures(figures, console)
    for written in write_report(figures, out):
        click.echo(f"  {written}")
