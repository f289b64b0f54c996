"""One visit after the other: all units step together, each on its own counter-based stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecocharge.profiles.draws import Bools, Floats, Ints, uniforms
from ecocharge.profiles.habits import possible_energy, supply
from ecocharge.profiles.pace import Calendar
from ecocharge.profiles.population import Population
from ecocharge.profiles.profile import Profile
from ecocharge.profiles.visits import DAY, HOUR

_GAP, _GAP_KIND, _LENGTH, _LENGTH_KIND, _FILL, _FILL_KIND, _FIRST, _IDLE, _IDLE_KIND = range(21, 30)
_DAYS_PER_YEAR = 365.25
_COLDEST_DAY = 15
_LONGEST_GAP_MINUTES = 40 * 1440.0


@dataclass(frozen=True)
class Steps:
    """Visits in the order they were drawn, arrays of shape (n,), in local epoch seconds.

    `charged` is when charging ended, the visit's end where the profile knows no idling.
    """

    unit: Ints
    start: Ints
    end: Ints
    charged: Ints
    energy: Floats


LENGTH_TRAITS = (
    "log_rate",
    "length",
    "length_spread",
    "fill",
    "log_power",
    "log_need",
    "energy",
    "regularity",
)
"""The traits that the length and the fill of a visit depend on."""


def season(second: Ints) -> Floats:
    """1 in the coldest time of a northern year, -1 in the warmest."""
    days = second / DAY - _COLDEST_DAY
    turned: Floats = np.cos(2 * np.pi * days / _DAYS_PER_YEAR)
    return turned


def length_features(
    *,
    start: Ints,
    weekday: Ints,
    gap_minutes: Floats,
    last_minutes: Floats,
    last_fill: Floats,
    traits: dict[str, Floats],
) -> dict[str, Floats]:
    """What the length of a visit depends on, arrays of one shape."""
    return {
        "hour": start % DAY / HOUR,
        "weekday": weekday.astype(np.float64),
        "season": season(start),
        "gap": np.log(np.clip(gap_minutes, 0, _LONGEST_GAP_MINUTES) + 1),
        "last_length": np.log(np.maximum(last_minutes, 0.5)),
        "last_fill": last_fill,
        **{name: traits[name] for name in LENGTH_TRAITS},
    }


def idle_features(length: dict[str, Floats], minutes: Floats, full: Bools) -> dict[str, Floats]:
    """What the idle share of a visit depends on: as its length, and how much it took.

    Args:
        length: from `length_features`.
        full: whether it drew full power throughout.
    """
    return {
        **length,
        "minutes": np.log(np.maximum(minutes, 0.5)),
        "full_power": full.astype(np.float64),
    }


def gap_features(
    *,
    end: Ints,
    weekday: Ints,
    last_minutes: Floats,
    last_fill: Floats,
    traits: dict[str, Floats],
) -> dict[str, Floats]:
    """What the time to the next visit depends on, arrays of one shape."""
    return {
        "hour": end % DAY / HOUR,
        "weekday": weekday.astype(np.float64),
        "season": season(end),
        "last_length": np.log(np.maximum(last_minutes, 0.5)),
        "last_fill": last_fill,
        **{name: traits[name] for name in ("log_rate", "length", "fill", "regularity")},
    }


def step_through(
    profile: Profile,
    population: Population,
    clock: Floats,
    calendar: Calendar,
    seed: int,
) -> Steps:
    """Draw every unit's visits over the calendar.

    Args:
        clock: expected visits by unit up to each hour, shape (units, hours + 1).
    """
    reader = _Clock(clock, calendar)
    everyone = np.arange(len(population.home), dtype=np.int64)
    zero = np.zeros_like(everyone)
    # A unit enters somewhere between two visits.
    target = -np.log(uniforms(seed, _FIRST, everyone, zero)) * 0.7
    alive = everyone[target < reader.total]
    start = reader.when(alive, target[alive])
    gap = np.full(len(alive), 1440.0)
    last_minutes = np.full(len(everyone), 60.0)
    last_fill = np.full(len(everyone), 0.7)
    made: list[tuple[Ints, Ints, Ints, Ints, Floats]] = []
    step = 0
    while len(alive):
        step += 1
        named = np.full_like(alive, step)
        traits = {name: population.trait(name)[alive] for name in LENGTH_TRAITS}
        if profile.whole_minutes:
            start = start // 60 * 60
        length = length_features(
            start=start,
            weekday=reader.weekday(start),
            gap_minutes=gap,
            last_minutes=last_minutes[alive],
            last_fill=last_fill[alive],
            traits=traits,
        )
        drawn, _ = profile.minutes.draw(
            np.column_stack(list(length.values())),
            uniforms(seed, _LENGTH_KIND, alive, named),
            uniforms(seed, _LENGTH, alive, named),
        )
        minutes = np.exp(drawn)
        if profile.whole_minutes:
            minutes = np.where(minutes > 0, np.maximum(np.rint(minutes), 1.0), 0.0)
        seconds = np.rint(minutes * 60).astype(np.int64)
        features = {**length, "minutes": np.log(np.maximum(minutes, 0.5))}
        drawn, full = profile.fill.draw(
            np.column_stack(list(features.values())),
            uniforms(seed, _FILL_KIND, alive, named),
            uniforms(seed, _FILL, alive, named),
        )
        power, need = np.exp(traits["log_power"]), np.exp(traits["log_need"])
        possible = possible_energy(power, need, minutes)
        energy = np.exp(drawn) * np.where(full, supply(power, minutes), possible)
        fill = energy / possible
        charged = end = start + seconds
        if profile.idle is not None:
            idle, _ = profile.idle.draw(
                np.column_stack(list(idle_features(length, minutes, full).values())),
                uniforms(seed, _IDLE_KIND, alive, named),
                uniforms(seed, _IDLE, alive, named),
            )
            charged = end - np.rint(np.exp(idle) * seconds).astype(np.int64)
        made.append((alive, start, end, charged, energy))
        last_minutes[alive], last_fill[alive] = minutes, fill
        drawn, again = profile.gap.draw(
            np.column_stack(
                list(
                    gap_features(
                        end=end,
                        weekday=reader.weekday(end),
                        last_minutes=minutes,
                        last_fill=fill,
                        traits=traits,
                    ).values()
                )
            ),
            uniforms(seed, _GAP_KIND, alive, named),
            uniforms(seed, _GAP, alive, named),
        )
        target = reader.read(alive, end) + np.where(again, 0.0, np.exp(drawn))
        inside = target < reader.total[alive]
        soon = end + np.rint(np.maximum(np.exp(drawn) - 0.5, 0.0) * 60).astype(np.int64)
        later = reader.when(alive, np.minimum(target, reader.total[alive]))
        start = np.where(again, soon, np.maximum(later, end))
        inside = np.where(again, (soon < reader.last) & inside, inside)
        gap = (start - end)[inside] / 60.0
        alive, start = alive[inside], start[inside]
    if not made:
        return Steps(zero[:0], zero[:0], zero[:0], zero[:0], np.zeros(0))
    columns = [np.concatenate(parts) for parts in zip(*made, strict=True)]
    return Steps(*columns)


class _Clock:
    """Reads the units' clocks both ways."""

    def __init__(self, clock: Floats, calendar: Calendar) -> None:
        self._clock = clock
        self._hours = clock.shape[1] - 1
        self._origin = calendar.first_day * DAY
        self._weekday = calendar.weekday
        self.total: Floats = clock[:, -1]
        self.last = self._origin + self._hours * HOUR
        # One sorted array for all units, so that one search answers for all of them.
        self._offset = np.concatenate([[0.0], np.cumsum(self.total[:-1] + 1.0)])
        self._flat = (clock + self._offset[:, None]).ravel()

    def weekday(self, second: Ints) -> Ints:
        day = np.clip((second - self._origin) // DAY, 0, len(self._weekday) - 1)
        kinds: Ints = self._weekday[day]
        return kinds

    def read(self, unit: Ints, second: Ints) -> Floats:
        """Expected visits of `unit` up to `second`."""
        since = np.clip((second - self._origin) / HOUR, 0, self._hours)
        hour = np.minimum(since.astype(np.int64), self._hours - 1)
        low = self._clock[unit, hour]
        value: Floats = low + (self._clock[unit, hour + 1] - low) * (since - hour)
        return value

    def when(self, unit: Ints, expected: Floats) -> Ints:
        """The second at which `unit` has expected that many visits."""
        width = self._hours + 1
        found = np.searchsorted(self._flat, expected + self._offset[unit], side="right") - 1
        hour = np.clip(found - unit * width, 0, self._hours - 1)
        low = self._clock[unit, hour]
        pace = np.maximum(self._clock[unit, hour + 1] - low, 1e-12)
        share = np.clip((expected - low) / pace, 0.0, 1.0)
        second: Ints = self._origin + ((hour + share) * HOUR).astype(np.int64)
        return second
