"""`ecocharge refresh`: fresh marts from what arrives in the feeds' inboxes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from ecocharge.console import err, out

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Duration(click.ParamType[float]):
    """Seconds, written as 90, 90s, 5m or 1h.

    Args:
        least: the shortest that makes sense, seconds.
    """

    name = "duration"

    def __init__(self, least: float) -> None:
        self._least = least

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", str(value))
        if not found:
            self.fail(f"{value!r} is no duration; write 30s, 5m or 1h", param, ctx)
        seconds = float(found[1]) * _UNITS[found[2]]
        if seconds < self._least:
            self.fail(f"{value!r} is too short; write {self._least:g}s or more", param, ctx)
        return seconds


class InboxOf(click.ParamType[tuple[str, Path]]):
    """A feed and its folder, written as FEED=FOLDER."""

    name = "inbox"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        feed, sign, folder = str(value).partition("=")
        if not (feed and sign and folder):
            self.fail(f"{value!r} names no feed and folder; write my_network=FOLDER", param, ctx)
        return feed, Path(folder)


@click.command(
    short_help="Land what arrived, build, test, publish; again and again.",
    epilog="""\b
Examples:
  ecocharge refresh                                         watch every inbox that feeds/*.yml names
  ecocharge refresh --from my_network=/srv/inbox --every 5m
  ecocharge refresh --once                                  one time, as from cron
  ecocharge refresh --once --from live=inbox --sources native,live --native-from landing

\b
Ready files for cron, systemd and GitHub Actions: docs/fresh.md
""",
)
@click.option(
    "--from",
    "inboxes",
    type=InboxOf(),
    multiple=True,
    metavar="FEED=FOLDER",
    help="A feed and the folder its files arrive in; may be repeated.  [default: what `inbox` says "
    "in feeds/*.yml]",
)
@click.option(
    "--every",
    type=Duration(least=1),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="From one refresh to the next: 30s, 5m, 1h.",
)
@click.option("--once", is_flag=True, help="Refresh one time and end.")
@click.option(
    "--sources",
    multiple=True,
    metavar="FEEDS",
    help="Feeds that take part in the build, comma separated.  [default: those that are watched]",
)
@click.option(
    "--native-from",
    type=click.Choice(["seeds", "landing"]),
    help="Where the native feed comes from.  [default: seeds]",
)
@click.option(
    "--settle",
    type=Duration(least=0),
    default="2s",
    show_default=True,
    metavar="TIME",
    help="Leave a file that changed so recently: it may still be being written.",
)
@click.option("--keep", type=click.IntRange(min=1), default=3, show_default=True,
              metavar="N", help="Published generations that stay on disk.")  # fmt: skip
@click.option("--dashboard", is_flag=True, help="Draw the dashboard after each publish.")
@click.option("--threads", type=click.IntRange(1, 64), help="Models built side by side.")
@click.option(
    "--demo-salt",
    is_flag=True,
    help="Hash with a salt that everybody knows: to try things out, for no real driver.",
)
def command(
    inboxes: tuple[tuple[str, Path], ...],
    every: float,
    once: bool,
    sources: tuple[str, ...],
    native_from: str | None,
    settle: float,
    keep: int,
    dashboard: bool,
    threads: int | None,
    demo_salt: bool,
) -> None:
    """Keep the published marts up to date with what arrives in the inboxes.

    Files that came are landed, all is built and tested, and where that is green a new generation
    is published; where nothing came, nothing is done. A file that cannot be landed is reported
    once and stays where it is, and the others go on. What fails is tried again, after twice as
    long each time. Ctrl-C or SIGTERM: the step at hand is finished, and the next refresh goes on
    from there.
    """
    from ecocharge.landing.personal import demo_salt as known_salt
    from ecocharge.landing.personal import find_salt
    from ecocharge.paths import Paths
    from ecocharge.refresh.inboxes import find_inboxes
    from ecocharge.refresh.loop import refresh_until_stopped
    from ecocharge.refresh.once import refresh_once
    from ecocharge.refresh.order import Order
    from ecocharge.runs.asked import asked
    from ecocharge.signals import until_signalled

    paths = Paths.discover()
    watched = find_inboxes(paths, {feed: folder.resolve() for feed, folder in inboxes})
    named = [name.strip() for some in sources for name in some.split(",")]
    order = Order(
        inboxes=watched,
        salt=known_salt() if demo_salt else find_salt(paths.root),
        sources=named or sorted({inbox.feed.name for inbox in watched}),
        native_from=native_from,
        threads=threads,
        keep=keep,
        draws=dashboard,
        settle_seconds=settle,
        arguments=asked(),
    )
    with until_signalled() as stop:
        if not once:
            say(f"watching {', '.join(str(inbox.folder) for inbox in watched)}; Ctrl-C ends it")
            refresh_until_stopped(paths, order, every, stop, say, complain)
        elif not refresh_once(paths, order, stop, say, complain):
            say("nothing came")


def say(line: str) -> None:
    """Print a line with the time, UTC."""
    out.print(f"{datetime.now(UTC):%H:%M:%S} {line}", soft_wrap=True, markup=False, highlight=False)


def complain(line: str) -> None:
    """Print what the user should mend, with the time, UTC."""
    err.print(f"{datetime.now(UTC):%H:%M:%S} {line}", soft_wrap=True, markup=False, highlight=False)
