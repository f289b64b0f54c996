"""What the kernel reads and writes: flat arrays, so that it runs plain and compiled alike.

Each tuple holds numpy arrays for the compiled kernel and lists for the plain one (`as_lists`).
A matrix is flattened row by row; `rows of 24` means that index 24 * row + column is meant.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np

NEVER = 1 << 60
"""An epoch second that does not come."""

UNIT, BANK, PLUG, IS_APP, WHO = range(5)
STAY_Z, FILL_Z, BATTERY, POWER, CAR = range(5)
"""Positions in the rows of `Crowd`, and the lengths of the rows."""

Array = Any
"""A numpy array, or a list in the plain kernel; both are read and written by position."""

Group = TypeVar("Group", bound=tuple[Any, ...])


class Tree(NamedTuple):
    """Distributions by situation: the leaf that a visit falls into, and a table of quantiles there.

    Attributes:
        feature: by node, position among the features of a visit; -1 at a leaf.
        threshold: by node; a visit with at most this goes to the low side, else to the high one.
        low: by node, the next node, behind which stands the one of the high side; at a leaf, its
            number.
        nothing, special: by leaf, share of visits without any, and of the second table.
        table, second: values at each of `LEVELS`, rows of leaves.
    """

    feature: Array
    threshold: Array
    low: Array
    nothing: Array
    special: Array
    table: Array
    second: Array


class Woods(NamedTuple):
    """The trees of a kind of site side by side, as each unit sees them.

    Attributes:
        root: the nodes where a unit's ways to a leaf begin, rows of `trees.KINDS`.
        feature, threshold, low: as of a tree; at a leaf `low` is where its numbers begin.
        leaves: of each leaf `nothing`, `special`, `table` and `second`, one after the other.
    """

    root: Array
    feature: Array
    threshold: Array
    low: Array
    leaves: Array


class Habits(NamedTuple):
    """How people use a kind of site.

    Attributes:
        hour_cdf: cumulative share of a day's arrivals by local hour, 7 weekdays, rows of 24.
        hour_guide: first hour whose cumulative share is above each 64th, rows of 64.
        level_decay, level_sigma: the log daily level as an AR(1) with this step and deviation.
        day_sigma: deviation of a log factor of each day on its own.
        is_even: 1 where a day's count is its mean rounded at random, 0 where it is Poisson.
        habit_hour: chance that a driver comes at the own usual hour; `hour_sd` around it, hours.
        need_kwh: of the units that keep their habits.
        woods: log minutes of a visit (`STAY`); log energy as a share of what it might take, the
            second table as a share of full power (`FILL`); log share of the stay without charging
            (`IDLE`).
        knows_idle: 1 where the woods say how long a car charges, 0 where its power does.
        stay_luck, fill_luck: weight of a visit's own normal number in the trees' tables; what is
            left belongs to its driver.
        clock_step, energy_step: seconds and Wh that the chargers count in.
        celsius: mean temperature under which the energies were taken.
        patience: seconds an arrival waits for a port.
        is_once: 1 where a driver comes once a day.
        again: chance that a car charges again at once, minutes after it was unplugged.
        failed: chance that a start fails; `retry`: that the car then tries once more.
        fault_days: mean days between outages of a port; `fault_hours` their median length.
    """

    hour_cdf: Array
    hour_guide: Array
    level_decay: float
    level_sigma: float
    day_sigma: float
    is_even: int
    habit_hour: float
    hour_sd: float
    need_kwh: Array
    woods: Woods
    knows_idle: int
    stay_luck: float
    fill_luck: float
    clock_step: int
    energy_step: int
    celsius: float
    patience: int
    is_once: int
    again: float
    failed: float
    retry: float
    fault_days: float
    fault_hours: float


class Crowd(NamedTuple):
    """The drivers of a site, one element each unless said otherwise.

    Attributes:
        pick_cdf: cumulative weights, the last one above 1.
        pick_guide: first driver whose cumulative weight is above each 1024th, shape (1024,).
        affinity: chance to come when picked, rows of 7 weekdays.
        usual_hour: hour of the day, rows of weekday and weekend.
        who: `UNIT` of the habits that the driver behaves like, `BANK` of ports and `PLUG` of a
            port that the driver goes to, `IS_APP` where an app pays; rows of `WHO`.
        car: `STAY_Z` and `FILL_Z`, the driver's own normal numbers, by their weight; `BATTERY` in
            kWh and `POWER` in kW of the car, of which the port may allow less; rows of `CAR`.
    """

    pick_cdf: Array
    pick_guide: Array
    affinity: Array
    usual_hour: Array
    who: Array
    car: Array


class Place(NamedTuple):
    """A site's ports and prices.

    Attributes:
        first_port: index of each bank's first port, and one past the last.
        rated_kw, is_dc: by bank.
        first_connector: by port, position of its first connector.
        popularity: by port, weight with which a free one is chosen.
        price_cents: hundredths of the currency per kWh; `tax_rate` on top of it.
        reports_end: 1 where the feed says when the charging ended.
        export_at: UTC epoch second of the export.
    """

    first_port: Array
    rated_kw: Array
    is_dc: Array
    first_connector: Array
    popularity: Array
    price_cents: float
    tax_rate: float
    reports_end: int
    export_at: int


class Days(NamedTuple):
    """The local days of a period, month after month.

    Attributes:
        mean: expected arrivals before the luck of the day; 0 outside opening and period.
        weekday: what the day behaves like, Monday 0.
        celsius: mean temperature.
        midnight: local midnight as if it were UTC, epoch seconds.
        offset, next_offset: UTC offset before and from `changes_at`, a UTC epoch second.
        month_first: position of each month's first day, and one past the last day.
    """

    mean: Array
    weekday: Array
    celsius: Array
    midnight: Array
    offset: Array
    next_offset: Array
    changes_at: Array
    month_first: Array


class Given(NamedTuple):
    """All that the kernel is told about a site.

    Attributes:
        keys: the stream of each month; `faults_key` that of the outages.
    """

    habits: Habits
    crowd: Crowd
    place: Place
    days: Days
    keys: Array
    faults_key: int


class State(NamedTuple):
    """What one month of a site hands to the next; changed in place.

    Attributes:
        free_at: epoch second at which each port falls free.
        driver_free_at: likewise each driver.
        fault_at, fault_until, fault_count: the next outage of each port, and its number.
        bank_fault_at: no port of the bank has an outage before.
        next_number: of sessions; shape (1,).
        level: log level of the last day; shape (1,).
    """

    free_at: Array
    driver_free_at: Array
    fault_at: Array
    fault_until: Array
    fault_count: Array
    bank_fault_at: Array
    next_number: Array
    level: Array


class Scratch(NamedTuple):
    """Room for the arrivals of one day, and for what the trees ask about a visit.

    Attributes:
        order: UTC epoch second and number of each arrival in one, ascending.
        driver, hour: by number of the arrival.
        stay_z, fill_z: likewise, its normal numbers for the trees.
        stay: likewise, seconds.
        features: what the trees ask about the visit at hand.
    """

    order: Array
    driver: Array
    hour: Array
    stay_z: Array
    fill_z: Array
    stay: Array
    features: Array


class Out(NamedTuple):
    """Room for sessions; times are UTC epoch seconds, -1 where the feed does not say."""

    number: Array
    connector: Array
    started_at: Array
    ended_at: Array
    charging_ended_at: Array
    energy_wh: Array
    driver: Array
    stop_reason: Array
    revenue_cents: Array
    tax_cents: Array
    updated_at: Array
    power_kw: Array
    soc: Array


class Readings(NamedTuple):
    """Room for meter readings, ordered by session and time.

    Attributes:
        number: the session's number within its site.
        read_at: UTC epoch seconds.
        energy_wh: energy since the session's start.
    """

    number: Array
    read_at: Array
    energy_wh: Array


OUT_TYPES = Out(
    *(np.int32, np.int16, np.int64, np.int64, np.int64, np.int32, np.int32, np.int8),
    *(np.int32, np.int32, np.int64, np.float64, np.float64),
)


READINGS_TYPES = (np.int64, np.int64, np.int64)


def as_lists(group: Group) -> Group:
    """The group with lists of plain numbers for arrays: what the plain kernel is quickest with."""
    values = [_plain(value) for value in group]
    made: Group = type(group)(*values) if hasattr(group, "_fields") else type(group)(values)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return as_lists(value)
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
