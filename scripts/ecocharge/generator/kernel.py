"""One site through its months: who finds a port, what is charged, who idles, what it costs.

Plain Python over the tuples of `arrays`, without numpy, so that the same functions run as they
are for small networks and compiled for large ones (`compiled`). Every number drawn is named by
stream and counter: nothing depends on what ran before but the state handed from month to month.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ecocharge.generator.arrays import Crowd, Given, Habits, Out, Place, Scratch, State
from ecocharge.generator.charging import DC_KNEE, NO_KNEE, energy_after, seconds_for
from ecocharge.generator.coming import SLOTS, day_count, draw_day
from ecocharge.generator.outages import pass_faults
from ecocharge.generator.streams import normal, uniform

UNKNOWN = -1
LOCAL, UNPLUGGED, REMOTE, POWER_LOSS = 0, 1, 2, 4

_HANDOVER = 60
_SHORTEST_STAY = 240
_SHORTEST_FAILURE = 25
_LEAST_UNTIL_HOURS = 1.5
_DAY_HOURS = 24.0
_HOUR = 3_600.0
_PER_CELSIUS = -0.008
_MILD_CELSIUS = 15.0
_EMPTIEST, _FULLEST = 0.04, 0.97
_CONTENT, _CONTENT_SD, _LEAST_CONTENT = 0.82, 0.07, 0.6
_FAILURES = 5
_UNPLUG_SHARE = 0.22
_REMOTE_SHARE = 0.5
_SHORTEST_LAG, _LAGS = 5, 595
# The draws of a visit, after those of its coming; each try at a port has four of its own.
_COMPONENT, _HABIT, _NEED, _STAY, _CONTENT_SLOT, _LINGER, _FAILED = 16, 17, 18, 19, 20, 21, 22
_RETRY, _FIRST_TRY, _SECOND_TRY = 23, 24, 28
_PORT_SLOT, _CHANCE_SLOT, _LAG_SLOT, _FAILURE_SLOT = 0, 1, 2, 3


def choose_port(place: Place, state: State, bank: int, at: int, u: float) -> int:
    """A free port of the bank by popularity, else the one that falls free first."""
    first, end = place.first_port[bank], place.first_port[bank + 1]
    total = 0.0
    soonest = first
    for port in range(first, end):
        if state.free_at[port] <= at:
            total += place.popularity[port]
        if state.free_at[port] < state.free_at[soonest]:
            soonest = port
    if total == 0.0:
        return int(soonest)
    left = u * total
    chosen = soonest
    for port in range(first, end):
        if state.free_at[port] <= at:
            chosen = port
            left -= place.popularity[port]
            if left < 0.0:
                break
    return int(chosen)


def component_of(
    habits: Habits, crowd: Crowd, key: int, slot: int, driver: int, hour: float
) -> int:
    """The way a driver behaves this time: mostly the usual one, of those usual at the hour."""
    if uniform(key, slot + _HABIT) < habits.habit_stay:
        u = crowd.usual_component[driver]
    else:
        u = uniform(key, slot + _COMPONENT)
    count = len(habits.need_mu)
    row = count * int(hour)
    component = 0
    while component < count - 1 and habits.component_cdf[row + component] <= u:
        component += 1
    return component


def stay_hours(habits: Habits, component: int, hour: float, z: float) -> float:
    """Hours a car stays if nothing ends it: until an hour of the day, or a lognormal time."""
    until = habits.until_hour[component]
    if until >= 0.0:
        left = until - hour + habits.stay_sd[component] * z
        if left > _DAY_HOURS + _LEAST_UNTIL_HOURS:
            left -= _DAY_HOURS
        if left >= _LEAST_UNTIL_HOURS:
            return float(left)
        component = len(habits.stay_mu) - 1
    return math.exp(habits.stay_mu[component] + habits.stay_sd[component] * z)


class Arrival(NamedTuple):
    """A car at the gate: UTC epoch second, number in the month, driver, local hour."""

    at: int
    visit: int
    driver: int
    hour: float


class Visit(NamedTuple):
    """What a driver would do with a port; kW, kWh, shares and seconds."""

    power_kw: float
    knee: float
    battery_kwh: float
    soc: float
    wanted_kwh: float
    stay: int


def plan_visit(
    given: Given, key: int, slot: int, driver: int, hour: float, celsius: float
) -> Visit:
    """How much a driver wants and how long the car stays if there is a port."""
    habits, crowd, place = given.habits, given.crowd, given.place
    component = component_of(habits, crowd, key, slot, driver, hour)
    need, stay = habits.need_habit, habits.stay_habit
    z = math.sqrt(need) * crowd.need_z[driver] + math.sqrt(1.0 - need) * normal(key, slot + _NEED)
    own = math.sqrt(stay) * crowd.stay_z[driver] + math.sqrt(1.0 - stay) * normal(key, slot + _STAY)
    rho = habits.rho[component]
    bank = crowd.bank[driver]
    battery = crowd.battery_kwh[driver]
    if place.is_dc[bank]:
        knee, power = DC_KNEE, min(crowd.dc_kw[driver], place.rated_kw[bank])
        content = _CONTENT + _CONTENT_SD * normal(key, slot + _CONTENT_SLOT)
        content = min(max(content, _LEAST_CONTENT), _FULLEST)
    else:
        knee, power = NO_KNEE, min(crowd.ac_kw[driver], place.rated_kw[bank])
        content = _FULLEST
    log_need = habits.need_mu[component] + habits.need_sd[component] * z
    wanted = math.exp(log_need + _PER_CELSIUS * (celsius - _MILD_CELSIUS))
    wanted = min(wanted, (content - _EMPTIEST) * battery)
    soc = content - wanted / battery
    hours = stay_hours(habits, component, hour, rho * z + math.sqrt(1.0 - rho * rho) * own)
    linger = habits.linger_hours[component]
    if linger > 0.0:
        needed = seconds_for(wanted, power, battery, soc, knee) / _HOUR
        hours = min(hours, needed - linger * math.log(1.0 - uniform(key, slot + _LINGER)))
    stay_seconds = max(math.ceil(hours * _HOUR), _SHORTEST_STAY)
    return Visit(power, knee, battery, soc, wanted, stay_seconds)


def find_port(given: Given, state: State, bank: int, at: int, u: float) -> tuple[int, int]:
    """A port of the bank and the start there; port -1 for a car that drives on."""
    habits, place = given.habits, given.place
    for port in range(place.first_port[bank], place.first_port[bank + 1]):
        if state.fault_at[port] <= at:
            pass_faults(habits, given.faults_key, port, at, state)
    port = choose_port(place, state, bank, at, u)
    start = at
    if state.free_at[port] > at:
        start = state.free_at[port] + _HANDOVER
        pass_faults(habits, given.faults_key, port, start, state)
        if start - at > habits.patience or state.free_at[port] > start:
            return -1, start
    if start >= place.export_at or state.fault_at[port] - start < _HANDOVER:
        return -1, start
    return port, start


def stop_reason(failed: bool, is_app: int, chance: float) -> int:
    """Why a session stops, where no outage ends it."""
    if failed:
        return UNPLUGGED + int(chance * _FAILURES)
    if is_app and chance > 1.0 - _REMOTE_SHARE:
        return REMOTE
    return UNPLUGGED if chance < _UNPLUG_SHARE else LOCAL


def write_row(
    place: Place, out: Out, row: int, start: int, stay: int, charging: int, lag: int
) -> None:
    """What the feed says at export of a session whose energy and reason are in `out` already."""
    updated = start + stay + lag
    out.started_at[row] = start
    if updated > place.export_at:
        out.ended_at[row] = UNKNOWN
        out.charging_ended_at[row] = UNKNOWN
        out.energy_wh[row] = UNKNOWN
        out.stop_reason[row] = UNKNOWN
        out.revenue_cents[row] = UNKNOWN
        out.tax_cents[row] = UNKNOWN
        out.updated_at[row] = min(start + lag, place.export_at)
        return
    known = place.reports_end and charging >= 0
    revenue = int(out.energy_wh[row] * place.price_cents / 1000.0 + 0.5)
    out.ended_at[row] = start + stay
    out.charging_ended_at[row] = start + min(charging, stay) if known else UNKNOWN
    out.revenue_cents[row] = revenue
    out.tax_cents[row] = int(revenue * place.tax_rate + 0.5)
    out.updated_at[row] = updated


def plug_in(
    given: Given, state: State, out: Out, key: int, draws: int, row: int, driver: int,
    visit: Visit, at: int, failed: bool,
) -> int:  # fmt: skip
    """One plug-in at a port, if one is found: a session, or a start that fails.

    Returns:
        When it ended; -1 for a car that drove on.
    """
    crowd = given.crowd
    bank = crowd.bank[driver]
    port, start = find_port(given, state, bank, at, uniform(key, draws + _PORT_SLOT))
    if port < 0:
        return -1
    stay = visit.stay
    if failed:
        spread = _SHORTEST_STAY - _SHORTEST_FAILURE
        stay = _SHORTEST_FAILURE + int(uniform(key, draws + _FAILURE_SLOT) * spread)
    reason = stop_reason(failed, crowd.is_app[driver], uniform(key, draws + _CHANCE_SLOT))
    state.free_at[port] = start + stay
    if state.fault_at[port] < start + stay:
        stay = state.fault_at[port] - start
        reason = POWER_LOSS
        state.free_at[port] = state.fault_until[port]
    energy_wh, charging = 0, -1
    power, battery, soc, knee = visit.power_kw, visit.battery_kwh, visit.soc, visit.knee
    if not failed:
        # Whole Wh rounded down and whole seconds rounded up: never more than power allows.
        reached = min(visit.wanted_kwh, energy_after(stay, power, battery, soc, knee))
        energy_wh = int(reached * 1000.0)
        charging = math.ceil(seconds_for(energy_wh / 1000.0, power, battery, soc, knee))
    state.driver_free_at[driver] = start + stay
    out.number[row] = state.next_number[0]
    state.next_number[0] += 1
    out.connector[row] = given.place.first_connector[port] + crowd.plug[driver]
    out.driver[row] = driver
    out.power_kw[row] = power
    out.soc[row] = soc
    out.energy_wh[row] = energy_wh
    out.stop_reason[row] = reason
    lag = _SHORTEST_LAG + int(uniform(key, draws + _LAG_SLOT) * _LAGS)
    write_row(given.place, out, row, start, stay, charging, lag)
    return int(start + stay)


def serve(
    given: Given, state: State, out: Out, row: int, key: int, day: int, arrival: Arrival
) -> int:
    """One arrival: nothing, a session, or a failed start and perhaps a session after it.

    Returns:
        Rows written to `out`, from `row` on.
    """
    habits = given.habits
    at, slot, driver, hour = arrival.at, arrival.visit * SLOTS, arrival.driver, arrival.hour
    if state.driver_free_at[driver] > at:
        return 0
    visit = plan_visit(given, key, slot, driver, hour, given.days.celsius[day])
    failed = uniform(key, slot + _FAILED) < habits.failed
    ended = plug_in(given, state, out, key, slot + _FIRST_TRY, row, driver, visit, at, failed)
    if ended < 0:
        return 0
    if not failed or uniform(key, slot + _RETRY) >= habits.retry:
        return 1
    at = ended + _HANDOVER
    again = plug_in(given, state, out, key, slot + _SECOND_TRY, row + 1, driver, visit, at, False)
    return 1 if again < 0 else 2


def run_months(given: Given, state: State, scratch: Scratch, out: Out, first: int, end: int) -> int:
    """The sessions of the months first..end-1 into `out`, in order of arrival; their number.

    Args:
        out: with room for twice the arrivals (`count_arrivals`).
    """
    habits, days = given.habits, given.days
    rows = 0
    for month in range(first, end):
        key = given.keys[month]
        visit = 0
        start = days.month_first[month]
        for day in range(start, days.month_first[month + 1]):
            count, level = day_count(habits, key, day - start, days.mean[day], state.level[0])
            state.level[0] = level
            draw_day(given, scratch, key, day, visit, count)
            for n in range(count):
                arrival = Arrival(
                    scratch.at[n], scratch.visit[n], scratch.driver[n], scratch.hour[n]
                )
                rows += serve(given, state, out, rows, key, day, arrival)
            visit += count
    return rows
