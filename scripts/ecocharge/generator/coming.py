"""Who comes when: the luck of each day, a driver for each arrival, the hour of the driver's habit.

Part of the kernel: plain Python that also runs compiled.
"""

from __future__ import annotations

import math

from ecocharge.generator.arrays import NEVER, Array, Crowd, Days, Given, Habits, Scratch, State
from ecocharge.generator.streams import normal, poisson, uniform

MOST_A_DAY = 2_000
NUMBER_BITS = 11
"""Of the arrival's number of the day, below the second in `Scratch.order`."""

GUIDES, HOUR_GUIDES = 1_024, 64
"""Steps of the guides to the drivers' weights and the hours' shares: where to begin looking."""

SLOTS = 40
"""Draws that a visit may make; those of this file are the first sixteen."""

_DAY_SLOTS = 1 << 40
_TRIES = 6
_HOUR_SLOT, _CLOCK_SLOT = 12, 15
_SATURDAY = 5
_LAST_HOUR = 23
_DAY = 24.0
_LAST_SECOND = 86_399
_HALF = 0.5


def day_count(habits: Habits, key: int, day: int, mean: float, level: float) -> tuple[int, float]:
    """Arrivals of the day after one at this log level, and the day's own level."""
    slot = _DAY_SLOTS + day * SLOTS
    decay = habits.level_decay
    step = habits.level_sigma * math.sqrt(1.0 - decay * decay)
    level = decay * level + step * normal(key, slot)
    spread = habits.level_sigma * habits.level_sigma + habits.day_sigma * habits.day_sigma
    luck = level + habits.day_sigma * normal(key, slot + 1) - spread / 2.0
    today = mean * math.exp(luck)
    u = uniform(key, slot + 2)
    count = int(today + u) if habits.is_even else poisson(today, u)
    return min(count, MOST_A_DAY), level


def count_arrivals(given: Given, state: State, counts: Array, first: int, end: int) -> int:
    """Arrivals of the months first..end-1: what the kernel needs room for.

    Args:
        counts: by day of the period, filled in.
    """
    habits, days = given.habits, given.days
    level = state.level[0]
    total = 0
    for month in range(first, end):
        start = days.month_first[month]
        for day in range(start, days.month_first[month + 1]):
            count, level = day_count(habits, given.keys[month], day - start, days.mean[day], level)
            counts[day] = count
            total += count
    state.level[0] = level
    return total


def is_coming(scratch: Scratch, count: int, driver: int) -> bool:
    """Whether a driver is among the day's arrivals so far."""
    for n in range(count):  # noqa: SIM110 - the compiled kernel knows no generators
        if scratch.driver[n] == driver:
            return True
    return False


def pick_driver(
    given: Given, scratch: Scratch, key: int, slot: int, weekday: int, count: int
) -> int:
    """A driver by weight who comes on some weekdays rather than on others."""
    crowd, is_once = given.crowd, given.habits.is_once
    driver = 0
    for attempt in range(_TRIES):
        u = uniform(key, slot + 2 * attempt)
        driver = crowd.pick_guide[int(u * GUIDES)]
        while crowd.pick_cdf[driver] <= u:
            driver += 1
        wanted = uniform(key, slot + 2 * attempt + 1) < crowd.affinity[7 * driver + weekday]
        if wanted and not (is_once and is_coming(scratch, count, driver)):
            break
    return driver


def local_second(habits: Habits, crowd: Crowd, key: int, slot: int, driver: int, w: int) -> int:
    """The second of the day at which a driver comes: the own usual hour, or any of the site's."""
    if habits.habit_hour > 0.0 and uniform(key, slot) < habits.habit_hour:
        hour = crowd.usual_hour[2 * driver + (1 if w >= _SATURDAY else 0)]
        hour += habits.hour_sd * normal(key, slot + 1)
        # Less than a day away, so that no division is needed to come back into it.
        hour += _DAY if hour < 0.0 else 0.0
        hour -= _DAY if hour >= _DAY else 0.0
    else:
        u = uniform(key, slot + 1)
        whole = habits.hour_guide[HOUR_GUIDES * w + int(u * HOUR_GUIDES)]
        while whole < _LAST_HOUR and habits.hour_cdf[24 * w + whole] <= u:
            whole += 1
        hour = whole + uniform(key, slot + 2)
    second = min(max(int(hour * 3600.0), 0), _LAST_SECOND)
    return second - second % habits.clock_step


def to_utc(days: Days, day: int, second: int, is_later: bool) -> int:
    """UTC of a local second of a day on which the clock changes.

    A skipped time is the next that exists, a repeated one either.
    """
    at = days.midnight[day] + second - days.offset[day]
    if at < days.changes_at[day] and not is_later:
        return int(at)
    other = days.midnight[day] + second - days.next_offset[day]
    if other >= days.changes_at[day]:
        return int(other)
    return int(min(at, days.changes_at[day]))


def draw_day(given: Given, scratch: Scratch, key: int, day: int, visit: int, count: int) -> None:
    """Fill the scratch with a day's arrivals by time; `visit` is the first one's number."""
    habits, crowd, days = given.habits, given.crowd, given.days
    weekday = days.weekday[day]
    start = days.midnight[day] - days.offset[day]
    changes = days.changes_at[day] < NEVER
    for n in range(count):
        slot = (visit + n) * SLOTS
        driver = pick_driver(given, scratch, key, slot, weekday, n)
        second = local_second(habits, crowd, key, slot + _HOUR_SLOT, driver, weekday)
        at = start + second
        if changes:
            at = to_utc(days, day, second, uniform(key, slot + _CLOCK_SLOT) < _HALF)
        scratch.driver[n] = driver
        scratch.hour[n] = second / 3600.0
        mine = (at << NUMBER_BITS) + n
        place = n
        while place > 0 and scratch.order[place - 1] > mine:
            scratch.order[place] = scratch.order[place - 1]
            place -= 1
        scratch.order[place] = mine
