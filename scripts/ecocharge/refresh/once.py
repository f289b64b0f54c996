"""One refresh: land what arrived, build and test, publish; nothing where nothing came."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ecocharge.building import build
from ecocharge.dashboard.page import write_page
from ecocharge.errors import EcoChargeError
from ecocharge.landing.inputs import InputFile
from ecocharge.landing.load import Options
from ecocharge.landing.run import land_found
from ecocharge.locking import BusyError, holder
from ecocharge.paths import Paths
from ecocharge.publishing.publish import publish
from ecocharge.refresh.inboxes import Inbox, arrived, note
from ecocharge.refresh.order import Order
from ecocharge.refresh.waiting import waiting_loads
from ecocharge.runs.counting import note_build
from ecocharge.runs.log import STOPPED, Run, recorded, run_lock
from ecocharge.state import open_state

Tell = Callable[[str], None]


def refresh_once(
    paths: Paths, order: Order, stop: threading.Event, tell: Tell, complain: Tell
) -> bool:
    """Bring the published marts up to date with the inboxes.

    A step that has begun is finished; where the stop is set, the next one is left to the next
    refresh, which knows what waits.

    Args:
        paths: the project.
        order: what was asked for.
        stop: asks to end early.
        tell: takes a line for the user.
        complain: takes what the user should mend.

    Returns:
        Whether there was anything to do.

    Raises:
        BusyError: another run is at work.
        EcoChargeError: an inbox cannot be read, the build is not green, or nothing can be
            published.
    """
    if not _has_work(paths, order):
        return False
    with recorded(paths, "refresh", order.arguments, stop=stop) as run:
        with run.step("landing"):
            waiting = _land(paths, order, run, stop, tell, complain)
        if waiting and not stop.is_set():
            counted = build(
                paths,
                sources=list(order.sources),
                native_from=order.native_from,
                threads=order.threads,
            )
            note_build(run, counted, paths.warehouse)
            if not stop.is_set():
                _publish(paths, order, run, tell)
                return True
        if stop.is_set():
            run.end(STOPPED)
    return True


def _has_work(paths: Paths, order: Order) -> bool:
    if (found := holder(run_lock(paths))) is not None:
        raise BusyError(f"another run is at work: {found}", remedy="wait until it has ended")
    with open_state(paths.state) as connection:
        return waiting_loads(connection, order.sources, order.native_from) > 0 or any(
            arrived(connection, inbox, order.settle_seconds) for inbox in order.inboxes
        )


def _land(
    paths: Paths, order: Order, run: Run, stop: threading.Event, tell: Tell, complain: Tell
) -> bool:
    """Land what arrived, each file or its reason; whether loads wait to be built."""
    run.files_landed = run.files_refused = run.rows_landed = 0
    with open_state(paths.state) as connection:
        for inbox in order.inboxes:

            def taken(
                item: InputFile, errors: Sequence[EcoChargeError], inbox: Inbox = inbox
            ) -> bool:
                note(connection, inbox, item, errors)
                return not stop.is_set()

            files = arrived(connection, inbox, order.settle_seconds)
            if not files or stop.is_set():
                continue
            landed = land_found(
                connection, inbox.feed, files, Options(), paths, order.salt, taken=taken
            )
            for error in landed.errors:
                complain(str(error))
            run.files_landed += landed.new_files
            run.files_refused += len(landed.errors)
            run.rows_landed += landed.new_rows
            tell(f"{inbox.feed.name}: {landed.new_files:,} files, {landed.new_rows:,} rows landed")
        return waiting_loads(connection, order.sources, order.native_from) > 0


def _publish(paths: Paths, order: Order, run: Run, tell: Tell) -> None:
    with run.step("publishing"):
        published = publish(paths, keep=order.keep)
        run.generation_id = published.id
    tell(f"published as generation {published.id}")
    if order.draws:
        with run.step("dashboard"):
            write_page(paths)
