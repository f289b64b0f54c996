"""`ecocharge fit`: what a real feed is like, in one small file."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  ecocharge land norway ../shared/data/norway
  ecocharge build --sources norway
  ecocharge fit norway                           writes profiles/norway.yml
  ecocharge fit norway --out ours.yml --licence 'CC BY 4.0' --site-type residential
"""
)
@click.argument("source")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: profiles/SOURCE.yml]",
)
@click.option(
    "--licence",
    default="not stated",
    show_default=True,
    help="Terms of the data, kept in the file.",
)
@click.option(
    "--site-type",
    type=click.Choice(
        ["public", "residential", "workplace", "retail", "highway", "depot", "unknown"]
    ),
    default="unknown",
    show_default=True,
    help="What the stations are for.",
)
@click.option(
    "--habits",
    is_flag=True,
    help="Write the habits of the site type for `ecocharge generate` instead.",
)
@click.option(
    "--half",
    is_flag=True,
    help="Learn from every other 28 days, so that the others can judge; with --habits.",
)
def command(
    source: str, out: Path | None, licence: str, site_type: str, habits: bool, half: bool
) -> None:
    """Fit a profile to the accepted sessions of the landed and built feed SOURCE.

    The file holds rates, shapes of the week and tables of quantiles, with their source, period and
    terms: no session, no id, and nothing about a driver that is not the mean over at least three.
    """
    from ecocharge.console import progress
    from ecocharge.landing.feeds import find_feed
    from ecocharge.paths import Paths
    from ecocharge.profiles.feed import read_feed
    from ecocharge.profiles.fitting import fit
    from ecocharge.profiles.storing import write_profile

    paths = Paths.discover()
    if habits:
        _fit_habits(source, out, licence, site_type, half)
        return
    target = out or paths.root / "profiles" / f"{source}.yml"
    with progress() as bar:
        task = bar.add_task(f"fitting {source}", total=2)
        feed = read_feed(paths.warehouse, source)
        bar.advance(task)
        profile = fit(
            feed.sessions,
            source=source,
            description=find_feed(paths.feeds, source).description,
            licence=licence,
            site_type=site_type,
            time_zone=feed.time_zone,
            country=feed.country,
            region=feed.region,
        )
        bar.advance(task)
    write_profile(profile, target)
    origin = profile.origin
    click.echo(
        f"{target}: {origin.sessions:,} sessions of {origin.first} to {origin.last} at "
        f"{origin.stations} stations in {target.stat().st_size / 1000:.0f} kB"
    )


def _fit_habits(source: str, out: Path | None, licence: str, site_type: str, half: bool) -> None:
    from ecocharge.errors import EcoChargeError
    from ecocharge.generator.uses import FITTED, write_use
    from ecocharge.paths import Paths
    from ecocharge.profiles.feed import read_feed
    from ecocharge.profiles.using import fit_use
    from ecocharge.realism.sample import Sample, halves

    if site_type == "unknown":
        raise EcoChargeError(
            "habits are those of a site type", remedy="name it: --site-type public"
        )
    feed = read_feed(Paths.discover().warehouse, source)
    sessions = halves(Sample.of(feed.sessions))[0].sessions if half else feed.sessions
    learnt = "every other 28 days" if half else "all days"
    origin = {"source": source, "licence": licence, "sessions": len(sessions), "from": learnt}
    target = out or FITTED / f"{site_type}.yml"
    write_use(fit_use(sessions, origin), target)
    click.echo(f"{target}: {len(sessions):,} sessions, {learnt}")
