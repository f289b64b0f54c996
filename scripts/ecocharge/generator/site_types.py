"""Kinds of places: who drives there, how they pay, how long they wait, how often ports fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SiteType:
    """One kind of site; how it is used stands in a file (`uses`) or a description (`described`).

    Attributes:
        summer: arrivals gained at the height of summer and lost in winter, as a share.
        patience_seconds: how long an arrival waits for a port before it drives on.
        payment: shares of rfid, app, contactless, roaming.
        vans: fleet vans instead of the country's cars.
        is_even: the number of cars a day is the planned one, not left to chance.
        fault_days: mean days between outages of a port; `fault_hours`: their median length.
    """

    name: str
    payment: tuple[float, float, float, float]
    patience_seconds: int
    summer: float = 0.0
    vans: bool = False
    is_even: bool = False
    fault_days: float = 75.0
    fault_hours: float = 5.0


SITE_TYPES: dict[str, SiteType] = {
    kind.name: kind
    for kind in (
        SiteType("public", (0.45, 0.35, 0.1, 0.1), 420),
        SiteType("workplace", (0.6, 0.32, 0.0, 0.08), 900, summer=-0.02),
        SiteType("retail", (0.22, 0.4, 0.28, 0.1), 420),
        SiteType("highway", (0.15, 0.4, 0.3, 0.15), 900, summer=0.08),
        SiteType("residential", (0.4, 0.55, 0.0, 0.05), 0, summer=-0.03),
        SiteType("depot", (1.0, 0.0, 0.0, 0.0), 3600, vans=True, is_even=True),
    )
}
"""All site types by name."""
