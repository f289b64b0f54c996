"""One micro-batch: its files are landed by the landing's own code, however often it is run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ecocharge.errors import EcoChargeError
from ecocharge.landing.feeds import Feed
from ecocharge.landing.inputs import InputFile, blames
from ecocharge.landing.load import Options
from ecocharge.landing.personal import Salt
from ecocharge.landing.run import Landed, land_found
from ecocharge.locking import BusyError, only_one
from ecocharge.paths import Paths
from ecocharge.refresh.inboxes import Inbox, note
from ecocharge.runs.log import run_lock
from ecocharge.state import open_state

_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Destination:
    """Where the files of a stream go.

    Attributes:
        paths: the project.
        inbox: the feed, and the folder its files come from.
        salt: the key of personal hashes.
    """

    paths: Paths
    inbox: Inbox
    salt: Salt

    @property
    def feed(self) -> Feed:
        return self.inbox.feed


def land_batch(
    to: Destination,
    files: Sequence[InputFile],
    stop: threading.Event,
    tell: Callable[[str], None],
) -> Landed:
    """Land the files of a micro-batch; another run is waited for.

    A file is known by its content, so that a batch that is run again, or a file that is delivered
    again, lands nothing twice.

    Args:
        to: where they go.
        files: in any order.
        stop: ends the waiting.
        tell: takes a line for the user.

    Returns:
        What became of them; a file that cannot be landed does not stop the others.

    Raises:
        BusyError: asked to end while another run was at work.
        EcoChargeError: the machine, and not a file, is at fault; the batch must be run again.
    """
    while True:
        try:
            with only_one(
                run_lock(to.paths), "ecocharge stream", wait_seconds=_PATIENCE_SECONDS, stop=stop
            ):
                return _land(to, files)
        except BusyError as error:
            if stop.is_set():
                raise
            tell(error.message)
            stop.wait(1.0)


def _land(to: Destination, files: Sequence[InputFile]) -> Landed:
    ours: list[EcoChargeError] = []
    with open_state(to.paths.state) as connection:

        def taken(item: InputFile, errors: Sequence[EcoChargeError]) -> bool:
            ours.extend(error for error in errors if not blames(error, item))
            if item.path.is_file():
                note(connection, to.inbox, item, errors)
            return not ours

        landed = land_found(connection, to.feed, files, Options(), to.paths, to.salt, taken=taken)
    if ours:
        raise ours[0]
    return landed
