"""The faults: what each does to a delivery, what a cleaner must say of it, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ecocharge.errors import EcoChargeError

Level = Literal["row", "bytes", "connector", "file", "coding"]
Feed = Literal["records", "wall_clock"]


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: as it stands in the truth and in `--faults`.
        about: what happened to the data, in words.
        level: what is drawn by chance: a row, the bytes of a line, a connector's rows within one
            delivery, a whole delivery, or only the way in which a delivery is written.
        calls_for: rule codes and row classes; a row that has one of them counts as detected. Where
            empty, a cleaner should read the row as if nothing had happened.
        keeps_energy: the right answer keeps the session's true energy, once.
        real: share of rows, connectors or files in public data or, where none is published, a
            share of that size; `hard`: the share when there has to be enough of each to count.
        may_show: rules that such a row may break besides, without the rule being wrong there.
        feed: `records` are files with ids and UTC stamps, `wall_clock` files with local dates.
    """

    name: str
    about: str
    level: Level
    calls_for: tuple[str, ...]
    keeps_energy: bool
    real: float
    hard: float
    may_show: tuple[str, ...] = ()
    feed: Feed = "records"


_ALL = (
    Fault(
        "exact_duplicate",
        "the line stands twice, in one delivery or in two",
        "row",
        ("exact_duplicate",),
        keeps_energy=True,
        real=0.005,
        hard=0.02,
    ),
    Fault(
        "repeated_window",
        "a delivery begins with the last two days of the one before",
        "file",
        ("exact_duplicate",),
        keeps_energy=True,
        real=0.05,
        hard=0.15,
    ),
    Fault(
        "rounded_duplicate",
        "the session comes again with its energy rounded and its seconds cut off",
        "row",
        ("superseded",),
        keeps_energy=True,
        real=0.002,
        hard=0.015,
    ),
    Fault(
        "corrected_row",
        "first delivered with other energy, corrected under the same id a day later",
        "row",
        ("superseded",),
        keeps_energy=True,
        real=0.002,
        hard=0.015,
    ),
    Fault(
        "late_delivery",
        "first delivered while open, completed in a later delivery",
        "row",
        ("superseded",),
        keeps_energy=True,
        real=0.005,
        hard=0.015,
        may_show=("MISSING_STOP",),
    ),
    Fault(
        "missing_stop",
        "the stop was lost, days before the last delivery: no end, and mostly no energy either",
        "row",
        ("MISSING_STOP", "MISSING_END"),
        keeps_energy=False,
        real=0.004,
        hard=0.02,
    ),
    Fault(
        "zero_energy",
        "the meter was not read: energy zero",
        "row",
        ("ZERO_ENERGY",),
        keeps_energy=False,
        real=0.03,
        hard=0.02,
    ),
    Fault(
        "negative_energy",
        "start and stop of the meter the wrong way round",
        "row",
        ("NEGATIVE_ENERGY",),
        keeps_energy=False,
        real=0.0003,
        hard=0.02,
    ),
    Fault(
        "zero_duration",
        "the end repeats the start",
        "row",
        ("ZERO_DURATION",),
        keeps_energy=True,
        real=0.013,
        hard=0.02,
    ),
    Fault(
        "stuck_session",
        "the stop came days late, while others charged on the connector",
        "row",
        ("STUCK_SESSION",),
        keeps_energy=True,
        real=0.014,
        hard=0.015,
    ),
    Fault(
        "meter_rollover",
        "the register passed its last digit or its last bit during the session",
        "row",
        ("METER_ROLLOVER",),
        keeps_energy=False,
        real=0.0002,
        hard=0.02,
    ),
    Fault(
        "energy_in_wh",
        "Wh in the kWh column, single rows",
        "row",
        ("ENERGY_UNIT_WH",),
        keeps_energy=False,
        real=0.0005,
        hard=0.02,
    ),
    Fault(
        "file_in_wh",
        "a whole delivery in Wh",
        "file",
        ("ENERGY_UNIT_WH",),
        keeps_energy=False,
        real=0.02,
        hard=0.08,
    ),
    Fault(
        "hours_read_as_minutes",
        "a delivery whose ends were counted as if hours were minutes",
        "file",
        ("DURATION_UNIT",),
        keeps_energy=False,
        real=0.02,
        hard=0.08,
    ),
    Fault(
        "minutes_read_as_hours",
        "a delivery whose ends were counted as if minutes were hours",
        "file",
        ("DURATION_UNIT",),
        keeps_energy=False,
        real=0.02,
        hard=0.08,
        may_show=("STUCK_SESSION", "OVERLAP_ON_CONNECTOR", "CLOCK_AHEAD"),
    ),
    Fault(
        "misplaced_decimal_point",
        "energy a hundred times too large",
        "row",
        ("POWER_IMPOSSIBLE", "ENERGY_ABOVE_LIMIT"),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
        # One in ten is then a whole number that would do in Wh too.
        may_show=("ENERGY_UNIT_WH",),
    ),
    Fault(
        "clock_skew",
        "a charger's clock is hours off for the length of a delivery",
        "connector",
        ("CLOCK_AHEAD",),
        keeps_energy=True,
        real=0.002,
        hard=0.015,
        may_show=("OVERLAP_ON_CONNECTOR",),
    ),
    Fault(
        "unknown_station",
        "a connector that no station list has",
        "row",
        ("UNKNOWN_STATION",),
        keeps_energy=True,
        real=0.002,
        hard=0.02,
    ),
    Fault(
        "overlap",
        "recorded on the connector beside it, which was busy",
        "row",
        ("OVERLAP_ON_CONNECTOR",),
        keeps_energy=True,
        real=0.004,
        hard=0.025,
    ),
    Fault(
        "epoch_start",
        "the start is 1 January 1970",
        "row",
        ("START_IS_SENTINEL",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "four_zero_year",
        "years such as 0025",
        "row",
        ("YEAR_IMPLAUSIBLE",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "future_year",
        "two digits of the year the wrong way round, such as 2052",
        "row",
        ("START_IN_FUTURE",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "end_before_start",
        "start and end the wrong way round",
        "row",
        ("END_BEFORE_START",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "encoding_damage",
        "a byte of the line is no longer text",
        "bytes",
        ("BAD_ENCODING", "NUL_BYTE"),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "truncated_line",
        "the line breaks off",
        "bytes",
        ("FIELD_COUNT",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "delimiter_damage",
        "a decimal comma in a comma-separated line",
        "bytes",
        ("FIELD_COUNT",),
        keeps_energy=False,
        real=0.0002,
        hard=0.01,
    ),
    Fault(
        "held_back",
        "a charger was offline: its rows of a delivery come in a file of their own weeks later",
        "connector",
        (),
        keeps_energy=True,
        real=0.002,
        hard=0.015,
        may_show=("OVERLAP_ON_CONNECTOR",),
    ),
    Fault(
        "file_in_utf16",
        "a delivery saved by a spreadsheet program in UTF-16",
        "coding",
        (),
        keeps_energy=True,
        real=0.01,
        hard=0.05,
    ),
    Fault(
        "file_with_semicolons",
        "a delivery with semicolons between its fields",
        "coding",
        (),
        keeps_energy=True,
        real=0.02,
        hard=0.05,
    ),
    Fault(
        "day_month_swapped",
        "a delivery with day and month swapped wherever the day is twelve or less",
        "file",
        ("SWAPPED_DATE_REPAIRED",),
        keeps_energy=True,
        real=0.05,
        hard=0.34,
        feed="wall_clock",
    ),
    Fault(
        "skipped_hour",
        "a clock that missed the change to summer time writes an hour that does not exist",
        "row",
        ("NONEXISTENT_LOCAL_TIME",),
        keeps_energy=True,
        real=0.0,
        hard=1.0,
        feed="wall_clock",
    ),
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ALL})

NAMES = ("", *FAULTS)
"""The faults by their code: 0 stands for none."""

CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in enumerate(NAMES)})

Rates = Mapping[str, float]
"""The share of rows, connectors or files that a fault takes, by its name."""


def rates(text: str) -> dict[str, float]:
    """Rates as a user writes them.

    Args:
        text: `none`, `real` or `hard`, then changes such as `hard,clock_skew=0.1,overlap=0`;
            changes alone begin from `none`.

    Raises:
        EcoChargeError: an unknown word or fault, or a rate outside 0 to 1.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    found = dict.fromkeys(FAULTS, 0.0)
    for position, word in enumerate(words):
        name, sign, value = word.partition("=")
        if sign:
            found[_known(name)] = _share(name, value)
        elif position == 0 and word in ("none", "real", "hard"):
            if word != "none":
                found = {fault.name: getattr(fault, word) for fault in _ALL}
        else:
            raise EcoChargeError(
                f"{word!r} says nothing about faults",
                remedy="begin with none, real or hard; then name=rate, comma separated",
            )
    return found


def _known(name: str) -> str:
    if name in FAULTS:
        return name
    raise EcoChargeError(
        f"there is no fault {name!r}", remedy=f"choose from: {', '.join(sorted(FAULTS))}"
    )


def _share(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if 0.0 <= value <= 1.0:
        return value
    raise EcoChargeError(
        f"the rate of {name} is not a share: {text!r}", remedy="give a number from 0 to 1"
    )
