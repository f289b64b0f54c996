"""`ecocharge fit`: what a real feed is like, in one small file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from ecocharge.realism.frames import Place


@click.command(
    epilog="""\b
Examples:
  ecocharge land norway ../shared/data/norway
  ecocharge build --sources norway
  ecocharge fit norway                           writes profiles/norway.yml
  ecocharge fit norway --out ours.yml --licence 'CC BY 4.0' --site-type residential
  ecocharge fit norway --before 2020-07-18 --out past.yml    of the past only, to test it later
  ecocharge fit boulder --site-type retail --habits --half   what `generate` makes shops from
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
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Fit only what was on record at the midnight that begins this day.",
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
    source: str,
    out: Path | None,
    licence: str,
    site_type: str,
    before: datetime | None,
    habits: bool,
    half: bool,
) -> None:
    """Fit a profile to the accepted sessions of the landed and built feed SOURCE.

    The file holds rates, shapes of the week and tables of quantiles, with their source, period and
    terms: no session, no id, and nothing about a driver that is not the mean over at least three.
    """
    from ecocharge.paths import Paths
    from ecocharge.realism.frames import read_frame, read_place

    paths = Paths.discover()
    place = read_place(paths.warehouse, source)
    sessions = read_frame(f"{paths.warehouse}:{source}")
    if before:
        sessions = sessions[sessions["ended_at"] <= before]
    if habits:
        _fit_habits(sessions, source, out, licence, site_type, half)
    else:
        _fit_profile(sessions, place, source, out, licence, site_type)


def _fit_profile(
    sessions: pd.DataFrame,
    place: Place,
    source: str,
    out: Path | None,
    licence: str,
    site_type: str,
) -> None:
    from ecocharge.console import progress
    from ecocharge.landing.feeds import find_feed
    from ecocharge.paths import Paths
    from ecocharge.profiles.fitting import fit
    from ecocharge.profiles.storing import write_profile

    paths = Paths.discover()
    target = out or paths.root / "profiles" / f"{source}.yml"
    with progress() as bar:
        task = bar.add_task(f"fitting {source}", total=1)
        profile = fit(
            sessions,
            source=source,
            description=find_feed(paths.feeds, source).description,
            licence=licence,
            site_type=site_type,
            time_zone=place.time_zone,
            country=place.country,
            region=place.region,
        )
        bar.advance(task)
    write_profile(profile, target)
    origin = profile.origin
    click.echo(
        f"{target}: {origin.sessions:,} sessions of {origin.first} to {origin.last} at "
        f"{origin.stations} stations in {target.stat().st_size / 1000:.0f} kB"
    )


def _fit_habits(
    sessions: pd.DataFrame,
    source: str,
    out: Path | None,
    licence: str,
    site_type: str,
    half: bool,
) -> None:
    from ecocharge.errors import EcoChargeError
    from ecocharge.generator.uses import FITTED, write_use
    from ecocharge.landing.feeds import find_feed
    from ecocharge.paths import Paths
    from ecocharge.profiles.using import fit_use
    from ecocharge.realism.sample import Sample, halves

    if site_type == "unknown":
        raise EcoChargeError(
            "habits are those of a site type", remedy="name it: --site-type public"
        )
    if half:
        sessions = halves(Sample.of(sessions))[0].sessions
    learnt = "every other 28 days" if half else "all days"
    origin = {
        "source": source,
        "description": find_feed(Paths.discover().feeds, source).description,
        "licence": licence,
        "sessions": len(sessions),
        "from": learnt,
    }
    target = out or FITTED / f"{site_type}.yml"
    write_use(fit_use(sessions, origin), target)
    click.echo(f"{target}: {len(sessions):,} sessions, {learnt}")
