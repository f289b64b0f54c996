"""What a receipt is about: some feeds, and the days of a period or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ecocharge.errors import EcoChargeError


@dataclass(frozen=True)
class Scope:
    """Feeds, all of them where none is named, and local days from `first` to `last`, both in."""

    sources: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise EcoChargeError(
                f"the period ends ({self.last}) before it begins ({self.first})",
                remedy="give --from a day before --to",
            )

    @property
    def has_period(self) -> bool:
        return self.first is not None or self.last is not None

    def words(self) -> str:
        """The period as the page's heading says it."""
        if self.first and self.last:
            return f"{self.first} to {self.last}"
        if self.first:
            return f"from {self.first}"
        return f"until {self.last}" if self.last else "all days"
