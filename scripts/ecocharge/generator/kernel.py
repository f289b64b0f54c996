"""One site through its months: who finds a port, what is charged, who idles, what it costs.

Plain Python over the tuples of `arrays`, without numpy, so that the same functions run as they
are for small networks and compiled for large ones (`compiled`). Every number drawn is named by
stream and counter: nothing depends on what ran before but the state handed from month to month.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ecocharge.generator.arrays import (
    BANK,
    BATTERY,
    CAR,
    FILL_Z,
    IS_APP,
    PLUG,
    POWER,
    STAY_Z,
    UNIT,
    WHO,
    Array,
    Given,
    Out,
    Place,
    Scratch,
    State,
)
from ecocharge.generator.charging import DC_KNEE, NO_KNEE, least_energy, seconds_for
from ecocharge.generator.coming import NUMBER_BITS, SLOTS, draw_day
from ecocharge.generator.outages import pass_bank, pass_faults
from ecocharge.generator.streams import normal, uniform
from ecocharge.generator.trees import (
    FILL,
    FULL,
    HOUR,
    IDLE,
    MINUTES,
    NOTHING,
    SECOND,
    SPECIAL,
    STAY,
    TABLE,
    WARMTH,
    WEEKDAY,
    leaf_of,
    read_at,
)

UNKNOWN = -1
LOCAL, UNPLUGGED, REMOTE, POWER_LOSS = 0, 1, 2, 4

_SIGN = 63
_HANDOVER = 60
_SHORTEST_STAY = 60
_LONGEST_FAILURE, _SHORTEST_FAILURE = 240, 25
_LEAST_KW = 0.01
_HOUR = 3_600.0
_PER_CELSIUS = -0.008
_EMPTIEST, _FULLEST = 0.04, 0.97
_CONTENT, _CONTENT_SD, _LEAST_CONTENT = 0.82, 0.07, 0.6
_FAILURES = 5
_UNPLUG_SHARE = 0.22
_REMOTE_SHARE = 0.5
_SHORTEST_LAG, _LAGS = 5, 595
# The draws of a visit, after those of its coming; each try at a port has four of its own.
_KIND, _IDLES, _NEED, _STAY, _CONTENT_SLOT, _IDLE, _FAILED = 16, 17, 18, 19, 20, 21, 22
_RETRY, _FIRST_TRY, _SECOND_TRY = 23, 24, 28
_AGAIN = 1 << 42
_NUMBERS = (1 << NUMBER_BITS) - 1
_PAUSE = 900.0
_PORT_SLOT, _CHANCE_SLOT, _LAG_SLOT, _FAILURE_SLOT = 0, 1, 2, 3


def choose_port(place: Place, state: State, bank: int, at: int, u: float) -> int:
    """A free port of the bank by popularity, else the one that falls free first."""
    first, end = place.first_port[bank], place.first_port[bank + 1]
    # Which ports are free is hard to guess for a processor: the sign bit, 1 or 0, spares it that.
    total = 0.0
    for port in range(first, end):
        total += place.popularity[port] * (((state.free_at[port] - at - 1) >> _SIGN) & 1)
    chosen = first
    if total == 0.0:
        for port in range(first, end):
            if state.free_at[port] < state.free_at[chosen]:
                chosen = port
        return int(chosen)
    left = u * total
    for port in range(first, end):
        is_free = ((state.free_at[port] - at - 1) >> _SIGN) & 1
        chosen = port if is_free else chosen
        left -= place.popularity[port] * is_free
        if left < 0.0:
            break
    return int(chosen)


class Arrival(NamedTuple):
    """A car at the gate: UTC epoch second, number in the month, that of the day, driver, local
    hour."""

    at: int
    visit: int
    number: int
    driver: int
    hour: float


class Visit(NamedTuple):
    """What a driver would do with a port; kW, kWh, share and seconds.

    `charging` is how long the car charges at most, -1 where its power alone decides.
    """

    power_kw: float
    knee: float
    battery_kwh: float
    soc: float
    wanted_kwh: float
    stay: int
    charging: int


def look_at_day(given: Given, scratch: Scratch, day: int) -> None:
    """Fill in what all visits of a day share."""
    warmer = given.days.celsius[day] - given.habits.celsius
    scratch.features[WEEKDAY] = given.days.weekday[day]
    scratch.features[WARMTH] = math.exp(_PER_CELSIUS * warmer)


def draw_luck(
    given: Given, scratch: Scratch, key: int, slot: int, arrival: int, driver: int
) -> None:
    """Where an arrival stands among the stays and the fills of its kind."""
    habits, own, car = given.habits, given.crowd.car, CAR * driver
    scratch.stay_z[arrival] = own[car + STAY_Z] + habits.stay_luck * normal(key, slot + _STAY)
    scratch.fill_z[arrival] = own[car + FILL_Z] + habits.fill_luck * normal(key, slot + _NEED)


def plan_stay(given: Given, scratch: Scratch, arrival: int, driver: int, hour: float) -> None:
    """How long an arrival stays if there is a port."""
    habits = given.habits
    scratch.features[HOUR] = hour
    unit = given.crowd.who[WHO * driver + UNIT]
    leaf = leaf_of(habits.woods, unit, STAY, scratch.features)
    minutes = math.exp(read_at(habits.woods.leaves, leaf + TABLE, scratch.stay_z[arrival]))
    stay = math.ceil(minutes * 60.0 / habits.clock_step) * habits.clock_step
    scratch.stay[arrival] = max(stay, _SHORTEST_STAY)


def plan_visit(
    given: Given, scratch: Scratch, key: int, slot: int, arrival: int, driver: int, hour: float
) -> Visit:
    """How much a car takes at a port."""
    habits, crowd, place = given.habits, given.crowd, given.place
    woods, leaves = habits.woods, habits.woods.leaves
    who, car = WHO * driver, CAR * driver
    bank, unit = crowd.who[who + BANK], crowd.who[who + UNIT]
    need = habits.need_kwh[unit]
    scratch.features[HOUR] = hour
    rated = place.rated_kw[bank]
    power = min(crowd.car[car + POWER], rated)
    stay = scratch.stay[arrival]
    minutes = stay / 60.0
    scratch.features[MINUTES] = minutes
    leaf = leaf_of(woods, unit, FILL, scratch.features)
    kind = uniform(key, slot + _KIND) - leaves[leaf + NOTHING]
    z = scratch.fill_z[arrival]
    supply = power * minutes / 60.0
    is_full = 0.0 <= kind < leaves[leaf + SPECIAL]
    wanted = 0.0
    if is_full:
        wanted = supply * math.exp(read_at(leaves, leaf + SECOND, z))
    elif kind >= 0.0:
        wanted = supply * need / (supply + need) * math.exp(read_at(leaves, leaf + TABLE, z))
        wanted *= scratch.features[WARMTH]
    charging = -1
    if habits.knows_idle and wanted > 0.0:
        scratch.features[FULL] = 1.0 if is_full else 0.0
        leaf = leaf_of(woods, unit, IDLE, scratch.features)
        idle = 0.0
        if uniform(key, slot + _IDLES) >= leaves[leaf + NOTHING]:
            idle = min(math.exp(read_at(leaves, leaf + TABLE, normal(key, slot + _IDLE))), 1.0)
        steps = math.ceil(stay * (1.0 - idle) / habits.clock_step)
        charging = min(max(steps * habits.clock_step, 60), stay)
        wanted = min(wanted, rated * charging / _HOUR)
        power = max(wanted / charging * _HOUR, _LEAST_KW)
    elif wanted > supply:
        # A car whose usual power is known may take somewhat more, as far as the port goes.
        power = min(wanted / minutes * 60.0, rated)
    battery = crowd.car[car + BATTERY]
    knee, content = NO_KNEE, _FULLEST
    if place.is_dc[bank]:
        knee = DC_KNEE
        content = _CONTENT + _CONTENT_SD * normal(key, slot + _CONTENT_SLOT)
        content = min(max(content, _LEAST_CONTENT), _FULLEST)
    wanted = min(wanted, (content - _EMPTIEST) * battery)
    return Visit(power, knee, battery, content - wanted / battery, wanted, stay, charging)


def find_port(
    given: Given, state: State, bank: int, at: int, u: float, wanted: int = -1
) -> tuple[int, int]:
    """A port of the bank, the wanted one if it is free, and the start there.

    The port is -1 for a car that drives on.
    """
    habits, place = given.habits, given.place
    if state.bank_fault_at[bank] <= at:
        first, end = place.first_port[bank], place.first_port[bank + 1]
        pass_bank(habits, given.faults_key, first, end, bank, at, state)
    port = wanted
    if wanted < 0 or state.free_at[wanted] > at:
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


def plug_in(  # noqa: PLR0913, PLR0917 - a tuple made for each call would cost as much as the call
    given: Given, state: State, out: Out, key: int, draws: int, row: int, driver: int,
    visit: Visit, port: int, start: int, failed: bool,
) -> int:  # fmt: skip
    """One plug-in at a port: a session, or a start that fails; when it ended."""
    crowd = given.crowd
    stay = visit.stay
    if failed:
        spread = _LONGEST_FAILURE - _SHORTEST_FAILURE
        stay = _SHORTEST_FAILURE + int(uniform(key, draws + _FAILURE_SLOT) * spread)
        step = given.habits.clock_step
        stay = (stay + step - 1) // step * step
    reason = stop_reason(
        failed, crowd.who[WHO * driver + IS_APP], uniform(key, draws + _CHANCE_SLOT)
    )
    state.free_at[port] = start + stay
    if state.fault_at[port] < start + stay:
        stay = state.fault_at[port] - start
        reason = POWER_LOSS
        state.free_at[port] = state.fault_until[port]
    energy_wh, charging = 0, -1
    power, battery, soc, knee = visit.power_kw, visit.battery_kwh, visit.soc, visit.knee
    if not failed:
        # Whole Wh rounded down and whole seconds rounded up: never more than power allows.
        reached = least_energy(visit.wanted_kwh, stay, power, battery, soc, knee)
        step = given.habits.energy_step
        energy_wh = int(reached * 1000.0 / step) * step
        if given.place.reports_end:
            charging = math.ceil(seconds_for(energy_wh / 1000.0, power, battery, soc, knee))
            # Charging may end later than power alone asks for, never sooner.
            charging = max(charging, min(visit.charging, stay))
    state.driver_free_at[driver] = start + stay
    out.number[row] = state.next_number[0]
    state.next_number[0] += 1
    out.connector[row] = given.place.first_connector[port] + crowd.who[WHO * driver + PLUG]
    out.driver[row] = driver
    out.power_kw[row] = power
    out.soc[row] = soc
    out.energy_wh[row] = energy_wh
    out.stop_reason[row] = reason
    lag = _SHORTEST_LAG + int(uniform(key, draws + _LAG_SLOT) * _LAGS)
    write_row(given.place, out, row, start, stay, charging, lag)
    return int(start + stay)


def serve(
    given: Given, state: State, scratch: Scratch, out: Out, row: int, key: int, arrival: Arrival,
) -> int:  # fmt: skip
    """One arrival: nothing, a session, or a failed start and perhaps a session after it.

    Returns:
        Rows written to `out`, from `row` on.
    """
    habits = given.habits
    at, slot, n = arrival.at, arrival.visit * SLOTS, arrival.number
    driver, hour = arrival.driver, arrival.hour
    if state.driver_free_at[driver] > at:
        return 0
    bank, draws, wanted = given.crowd.who[WHO * driver + BANK], slot + _FIRST_TRY, -1
    failed = uniform(key, slot + _FAILED) < habits.failed
    for tried in range(2):
        u = uniform(key, draws + _PORT_SLOT)
        wanted, start = find_port(given, state, bank, at, u, wanted)
        if wanted < 0:
            return tried
        visit = plan_visit(given, scratch, key, slot, n, driver, hour)
        now = row + tried
        ended = plug_in(given, state, out, key, draws, now, driver, visit, wanted, start, failed)
        if tried or uniform(key, slot + _RETRY) >= (habits.retry if failed else habits.again):
            return tried + 1
        at = ended + _HANDOVER
        if not failed:
            slot += _AGAIN
            at += int(uniform(key, slot) * _PAUSE) // habits.clock_step * habits.clock_step
            hour = (hour + (at - arrival.at) / _HOUR) % 24.0
            draw_luck(given, scratch, key, slot, n, driver)
            plan_stay(given, scratch, n, driver, hour)
        draws, failed = slot + _SECOND_TRY, False
    return 2


def run_months(
    given: Given, state: State, scratch: Scratch, counts: Array, out: Out, first: int, end: int
) -> int:
    """The sessions of the months first..end-1 into `out`, in order of arrival; their number.

    Args:
        counts: arrivals by day (`count_arrivals`).
        out: with room for twice the arrivals.
    """
    days = given.days
    rows = 0
    for month in range(first, end):
        key = given.keys[month]
        visit = 0
        for day in range(days.month_first[month], days.month_first[month + 1]):
            count = counts[day]
            draw_day(given, scratch, key, day, visit, count)
            look_at_day(given, scratch, day)
            # What no port and no other car has a say in comes first, step by step for all: a
            # processor then works on several arrivals at once.
            for n in range(count):
                draw_luck(given, scratch, key, (visit + n) * SLOTS, n, scratch.driver[n])
            for n in range(count):
                plan_stay(given, scratch, n, scratch.driver[n], scratch.hour[n])
            for place in range(count):
                at, n = scratch.order[place] >> NUMBER_BITS, scratch.order[place] & _NUMBERS
                arrival = Arrival(at, visit + n, n, scratch.driver[n], scratch.hour[n])
                rows += serve(given, state, scratch, out, rows, key, arrival)
            visit += count
    return rows
