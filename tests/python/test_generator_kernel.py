"""The kernel in its parts: streams, clocks, charging, ports; plain and compiled alike."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecocharge.errors import EcoChargeError
from ecocharge.generator import text
from ecocharge.generator.arrays import NEVER, Days, Given, Place, State
from ecocharge.generator.charging import energy_after, seconds_for
from ecocharge.generator.coming import to_utc
from ecocharge.generator.days import clock_of
from ecocharge.generator.engines import PLAIN, choose_engine, compiled
from ecocharge.generator.habits import habits_of
from ecocharge.generator.kernel import find_port
from ecocharge.generator.outages import next_fault
from ecocharge.generator.presets import Plan
from ecocharge.generator.run import begin_site
from ecocharge.generator.site_types import SITE_TYPES
from ecocharge.generator.streams import mixed, normal, poisson, stream_key, uniform

GOLDEN = 0x9E37_79B9_7F4A_7C15
PATIENT = habits_of(SITE_TYPES["highway"])._replace(fault_days=0.0)


# --- streams


def test_the_hash_gives_the_published_numbers_of_splitmix64() -> None:
    numbers = [mixed((1234567 + n * GOLDEN) % 2**64) for n in range(1, 6)]
    assert numbers == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_every_part_of_a_name_makes_another_stream() -> None:
    names = [(s, p, k, m) for s in (1, 2) for p in (1, 2) for k in (1, 2) for m in (1, 2)]
    assert len({stream_key(*name) for name in names}) == len(names)
    assert stream_key(1, 2) != stream_key(2, 1)


def test_uniform_and_normal_numbers_are_distributed_as_named() -> None:
    key = stream_key(5)
    u = np.array([uniform(key, n) for n in range(20_000)])
    z = np.array([normal(key, n) for n in range(20_000)])
    shares = np.histogram(u, 20, (0, 1))[0] / len(u)
    assert shares == pytest.approx(np.full(20, 0.05), abs=0.008)
    assert np.corrcoef(u[1:], u[:-1])[0, 1] == pytest.approx(0, abs=0.03)
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=0.03)
    # The distribution function takes each number back, in all three branches of the quantile.
    back = [0.5 * math.erfc(-x / math.sqrt(2)) for x in z.tolist()]
    assert back == pytest.approx(u.tolist(), abs=1e-8)


@pytest.mark.parametrize("mean", [0.0, 0.3, 7.5, 80.0])
def test_counts_have_the_mean_and_variance_of_poisson(mean: float) -> None:
    counts = np.array([poisson(mean, (n + 0.5) / 20_000) for n in range(20_000)])
    assert counts.mean() == pytest.approx(mean, rel=0.01, abs=1e-9)
    assert counts.var() == pytest.approx(mean, rel=0.02, abs=1e-9)


# --- clocks


def test_a_skipped_hour_moves_on_and_a_repeated_one_may_be_either() -> None:
    days = np.array(["2025-03-30", "2025-10-26"], dtype="datetime64[D]")
    midnight = days.astype("datetime64[s]").astype(np.int64)
    clock = clock_of("Europe/London", np.concatenate([midnight, midnight + 86_400])[[0, 2, 1, 3]])
    nothing = np.zeros(4)
    whole = Days(nothing, nothing, nothing, midnight.repeat(2), *clock, nothing)
    half_past_one = 5_400
    utc = [to_utc(whole, 0, half_past_one, True), to_utc(whole, 2, half_past_one, False)]
    utc.append(to_utc(whole, 2, half_past_one, True))
    assert [datetime.fromtimestamp(second, UTC).isoformat() for second in utc] == [
        "2025-03-30T01:00:00+00:00",
        "2025-10-26T00:30:00+00:00",
        "2025-10-26T01:30:00+00:00",
    ]


@pytest.mark.parametrize("zone", ["America/Denver", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_the_clock_goes_on_from_day_to_day(zone: str) -> None:
    days = np.arange("2024-01-01", "2026-01-01", dtype="datetime64[D]")
    before, after, changes = clock_of(zone, days.astype("datetime64[s]").astype(np.int64))
    assert (before[1:] == after[:-1]).all()
    assert ((before != after) == (changes < NEVER)).all()
    assert (before != after).sum() == (0 if zone == "Asia/Kolkata" else 4)


# --- charging

cars = st.tuples(
    st.floats(3.0, 300.0), st.floats(15.0, 120.0), st.floats(0.0, 0.9), st.sampled_from([0.8, 1.0])
)


@given(cars, st.floats(0.001, 0.95))
def test_the_charging_curve_runs_both_ways(
    car: tuple[float, float, float, float], share: float
) -> None:
    power, battery, soc, _ = car
    wanted = share * (1 - soc) * battery
    seconds = seconds_for(wanted, *car)
    assert energy_after(seconds, *car) == pytest.approx(wanted, rel=1e-6)
    assert wanted <= power * seconds / 3600 * (1 + 1e-9)
    assert energy_after(seconds / 2, *car) <= wanted * (1 + 1e-9)


# --- ports

arrivals = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(1, 4_000), st.integers(0, 1), st.floats(0, 0.99)),
    max_size=40,
).map(sorted)


def _ports(slow: int, fast: int, fault_at: int = NEVER) -> tuple[Place, State]:
    count = slow + fast
    place = Place(
        [0, slow, count], [7.0, 50.0], [0, 1], [*range(count)], [1.0] * count, 0.0, 0.0, 1, NEVER
    )
    zeros = [0] * count
    faults = [fault_at] * count
    return place, State(
        zeros[:], [], faults, [at + 1 for at in faults], zeros[:], [0, 0], [1], [0.0]
    )


@given(arrivals, st.integers(0, 900), st.integers(1, 3), st.integers(1, 3))
@settings(deadline=None)
def test_no_two_cars_share_a_port(
    cars: list[tuple[int, int, int, float]], patience: int, slow: int, fast: int
) -> None:
    place, state = _ports(slow, fast)
    told = Given(PATIENT._replace(patience=patience), None, place, None, [], 0)  # type: ignore[arg-type]  # no driver or day is looked at
    taken: list[tuple[int, int, int]] = []
    for at, stay, bank, u in cars:
        busy = [end for port, _, end in taken if place.first_port[bank] <= port]
        port, start = find_port(told, state, bank, at, u)
        if port < 0:
            assert any(end > at for end in busy)
            continue
        assert place.first_port[bank] <= port < place.first_port[bank + 1]
        assert 0 <= start - at <= patience
        assert all(end <= start for other, _, end in taken if other == port)
        state.free_at[port] = start + stay
        taken.append((port, start, start + stay))


def test_a_port_out_of_order_takes_nobody() -> None:
    place, state = _ports(1, 1, fault_at=1_000)
    state.fault_until[0] = 2_000
    told = Given(PATIENT, None, place, None, [], 0)  # type: ignore[arg-type]  # as above
    assert find_port(told, state, 0, 900, 0.5) == (0, 900)
    assert find_port(told, state, 0, 960, 0.5)[0] == -1
    assert find_port(told, state, 0, 1_050, 0.5)[0] == -1
    assert find_port(told, state, 0, 1_900, 0.5) == (0, 2_060)


def test_outages_follow_each_other_at_the_stated_rate() -> None:
    _, state = _ports(1, 1)
    state.fault_until[0] = 0
    habits = PATIENT._replace(fault_days=10.0, fault_hours=5.0)
    spans = []
    for _ in range(2_000):
        next_fault(habits, 7, 0, state)
        spans.append((state.fault_at[0], state.fault_until[0]))
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    gaps = np.array([other[0] - one[1] for one, other in pairwise(spans)])
    lengths = np.array([end - begin for begin, end in spans])
    assert gaps.mean() == pytest.approx(10 * 86_400, rel=0.08)
    assert np.median(lengths) == pytest.approx(5 * 3_600, rel=0.08)


# --- text


def test_columns_of_text_are_what_formatting_row_by_row_gives() -> None:
    rng = np.random.default_rng(3)
    seconds = rng.integers(0, 2_000_000_000, 500)
    seconds[::7] = -1
    stamps = [
        None if s < 0 else datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for s in seconds.tolist()
    ]
    assert text.stamps(seconds).to_pylist() == stamps
    units = rng.integers(0, 200_000, 500)
    units[::9] = -1
    decimal = [None if u < 0 else f"{u // 1000}.{u % 1000:03d}" for u in units.tolist()]
    assert text.decimals(units, 3).to_pylist() == decimal
    numbers = np.array([1, 99, 9_999, 10_000, 123_456])
    ids = text.joined(text.numbered("ST07-", numbers, 4)).to_pylist()
    assert ids == [f"ST07-{n:04d}" for n in numbers.tolist()]


@pytest.mark.parametrize("count", [0, 3])
def test_columns_may_be_empty_or_all_unknown(count: int) -> None:
    unknown = np.full(count, -1)
    assert text.stamps(unknown).to_pylist() == [None] * count
    assert text.decimals(unknown, 2).to_pylist() == [None] * count
    assert text.texts([""] * count).to_pylist() == [None] * count
    assert text.constant("x", count).to_pylist() == ["x"] * count


# --- compiled


def test_auto_is_plain_for_little() -> None:
    assert choose_engine("auto", 10_000) is PLAIN
    assert choose_engine("no", 10**9) is PLAIN


def test_without_numba_the_remedy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ecocharge.generator.compiled", None)
    compiled.cache_clear()
    with pytest.raises(EcoChargeError) as caught:
        choose_engine("yes", 1)
    assert "--compiled no" in str(caught.value.remedy)


def test_the_plain_kernel_does_not_import_numba() -> None:
    code = (
        "import sys; from ecocharge.generator.presets import Plan; "
        "from ecocharge.generator.run import site_chunks; plan = Plan.of('xs'); "
        "next(site_chunks(plan, plan.network()[0])); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.prove
def test_compiled_and_plain_make_the_same_numbers() -> None:
    pytest.importorskip("numba", reason="the optional compiler is not installed")
    plan = Plan.of("xs", first=date(2024, 9, 1), last=date(2025, 4, 15))
    kinds: Counter[str] = Counter()
    for site in plan.network():
        plain = begin_site(plan, site, PLAIN).all_months()
        fast = begin_site(plan, site, choose_engine("yes", 0)).all_months()
        kinds[site.kind.name] += len(plain)
        for one, other in zip(plain.out + plain.readings, fast.out + fast.readings, strict=True):
            assert np.array_equal(one, other)
    print(f"seed {plan.seed}: {dict(kinds)} sessions alike")
    assert set(kinds) == set(SITE_TYPES)
