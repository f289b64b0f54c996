"""Files that no operator should send, with what must become of each of their lines."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

# Text that must not be found again in any file that the project writes.
SECRETS = ("Zebedee-Holder", "leaked-by-a-torn-line", "9066304119770315")
MEGABYTE = 1_000_000

_DUNDEE = {
    "Charging event": "",
    "CP ID": "",
    "Connector": "1",
    "Start Date": "06/07/2018",
    "Start Time": "10:00",
    "End Date": "06/07/2018",
    "End Time": "12:00",
    "Total kWh": "7.5",
    "Cost": "0",
    "Site": "Some Street",
    "Group": "",
    "Model": "M",
}
_BOULDER = {
    "Station Name": "",
    "Station Address": "900 Walnut St",
    "Transaction Date": "1/31/2018",
    "Transaction Start Time": "5:43 PM",
    "Charging Time (minutes)": "128",
    "Energy (kWh)": "2.84",
}
DUNDEE_HEADER = ",".join(_DUNDEE)
BOULDER_HEADER = ",".join(_BOULDER)
_numbers = itertools.count(5_000_001)

Row = tuple[str | bytes, str]


@dataclass(frozen=True)
class HostileFile:
    """A file that lands, whatever its lines are.

    Attributes:
        source: the feed it claims to be.
        name: its name.
        content: its bytes.
        expected: for each physical line of a record its class and the rules it must break.
    """

    source: str
    name: str
    content: bytes
    expected: dict[int, str]


def dundee(**changed: str) -> str:
    """A Dundee row at a charger of its own, with some fields changed, `_` for a space."""
    own = {"Charging event": str(next(_numbers)), "CP ID": str(next(_numbers))}
    return _row(_DUNDEE | own, changed)


def boulder(**changed: str) -> str:
    """A Boulder row at a station of its own; `date`, `time`, `minutes`, `kwh` name the fields."""
    names = {
        "date": "Transaction Date",
        "time": "Transaction Start Time",
        "minutes": "Charging Time (minutes)",
        "kwh": "Energy (kWh)",
    }
    own = {"Station Name": f"BOULDER / ST{next(_numbers)}"}
    return _row(_BOULDER | own, {names.get(name, name): value for name, value in changed.items()})


def _row(values: dict[str, str], changed: dict[str, str]) -> str:
    renamed = {name.replace("_", " "): value for name, value in changed.items()}
    assert set(renamed) <= set(values), renamed
    return ",".join((values | renamed).values())


def hostile(
    source: str,
    name: str,
    rows: Sequence[Row],
    *,
    header: str | None = None,
    encoding: str = "utf-8",
    mark: bytes = b"",
    end: str = "\n",
) -> HostileFile:
    """A file of the given rows, each with what must become of it, '' for no record."""
    header = header or {"dundee": DUNDEE_HEADER, "boulder": BOULDER_HEADER}[source]
    content = mark + (header + end).encode(encoding)
    expected = {}
    line = 2
    for text, outcome in rows:
        if outcome:
            expected[line] = outcome
        raw = text if isinstance(text, bytes) else text.encode(encoding)
        content += raw + end.encode(encoding)
        line += 1 + (text.count(end) if isinstance(text, str) else 0)
    return HostileFile(source, name, content, expected)


_same = dundee(Charging_event="77")
_twice = dundee(Charging_event="78")

LANDED = (
    hostile(
        "dundee",
        "shapes.csv",
        [
            (dundee(), "accepted"),
            ("torn line " + SECRETS[1], "quarantined FIELD_COUNT"),
            (dundee().rsplit(",", 1)[0], "quarantined FIELD_COUNT"),
            (dundee() + ",one,more", "quarantined FIELD_COUNT"),
            (dundee(Total_kWh="7,5"), "quarantined FIELD_COUNT"),
            (dundee(Site='"quoted" twice'), "quarantined MALFORMED_QUOTE"),
            (dundee(Site="a\0b"), "quarantined NUL_BYTE"),
            (dundee(Site="x" * MEGABYTE), "quarantined FIELD_TOO_LARGE"),
            ("", ""),
            ("   ", ""),
            (DUNDEE_HEADER, "quarantined REPEATED_HEADER"),
            (dundee(Site='"two\nlines"'), "accepted"),
            (dundee(Site='"a ""quoted"" word, and a comma"'), "accepted"),
            (dundee(Site='"never closed'), "quarantined UNCLOSED_QUOTE"),
            (dundee(), "accepted"),
        ],
    ),
    hostile(
        "dundee",
        "numbers.csv",
        [
            (dundee(Total_kWh='"7,5"'), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh='"1,234.5"'), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="NaN"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="Infinity"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="-inf"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="1e400"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="9" * 30), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="abc"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="7.5 kWh"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="0x10"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="1_000"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="\uff17.\uff15"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh="--5"), "quarantined UNREADABLE_ENERGY"),
            (dundee(Total_kWh=""), "quarantined MISSING_ENERGY"),
            (dundee(Total_kWh="-0.001"), "quarantined NEGATIVE_ENERGY"),
            (dundee(Total_kWh="1000.000001"), "quarantined ENERGY_ABOVE_LIMIT"),
            (dundee(Total_kWh="1000"), "accepted"),
            (dundee(Total_kWh="-0"), "accepted ZERO_ENERGY"),
            (dundee(Total_kWh="+7.5e0"), "accepted"),
            (dundee(Total_kWh=" .5 "), "accepted"),
            (dundee(Cost="free"), "accepted UNREADABLE_COST"),
            (dundee(Cost="NaN"), "accepted UNREADABLE_COST"),
        ],
    ),
    hostile(
        "dundee",
        "times.csv",
        [
            (dundee(Start_Date="31/02/2018"), "quarantined UNREADABLE_START"),
            (dundee(Start_Date="07/13/2018"), "quarantined UNREADABLE_START"),
            (dundee(Start_Date="2018-07-06"), "accepted"),
            (dundee(Start_Time="30:99"), "quarantined UNREADABLE_START"),
            (dundee(Start_Time="24:00"), "quarantined UNREADABLE_START"),
            (dundee(Start_Time=""), "quarantined UNREADABLE_START"),
            (dundee(Start_Date="", Start_Time=""), "quarantined MISSING_START"),
            (dundee(Start_Date="06/07/0014"), "quarantined YEAR_IMPLAUSIBLE"),
            (dundee(Start_Date="06/07/18"), "quarantined YEAR_IMPLAUSIBLE"),
            (
                dundee(Start_Date="06/07/9999", End_Date="06/07/9999"),
                "quarantined START_OUT_OF_RANGE",
            ),
            (dundee(End_Date="31/02/2018"), "quarantined UNREADABLE_END"),
            (dundee(End_Time="noon"), "quarantined UNREADABLE_END"),
            (dundee(End_Date="01/01/1970"), "quarantined END_IS_SENTINEL"),
            (dundee(End_Date="31/12/9999"), "quarantined END_IS_SENTINEL"),
            (dundee(End_Time="09:59"), "quarantined END_BEFORE_START"),
            (dundee(End_Date="", End_Time=""), "quarantined MISSING_END"),
            (dundee(End_Date="", End_Time="", Total_kWh=""), "not_final OPEN_SESSION"),
            (dundee(End_Time="10:00"), "accepted ENERGY_IN_NO_TIME,ZERO_DURATION"),
            (dundee(End_Time="10:00", Total_kWh="0"), "accepted ZERO_DURATION,ZERO_ENERGY"),
            (dundee(End_Date="08/07/2018"), "accepted LONG_SESSION"),
            (dundee(End_Date="16/07/2018"), "accepted STUCK_SESSION"),
        ],
    ),
    hostile(
        "dundee",
        "places.csv",
        [
            (dundee(CP_ID="", Site=""), "accepted UNKNOWN_STATION"),
            (dundee(CP_ID=""), "accepted UNKNOWN_STATION"),
            (dundee(Site=""), "accepted UNKNOWN_STATION"),
            (dundee(Connector=""), "accepted"),
            (dundee(Site="'); drop table core.dim_stations; --"), "accepted"),
            (dundee(Site='"=HYPERLINK(""x"",""y"")"'), "accepted"),
            (dundee(Site="=cmd|' /C calc'!A0"), "accepted"),
            (dundee(Site="{{ env_var('ECOCHARGE_STATE') }}"), "accepted"),
            (dundee(Site="../../etc/<script>alert(1)</script>"), "accepted"),
            (dundee(Site="充电站"), "accepted"),
            (dundee(Site="Зарядка"), "accepted"),
            (dundee(Site="!!!"), "accepted"),
            # A refused row does not rename the site of its charger.
            (dundee(CP_ID="88", Site="Right Place"), "accepted"),
            (
                dundee(CP_ID="88", Site="Wrong Place", Start_Date="06/07/9998"),
                "quarantined END_BEFORE_START,START_OUT_OF_RANGE",
            ),
        ],
    ),
    hostile(
        "dundee",
        "versions.csv",
        [
            (_same, "accepted"),
            (_same, "exact_duplicate"),
            # The last version by content hash wins: which of the two is not the point here.
            (_twice, "accepted|superseded"),
            (_twice.replace("7.5", "8.5"), "accepted|superseded"),
            (_twice.replace("7.5", "NaN"), "quarantined UNREADABLE_ENERGY"),
        ],
    ),
    hostile(
        "dundee",
        "unknown_column.csv",
        [
            (dundee() + "," + SECRETS[0] + "," + SECRETS[2], "accepted"),
            (dundee(Total_kWh="?") + "," + SECRETS[0] + ",", "quarantined UNREADABLE_ENERGY"),
        ],
        header=DUNDEE_HEADER + ",Card Holder,User ID",
    ),
    hostile("dundee", "header_only.csv", []),
    hostile("dundee", "latin.csv", [(dundee(Site="Café Straße"), "accepted")], encoding="cp1252"),
    hostile(
        "dundee",
        "broken_utf8.csv",
        [
            (dundee(Site="Café Straße"), "accepted"),
            (dundee(Site="Caf").encode() + b"\xe9\xff", "quarantined BAD_ENCODING"),
        ],
    ),
    hostile(
        "dundee",
        "utf16.csv",
        [(dundee(Site="Café Straße"), "accepted")],
        encoding="utf-16-le",
        mark=codecs.BOM_UTF16_LE,
    ),
    hostile(
        "dundee",
        "mark_and_crlf.csv",
        [(dundee(), "accepted"), (dundee(Total_kWh="-1"), "quarantined NEGATIVE_ENERGY")],
        mark=codecs.BOM_UTF8,
        end="\r\n",
    ),
    hostile(
        "dundee",
        "carriage_returns.csv",
        [(dundee(), "accepted"), (dundee(Total_kWh="-1"), "quarantined NEGATIVE_ENERGY")],
        end="\r",
    ),
    hostile(
        "boulder",
        "boulder.csv",
        [
            (boulder(), "accepted"),
            (boulder(kwh='"2,84"'), "quarantined UNREADABLE_ENERGY"),
            (boulder(kwh="NaN"), "quarantined UNREADABLE_ENERGY"),
            (boulder(kwh="1e400"), "quarantined UNREADABLE_ENERGY"),
            (boulder(kwh="-2"), "quarantined NEGATIVE_ENERGY"),
            (boulder(kwh=""), "quarantined MISSING_ENERGY"),
            (boulder(minutes="1,234"), "quarantined FIELD_COUNT"),
            (boulder(minutes='"1,234"'), "accepted"),
            (boulder(minutes='"12,5"'), "quarantined UNREADABLE_END"),
            (boulder(minutes="2 h"), "quarantined UNREADABLE_END"),
            (boulder(minutes="999999999999"), "quarantined UNREADABLE_END"),
            (boulder(minutes="999999999"), "quarantined END_IS_SENTINEL"),
            (boulder(minutes="-5"), "quarantined END_BEFORE_START"),
            (boulder(minutes="0"), "accepted ENERGY_IN_NO_TIME,ZERO_DURATION"),
            (boulder(minutes="-"), "quarantined MISSING_END"),
            (boulder(minutes="-", kwh=""), "not_final OPEN_SESSION"),
            (boulder(date="13/13/2018"), "quarantined UNREADABLE_START"),
            (boulder(date="2/30/2018"), "quarantined UNREADABLE_START"),
            (boulder(time="25:99 PM"), "quarantined UNREADABLE_START"),
            (boulder(date="1/31/0014"), "quarantined YEAR_IMPLAUSIBLE"),
            (boulder(date="1/31/9999"), "quarantined START_OUT_OF_RANGE"),
            (boulder(date="", time=""), "quarantined MISSING_START"),
            (boulder(date="2018/02/31 00:00:00+00"), "quarantined UNREADABLE_START"),
            (boulder(Station_Name="", Station_Address=""), "accepted UNKNOWN_STATION"),
            (boulder(Station_Address="'; delete from core.dim_stations --"), "accepted"),
        ],
    ),
)

# Files that cannot be landed at all, and what must be said of each.
REFUSED = {
    "empty.csv": (b"", "the file is empty"),
    "blank.csv": (b"\n \n\r\n", "the file holds only blank lines"),
    "no_energy.csv": (
        DUNDEE_HEADER.replace(",Total kWh", "").encode() + b"\n",
        "required columns of chargeplace_scotland_sessions are missing: total_kwh",
    ),
    "headless.csv": (dundee().encode() + b"\n", "the header was not recognised"),
    "twice_named.csv": (
        DUNDEE_HEADER.replace("Cost", "Site").encode() + b"\n",
        "more than one header stands for the same column: site",
    ),
    "workbook.csv": (b"PK\x03\x04\x14\0\x06\0" + bytes(range(256)), "the header"),
    "utf16_without_mark.csv": (DUNDEE_HEADER.encode("utf-16-le"), "the header cannot be read"),
    "missing.csv": (None, "there is no such file or folder"),
}
