"""All lines of a feed in the order in which they would come, and the files they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from ecocharge.clothes.delivering import joined_bytes, showable
from ecocharge.clothes.making import clothing
from ecocharge.clothes.wardrobe import Clothing
from ecocharge.faults.catalogue import Rates
from ecocharge.faults.generated import Generated
from ecocharge.faults.period import DAY, Period
from ecocharge.faults.records import dirty_lines
from ecocharge.generator.presets import Plan
from ecocharge.generator.randomness import Ints

INTERVAL_SECONDS = 900
_CODINGS = ("file_in_utf16", "file_with_semicolons", "repeated_window")


@dataclass(frozen=True)
class Feed:
    """A feed in memory, cut into intervals of a quarter of an hour.

    Attributes:
        clothing: its format.
        text: its lines as bytes, in order.
        interval: the interval in which each comes, rising, shape (n,).
        period: its `count` intervals.
    """

    clothing: Clothing
    text: pa.Array
    interval: Ints
    period: Period

    def begins(self, interval: int) -> datetime:
        """When an interval begins."""
        return datetime.fromtimestamp(self.period.begin + interval * self.period.seconds, UTC)

    def name(self, interval: int) -> str:
        """What the file is called that begins with an interval."""
        stamp = f"{self.begins(interval):%Y%m%dT%H%M}"
        return f"{self.clothing.stem}-{stamp}{self.clothing.suffix}"

    def lines(self, first: int, after: int) -> pa.Array:
        """The lines of the intervals from `first` to before `after`."""
        start, stop = np.searchsorted(self.interval, [first, after])
        return self.text.slice(start, stop - start)

    def content(self, first: int, after: int) -> bytes:
        """The file of these intervals; empty where nothing came."""
        lines = self.lines(first, after)
        if not len(lines):
            return b""
        header = self.clothing.header
        head = b"" if header is None else header + self.clothing.newline
        return head + joined_bytes(lines, self.clothing.newline)


def prepared(plan: Plan, name: str, rates: Rates) -> Feed:
    """Generate a network and put its lines in the order in which they come.

    A row comes with the quarter of an hour in which it was last updated. All of it is held in
    memory.

    Args:
        plan: the network; its seed is that of the faults too.
        name: see `clothes.making.clothing`.
        rates: of the faults, without those that belong to whole weekly files.

    Raises:
        EcoChargeError: when the clothing can show none of the faults.
    """
    made = Generated(plan)
    count = -((int(_midnight(plan)) - plan.export_at) // INTERVAL_SECONDS)
    period = Period(int(_midnight(plan)), INTERVAL_SECONDS, count, plan.export_at)
    dress = clothing(name, made, period, plan.seed)
    wanted = showable(dress.faults.difference(_CODINGS), rates, name)
    text, delivery = [], []
    for batch, values in made.batches():
        written = dress.write(dirty_lines(batch, period, wanted, plan.seed), values)
        text.append(written.text)
        delivery.append(written.delivery)
    interval = _when(np.concatenate(delivery), period)
    order = np.argsort(interval, kind="stable")
    whole = pa.chunked_array(text).cast(pa.large_binary()).combine_chunks()
    return Feed(dress, whole.take(pa.array(order)), interval[order], period)


def _midnight(plan: Plan) -> float:
    return datetime(plan.first.year, plan.first.month, plan.first.day, tzinfo=UTC).timestamp()


def _when(delivery: Ints, period: Period) -> Ints:
    """Deliveries that were held back come a day after their time, at the latest with the last."""
    late = delivery >= period.count
    following = delivery - period.count + DAY // period.seconds
    when: Ints = np.where(late, np.minimum(following, period.count - 1), delivery)
    return when
