"""How a feed is cut into deliveries: one file a week, and those that come late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from ecocharge.generator.randomness import Ints

DAY = 86_400
_LATE_DAYS = 21


@dataclass(frozen=True)
class Period:
    """How a feed is cut into deliveries.

    After the `count` regular deliveries come as many late ones: number `count + n` brings what was
    held back from number n. Most of them are empty and no file.

    Attributes:
        begin: epoch second at which the first delivery begins.
        seconds: length of a delivery.
        count: number of regular deliveries.
        export_at: epoch second of the last export.
    """

    begin: int
    seconds: int
    count: int
    export_at: int

    @classmethod
    def of(cls, first: date, export_at: int, days: int) -> Period:
        """Deliveries of so many days each, from a day's midnight UTC to the export."""
        begin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
        count = max(1, -((begin - export_at) // (days * DAY)))
        return cls(begin, days * DAY, count, export_at)

    @property
    def ends(self) -> tuple[int, ...]:
        """The epoch second at which each delivery is exported, late ones last."""
        ends = [self.begin + number * self.seconds for number in range(1, self.count + 1)]
        late = [end + _LATE_DAYS * DAY for end in ends]
        return tuple(min(end, self.export_at) for end in (*ends, *late))

    def name(self, number: int, stem: str) -> str:
        """What the file of a delivery is called, without its extension."""
        end = min(self.begin + (number % self.count + 1) * self.seconds, self.export_at)
        day = datetime.fromtimestamp(end, UTC).date().isoformat()
        return f"{stem}-{day}" if number < self.count else f"{stem}-{day}-late"

    def delivery(self, seconds: Ints) -> Ints:
        """The delivery that a row last updated at each of these seconds comes with."""
        number: Ints = np.clip((seconds - self.begin) // self.seconds, 0, self.count - 1)
        return number
