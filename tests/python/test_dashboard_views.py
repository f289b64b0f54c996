"""The dashboard's views in a real Chromium: pressed, typed at and filtered, against SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb
import pytest
from devtools import Tab, opened
from tiny_network import make_project

from ecocharge.dashboard.page import write_page
from ecocharge.paths import Paths
from ecocharge.publishing.publish import publish

DESKTOP, PHONE, HOURS = 1280, 390, 24
DASH = "\u2013"
_DRAWN = "document.documentElement && document.documentElement.dataset.drawn"


class Reader:
    """Who reads the page: opens a link, chooses, presses and looks."""

    def __init__(self, tab: Tab, page: Path) -> None:
        self.tab, self._page = tab, page

    def opens(self, link: str = "", width: int = DESKTOP) -> None:
        self.tab.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE},
        )
        self.tab.call("Page.navigate", url="about:blank")
        self.tab.call("Page.navigate", url=f"{self._page.as_uri()}#{link}")
        self._waits()

    def does(self, script: str) -> Any:
        """Runs what makes the page draw, and waits until it has."""
        self.tab.evaluate("delete document.documentElement.dataset.drawn")
        found = self.tab.evaluate(script)
        self._waits()
        return found

    def chooses(self, name: str, value: str) -> None:
        self.does(
            f"(() => {{ const one = document.getElementById({name!r}); one.value = {value!r};"
            " one.dispatchEvent(new Event('change', { bubbles: true })); })()"
        )

    def text(self, name: str) -> str:
        found: str = self.tab.evaluate(f"document.getElementById({name!r}).textContent")
        return found

    def table(self, name: str) -> list[list[str]]:
        """The body of a table, unfolded if it was folded away."""
        rows: list[list[str]] = self.tab.evaluate(
            f"new Promise((done) => {{ const table = document.getElementById({name!r});"
            " const fold = table.closest('details'); if (fold) fold.open = true;"
            " setTimeout(() => done([...table.tBodies].flatMap((body) => [...body.rows].map("
            "(row) => [...row.cells].map((cell) => cell.textContent)))), 50); })"
        )
        return rows

    def presses(self, script: str, *, by_touch: bool = False) -> None:
        """Presses the middle of the box that `script` gives."""
        x, y = self.middle(script)
        if by_touch:
            self.tab.call(
                "Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}]
            )
            self.tab.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.tab.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    def middle(self, script: str) -> tuple[float, float]:
        x, y = self.tab.evaluate(
            f"(() => {{ const one = {script}; one.scrollIntoView({{ block: 'center' }});"
            " const box = one.getBoundingClientRect();"
            " return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        return x, y

    def _waits(self) -> None:
        until = monotonic() + 30
        while not (state := self.tab.evaluate(_DRAWN)):
            assert monotonic() < until, "the page was not drawn"
            sleep(0.02)
        assert state == "yes"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    paths = make_project(tmp_path_factory.mktemp("project"))
    publish(paths)
    write_page(paths)
    return paths


@pytest.fixture(scope="module")
def tab(chromium: str) -> Iterator[Tab]:
    with opened(chromium) as own:
        yield own


@pytest.fixture
def reader(tab: Tab, project: Paths) -> Iterator[Reader]:
    tab.console.clear()
    tab.requests.clear()
    yield Reader(tab, project.site / "index.html")
    assert tab.console == []
    assert {each.split(":")[0] for each in tab.requests} <= {"file", "about", "data"}


def _rows(paths: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(paths.published / "ecocharge.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _records(paths: Paths, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(paths.published / "ecocharge.duckdb"), read_only=True) as connection:
        rows: list[dict[str, Any]] = connection.sql(sql).to_arrow_table().to_pylist()
    return rows


def _said(value: Any, digits: int = 1) -> str:
    return DASH if value is None else f"{float(value):,.{digits}f}"


def _share(part: Any, whole: Any) -> str:
    return DASH if part is None or not whole else f"{100 * float(part) / float(whole):,.1f}\u00a0%"


# One station ----------------------------------------------------------------------------------


def test_without_a_choice_the_page_says_how_to_choose(reader: Reader) -> None:
    reader.opens()
    assert reader.text("station-title") == "One station"
    assert "Choose a station" in reader.text("station-lead")
    assert reader.tab.evaluate("document.getElementById('station-detail').hidden") is True


@pytest.mark.parametrize(
    ("link", "where"),
    [
        ("station=demo:ST01", "true"),
        ("station=demo:ST03&days=weekend", "isodow(date_local) > 5"),
        ("station=demo:ST04&from=2025-04-03", "date_local >= date '2025-04-03'"),
    ],
)
def test_a_link_opens_one_station_with_its_months(
    reader: Reader, project: Paths, link: str, where: str
) -> None:
    station = link.split("&", maxsplit=1)[0].removeprefix("station=")
    months = _records(
        project,
        f"""
        with hours as (
            select strftime(date_local, '%Y-%m') as month, sum(energy_kwh) as energy_kwh,
                sum(sessions_started) as sessions,
            from core.fct_energy_hourly_local where station_id = '{station}' and {where}
            group by all
        ),
        days as (
            select strftime(date_local, '%Y-%m') as month, sum(occupied_minutes) as occupied,
                sum(port_minutes_in_service) as minutes, sum(energy_kwh) as energy,
                sum(capacity_kwh) as capacity, sum(idle_minutes) as idle,
                sum(charging_known_minutes) as known, max(peak_15min_kw) as peak,
            from operations.rpt_station_efficiency where station_id = '{station}' and {where}
            group by all
        ),
        emissions as (
            select strftime(date_local, '%Y-%m') as month, sum(avoided_kg_co2) as avoided,
            from sustainability.fct_emissions_daily where station_id = '{station}' and {where}
            group by all
        )
        select month, hours.energy_kwh, sessions, occupied, minutes, energy, capacity, idle, known,
            peak, avoided,
        from hours left join days using (month) left join emissions using (month) order by month
        """,
    )
    reader.opens(link)
    assert reader.table("table-station") == [
        [
            of["month"],
            _said(of["energy_kwh"]),
            _said(of["sessions"], 0),
            _share(of["occupied"], of["minutes"]),
            _share(of["energy"], of["capacity"]),
            _share(of["idle"], of["known"]),
            _said(of["peak"]),
            _said(of["avoided"]),
        ]
        for of in months
    ]


def test_the_facts_of_a_station_are_told(reader: Reader) -> None:
    reader.opens("station=demo:ST03")
    facts = reader.tab.evaluate(
        "Object.fromEntries([...document.querySelectorAll('#station-facts div')].map((each) =>"
        " [each.children[0].textContent, each.children[1].textContent]))"
    )
    assert facts == {
        "Name": "Mill Lane",
        "Id": "demo:ST03",
        "City": "Ystad",
        "Region": "M",
        "Country": "SE",
        "Site": "street",
        "Time zone": "Europe/Stockholm",
        "Ports": "2",
        "Rated power": "22.0 kW",
        "In service": "2025-03-10 to 2025-05-18",
    }
    reader.chooses("station", "demo:ST02")
    told = reader.text("station-facts")
    assert "Europe/Stockholm (inferred)" in told
    assert "Regionnot known" in told
    assert "2025-03-10 to now" in told


def test_a_station_without_days_here_says_so(reader: Reader) -> None:
    reader.opens("station=demo:ST01&from=2030-01-01")
    assert "Nothing here for this selection." in reader.text("station-lead")
    assert reader.table("table-station") == []


_HARBOUR = ".find((each) => each.textContent === 'Harbour')"
BUTTON = f"[...document.querySelectorAll('#table-efficiency button')]{_HARBOUR}"
PRESSED = {
    "a ranking's row": f"[...document.querySelectorAll('#chart-energy svg text')]{_HARBOUR}",
    "a ranking's bar": "document.querySelectorAll('#chart-efficiency .mark-rect path')[0]",
    "a small picture": "document.querySelectorAll('#chart-multiples .mark-symbol path')[0]",
}


@pytest.mark.parametrize("what", PRESSED)
def test_a_station_is_chosen_by_pressing_it(reader: Reader, what: str) -> None:
    reader.opens()
    reader.tab.evaluate("delete document.documentElement.dataset.drawn")
    reader.presses(PRESSED[what])
    reader._waits()
    chosen = reader.tab.evaluate("document.getElementById('station').value")
    assert chosen.startswith("demo:ST0")
    assert f"station={chosen.replace(':', '%3A')}" in reader.tab.evaluate("location.hash")
    assert reader.text("station-title").startswith("One station: ")


def test_a_station_is_chosen_and_left_by_keyboard(reader: Reader) -> None:
    reader.opens()
    reader.table("table-efficiency")
    reader.tab.evaluate(f"{BUTTON}.focus()")
    reader.tab.evaluate("delete document.documentElement.dataset.drawn")
    _enter(reader)
    assert reader.text("station-title") == "One station: Harbour"
    assert reader.tab.evaluate("document.activeElement.id") == "station-title"
    reader.tab.evaluate("document.querySelector('#station-lead button').focus()")
    reader.tab.evaluate("delete document.documentElement.dataset.drawn")
    _enter(reader)
    assert reader.text("station-title") == "One station"
    assert "station" not in reader.tab.evaluate("location.hash")


def _enter(reader: Reader) -> None:
    for kind in ("keyDown", "keyUp"):
        reader.tab.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key="Enter",
            code="Enter",
            text="\r",
            windowsVirtualKeyCode=13,
        )
    reader._waits()


# Small multiples ------------------------------------------------------------------------------


def _points(reader: Reader) -> list[dict[str, str]]:
    """What the points of the small pictures say, by `station`, `month` and `value`."""
    labels: list[str] = reader.tab.evaluate(
        "[...document.querySelectorAll('#chart-multiples .mark-symbol path')].map((each) =>"
        " each.getAttribute('aria-label'))"
    )
    return [dict(part.split(": ", 1) for part in label.split("; ")) for label in labels]


MULTIPLES = {
    "": ("100 * sum(occupied_minutes) / sum(port_minutes_in_service)", "true"),
    "measure=idle&city=Lund": (
        "100 * sum(idle_minutes) / sum(charging_known_minutes)",
        "city = 'Lund'",
    ),
    "measure=portDay&from=2025-04-01&days=weekday": (
        "sum(energy_kwh) * 1440 / sum(port_minutes_in_service)",
        "date_local >= date '2025-04-01' and isodow(date_local) < 6",
    ),
}


@pytest.mark.parametrize("link", MULTIPLES)
def test_small_multiples_equal_sql(reader: Reader, project: Paths, link: str) -> None:
    value, where = MULTIPLES[link]
    rows = _rows(
        project,
        f"""
        select any_value(station_name), strftime(date_local, '%B %Y') as month, {value} as value
        from operations.rpt_station_efficiency
        inner join core.dim_stations using (station_id)
        where {where} group by station_id, month having value is not null
        order by month, value
        """,
    )
    reader.opens(link)
    shown = sorted(
        (each["month"], float(each["value"]), each["station"]) for each in _points(reader)
    )
    assert [value for _, value, _ in shown] == pytest.approx(
        [float(value) for _, _, value in rows], rel=1e-6
    )
    assert [month for month, *_ in shown] == [month for _, month, _ in rows]
    assert all(label.startswith(name) for (*_, label), (name, *_) in zip(shown, rows, strict=True))


def test_small_multiples_share_their_scale_and_fit(reader: Reader) -> None:
    for width in (DESKTOP, PHONE):
        reader.opens(width=width)
        page, chart, picture = reader.tab.evaluate(
            "[document.documentElement.scrollWidth, ...['#chart-multiples', '#chart-multiples svg']"
            ".map((each) => document.querySelector(each).getBoundingClientRect().width)]"
        )
        assert page <= width
        assert 0.8 * chart < picture <= chart


# Intensity by hour ----------------------------------------------------------------------------

CLOCK = {
    "": "true",
    "station=demo:ST02": "station_id = 'demo:ST02'",
    "city=Lund&days=weekend": "city = 'Lund' and day_type = 'weekend'",
    "season=spring&from=2025-04-10&to=2025-04-20": "month = date '2025-04-01'",
    "days=Monday": "true",
}


@pytest.mark.parametrize("link", CLOCK)
def test_intensity_by_hour_equals_sql(reader: Reader, project: Paths, link: str) -> None:
    rows = _rows(
        project,
        f"""
        select hour_of_day, 1000 * sum(grid_kg_co2) / sum(covered_kwh), sum(covered_kwh),
        from sustainability.rpt_emissions_by_hour_location
        left join core.dim_stations using (station_id)
        where covered_kwh > 0 and {CLOCK[link]} group by all order by all
        """,
    )
    reader.opens(link)
    table = {int(hour): (value, covered) for hour, value, covered in reader.table("table-clock")}
    assert len(table) == HOURS
    assert {hour: said for hour, said in table.items() if said[0] != DASH} == {
        hour: (_said(value), _said(covered)) for hour, value, covered in rows
    }
    points = reader.tab.evaluate(
        "document.querySelectorAll('#chart-clock .mark-symbol path').length"
    )
    assert points == len(rows)
    note = reader.text("note-clock")
    assert ("whole months" in note) == ("from=" in link)
    assert ("Single weekdays" in note) == ("Monday" in link)


def test_intensity_without_a_factor_says_so(reader: Reader) -> None:
    reader.opens("station=demo:ST04")
    assert "No grid factor" in reader.text("chart-clock")


# Exact, beyond what is shown ------------------------------------------------------------------


def test_sums_of_months_and_hours_are_exact(reader: Reader, project: Paths) -> None:
    reader.opens()
    state = json.dumps({"from": "2025-04-01", "to": "", "days": "weekend", "season": ""})
    months, clock = reader.tab.evaluate(
        "Cells.unpack(document.getElementById('cells').textContent).then((cells) => {"
        " const stations = JSON.parse(document.getElementById('payload').textContent).stations"
        ".map(([id, label, city]) => ({ id, label, city, isSouthern: false }));"
        " const within = (station) => station.id === 'demo:ST01';"
        f" const found = Cells.collect(stations, cells.days, {state}, within, 'weekday');"
        " const [own] = found.byStation.values();"
        " return [[...own.months].map(([month, tally]) => [month, tally.micro / Cells.MICRO,"
        " Cells.named(tally).occupied, tally.peak]),"
        f" Cells.clock(stations, cells.emissions, {state}, within).map((hour) => hour.grid)];"
        " })"
    )
    expected = _rows(
        project,
        "select strftime(date_local, '%Y-%m') as month, sum(energy_kwh), sum(occupied_minutes),"
        " max(peak_15min_kw) from operations.rpt_station_efficiency where"
        " station_id = 'demo:ST01' and isodow(date_local) > 5 and date_local >= date '2025-04-01'"
        " group by all order by all",
    )
    assert [month for month, *_ in months] == [month for month, *_ in expected]
    for (_, *shown), (_, *told) in zip(months, expected, strict=True):
        assert shown == pytest.approx([float(value) for value in told], rel=1e-6)
    grid = dict(
        _rows(
            project,
            "select hour_of_day, sum(grid_kg_co2)"
            " from sustainability.rpt_emissions_by_hour_location where station_id = 'demo:ST01'"
            " and day_type = 'weekend' and month >= date '2025-04-01' group by all",
        )
    )
    assert clock == pytest.approx([float(grid.get(hour, 0)) for hour in range(HOURS)], rel=1e-6)


# Lines that are read --------------------------------------------------------------------------


@pytest.mark.parametrize("by_touch", [False, True])
def test_a_line_is_read_by_pointer_and_touch(
    reader: Reader, project: Paths, by_touch: bool
) -> None:
    reader.opens(width=PHONE if by_touch else DESKTOP)
    assert reader.text("read-daily").startswith("Point at a day")
    reader.presses("document.querySelector('#chart-daily svg')", by_touch=by_touch)
    told = reader.text("read-daily")
    energy = _rows(
        project,
        "select sum(energy_kwh) from core.fct_energy_hourly_local"
        f" where date_local = date '{told[:10]}'",
    )[0][0]
    assert told == f"{told[:10]}: {_said(energy)} kWh"
    reader.presses("document.querySelector('#chart-forecast svg')", by_touch=by_touch)
    assert "80 % band" in reader.text("read-forecast")
    reader.chooses("city", "Lund")
    assert reader.text("read-daily").startswith("Point at a day")


def test_the_same_days_and_hours_stand_in_tables(reader: Reader, project: Paths) -> None:
    reader.opens("from=2025-04-01&to=2025-04-30")
    days = _rows(
        project,
        "select cast(date_local as varchar), sum(energy_kwh) from core.fct_energy_hourly_local"
        " where date_local between date '2025-04-01' and date '2025-04-30' group by 1 order by 1",
    )
    assert reader.table("table-daily") == [[day, _said(energy), "whole"] for day, energy in days]
    hours = _rows(
        project,
        "select target_hour_utc, actual_kwh, forecast_kwh from forecasting.rpt_forecast_vs_actual"
        " where series_id = 'demo:network' and target_hour_utc between timestamp '2025-04-20'"
        " and timestamp '2025-04-30 23:00' order by 1",
    )
    shown = {row[0]: row[1:3] for row in reader.table("table-forecast")}
    for moment, actual, forecast in hours[-48:]:
        if actual is not None:
            assert shown[f"{moment:%Y-%m-%d %H:%M}"] == [_said(actual), _said(forecast)]
    reader.chooses("from", "2025-04-29")
    assert [row[0] for row in reader.table("table-daily")] == ["2025-04-29", "2025-04-30"]


# Reading without seeing, or on a small screen -------------------------------------------------


def test_every_control_has_a_name_and_is_large_enough(reader: Reader) -> None:
    reader.opens(width=PHONE)
    nameless, small = reader.tab.evaluate(
        "(() => { const controls = [...document.querySelectorAll('select, input, form button')];"
        " return [controls.filter((each) => !(each.labels?.length || each.textContent.trim()))"
        ".map((each) => each.id), controls.filter((each) =>"
        " each.getBoundingClientRect().height < 44).map((each) => each.id)]; })()"
    )
    assert nameless == []
    assert small == []


def test_a_focused_control_is_outlined_and_not_below_the_filters(reader: Reader) -> None:
    reader.opens()
    assert reader.table("table-efficiency")
    style, top, bar = reader.tab.evaluate(
        "(() => { const one = document.querySelector('#measure'); one.focus();"
        " one.scrollIntoView({ block: 'start' });"
        " return [getComputedStyle(one).outlineStyle, one.getBoundingClientRect().top,"
        " document.getElementById('filters').getBoundingClientRect().bottom]; })()"
    )
    assert style == "solid"
    assert top >= bar
