"""How people use a place: when they come, how long they stay, how much they need."""

from __future__ import annotations

from dataclasses import dataclass

Peak = tuple[float, float, float]
"""Share of arrivals, local hour of the middle, standard deviation in hours."""


@dataclass(frozen=True)
class Stay:
    """How long a car stays.

    A share of the cars stays until an hour of the (next) day; the rest a lognormal time. Where
    `linger_minutes` is set, a car also leaves that long after it is full, on average.
    """

    until_share: float
    until_hour: float
    until_sd: float
    overnight: bool
    other_median_hours: float
    other_sigma: float
    linger_minutes: float | None = None


@dataclass(frozen=True)
class SiteType:
    """The habits of one kind of site.

    Attributes:
        day_factors: arrivals Monday..Sunday against a usual weekday; holidays count as Sunday.
        burstiness: sigma of the lognormal factor of a day.
        summer: arrivals gained at the height of summer and lost in winter, as a share.
        pool: drivers per daily arrival.
        regularity: gamma shape of the weights drivers have; large means all come as often.
        need_kwh: median energy wanted; spread between drivers, and between a driver's visits.
        patience_seconds: how long an arrival waits for a port before it drives on.
        payment: shares of rfid, app, contactless, roaming.
        vans: fleet vans instead of the country's cars.
        is_even: the number of cars a day is the planned one, not left to chance.
        level_decay, level_sigma: good and bad spells: the log level of days, an AR(1).
        habit_hour: share of visits at the driver's own hour; `habit_hour_sd` hours around it.
        habit_stay: share of visits of the driver's own way of staying.
        stay_habit: share of the variance of stays that lies between drivers.
        rho: correlation of log energy wanted and log stay.
        failed: share of starts that fail; `retry`: of these, cars that try once more.
        fault_days: mean days between outages of a port; `fault_hours`: their median length.
        popularity_sigma: sigma of the lognormal preference for a port.
    """

    name: str
    weekday: tuple[Peak, ...]
    weekend: tuple[Peak, ...]
    day_factors: tuple[float, float, float, float, float, float, float]
    burstiness: float
    summer: float
    pool: float
    regularity: float
    need_kwh: float
    need_sigma_driver: float
    need_sigma_visit: float
    stay: Stay
    patience_seconds: int
    payment: tuple[float, float, float, float]
    vans: bool = False
    is_even: bool = False
    level_decay: float = 0.85
    level_sigma: float = 0.1
    habit_hour: float = 0.5
    habit_hour_sd: float = 0.45
    habit_stay: float = 0.3
    stay_habit: float = 0.3
    rho: float = 0.25
    failed: float = 0.025
    retry: float = 0.5
    fault_days: float = 75.0
    fault_hours: float = 5.0
    popularity_sigma: float = 0.5


SITE_TYPES: dict[str, SiteType] = {
    kind.name: kind
    for kind in (
        SiteType(
            name="workplace",
            weekday=((0.66, 8.3, 0.65), (0.16, 9.7, 0.8), (0.18, 13.2, 0.9)),
            weekend=((1.0, 11.5, 2.5),),
            day_factors=(0.97, 1.06, 1.06, 1.03, 0.88, 0.07, 0.05),
            burstiness=0.22,
            summer=-0.02,
            pool=3.2,
            regularity=2.0,
            need_kwh=13.0,
            need_sigma_driver=0.35,
            need_sigma_visit=0.4,
            stay=Stay(0.72, 17.1, 0.8, False, 3.2, 0.4),
            patience_seconds=900,
            payment=(0.6, 0.32, 0.0, 0.08),
        ),
        SiteType(
            name="retail",
            weekday=((0.3, 10.8, 1.5), (0.3, 13.8, 1.7), (0.4, 17.8, 1.6)),
            weekend=((0.5, 11.8, 1.7), (0.5, 15.3, 2.0)),
            day_factors=(0.93, 0.96, 0.98, 1.02, 1.11, 1.0, 0.8),
            burstiness=0.18,
            summer=0.04,
            pool=26.0,
            regularity=0.7,
            need_kwh=10.5,
            need_sigma_driver=0.35,
            need_sigma_visit=0.45,
            stay=Stay(0.0, 0.0, 0.0, False, 1.3, 0.55, linger_minutes=16.0),
            patience_seconds=420,
            payment=(0.22, 0.4, 0.28, 0.1),
        ),
        SiteType(
            name="highway",
            weekday=((0.25, 9.0, 1.5), (0.35, 13.0, 2.2), (0.4, 17.5, 1.9)),
            weekend=((0.55, 12.5, 2.3), (0.45, 17.0, 2.0)),
            day_factors=(0.94, 0.92, 0.95, 1.02, 1.17, 0.96, 0.88),
            burstiness=0.2,
            summer=0.08,
            pool=45.0,
            regularity=0.5,
            need_kwh=24.0,
            need_sigma_driver=0.25,
            need_sigma_visit=0.4,
            stay=Stay(0.0, 0.0, 0.0, False, 0.75, 0.35, linger_minutes=4.0),
            patience_seconds=900,
            payment=(0.15, 0.4, 0.3, 0.15),
        ),
        SiteType(
            name="residential",
            weekday=((0.82, 18.3, 1.4), (0.18, 11.5, 2.5)),
            weekend=((0.65, 17.5, 2.2), (0.35, 12.0, 2.0)),
            day_factors=(1.03, 1.0, 1.0, 0.99, 0.98, 0.86, 0.9),
            burstiness=0.14,
            summer=-0.03,
            pool=3.0,
            regularity=2.5,
            need_kwh=12.0,
            need_sigma_driver=0.4,
            need_sigma_visit=0.4,
            stay=Stay(0.8, 7.8, 1.0, True, 3.5, 0.6),
            patience_seconds=0,
            payment=(0.4, 0.55, 0.0, 0.05),
        ),
        SiteType(
            name="depot",
            weekday=((0.88, 17.6, 0.7), (0.12, 13.0, 0.8)),
            weekend=((1.0, 16.2, 1.0),),
            day_factors=(1.0, 1.02, 1.02, 1.0, 0.97, 0.5, 0.28),
            burstiness=0.05,
            summer=0.0,
            pool=1.25,
            regularity=40.0,
            need_kwh=27.0,
            need_sigma_driver=0.12,
            need_sigma_visit=0.22,
            stay=Stay(0.9, 6.4, 0.4, True, 2.6, 0.3),
            patience_seconds=3600,
            payment=(1.0, 0.0, 0.0, 0.0),
            vans=True,
            is_even=True,
            habit_hour=0.8,
        ),
    )
}
"""All site types by name."""
