"""One export cut into ten deliveries gives the marts of the whole."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from project import NO_FORECASTS, Project

from ecocharge.fingerprint import Fingerprint, mart_fingerprints

PIECES = 10
SEED = 20261122
REPEATED = 0.03
REAL_FEEDS = ("dundee", "dundee_swapped", "boulder", "norway", "cary", "workplace", "ocpp16")
HEADER = (
    b"Station_Name,Station_Address,City,State_Province,Postal_Code,Transaction_Date,"
    b"Transaction_Start_Time,Charging_Time__minutes_,Energy__kWh_,GHG_Savings__kg_,"
    b"Gasoline_Savings__gallons_,Port_Type,ObjectId\r\n"
)
Cut = Callable[[Sequence[bytes]], Iterator[list[bytes]]]


def overlapping_windows(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Consecutive tenths, each reaching a little into its neighbours."""
    size, reach = len(lines) / PIECES, len(lines) // 50
    for number in range(PIECES):
        start = max(0, round(number * size) - reach)
        yield list(lines[start : round((number + 1) * size) + reach])


def dealt_out(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Every tenth line, and some lines of the other pieces again."""
    chance = random.Random(SEED)
    for number in range(PIECES):
        yield [
            line
            for place, line in enumerate(lines)
            if place % PIECES == number or chance.random() < REPEATED
        ]


def cut_up(file: Path, folder: Path, cut: Cut) -> list[Path]:
    """The pieces of a file, each with its header, as files of their own."""
    header, *lines = file.read_bytes().splitlines(keepends=True)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = []
    for number, piece in enumerate(cut(lines)):
        pieces.append(folder / f"{number}-{file.name}")
        pieces[-1].write_bytes(header + b"".join(piece))
    return pieces


def marts_of(
    project: Project, deliveries: Mapping[str, Sequence[Path]]
) -> Mapping[str, Fingerprint]:
    project.folder.mkdir()
    for feed, files in deliveries.items():
        project.land(feed, *files)
    project.build(sources=tuple(deliveries), exclude=NO_FORECASTS, with_tests=False)
    with project.open() as connection:
        return mart_fingerprints(connection)


def differing(
    found: Mapping[str, Fingerprint], expected: Mapping[str, Fingerprint]
) -> dict[str, tuple[Fingerprint | None, Fingerprint | None]]:
    return {
        name: (found.get(name), expected.get(name))
        for name in {*found, *expected}
        if found.get(name) != expected.get(name)
    }


def export_without_ids() -> bytes:
    """Sessions of three chargers with two ports, with quiet days and ports that start together."""
    chance = random.Random(SEED)
    lines = []
    day = datetime(2018, 1, 15)
    for _ in range(60):
        day += timedelta(days=chance.choice((1, 1, 1, 2, 3)))
        for charger in ("A", "B", "C"):
            start = day + timedelta(minutes=chance.randint(420, 1200))
            for _ in range(chance.choice((1, 1, 1, 2))):
                minutes = chance.randint(20, 300)
                lines.append(
                    f"ST {charger},1 Main St,Boulder,Colorado,80301,{start:%Y/%m/%d} 00:00:00+00,"
                    f"2021/01/21 {start:%H:%M}:00+00,{minutes},{minutes * 0.05:.2f},1,1,L2,1\r\n"
                )
    return HEADER + "".join(lines).encode()


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("export") / "sessions.csv"
    file.write_bytes(export_without_ids())
    return file


@pytest.fixture(scope="module")
def whole(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Fingerprint]:
    project = Project(tmp_path_factory.mktemp("whole") / "project")
    return marts_of(project, {"boulder": [export]})


@pytest.mark.parametrize(
    "cut",
    [overlapping_windows, pytest.param(dealt_out, marks=pytest.mark.prove)],
    ids=lambda cut: cut.__name__,
)
def test_ten_deliveries_of_a_feed_without_ids(
    export: Path, whole: Mapping[str, Fingerprint], cut: Cut, tmp_path: Path
) -> None:
    pieces = cut_up(export, tmp_path / "pieces", cut)
    found = marts_of(Project(tmp_path / "project"), {"boulder": pieces[::-1]})
    assert differing(found, whole) == {}
    assert found["core.fct_charging_sessions"].rows > 0


@pytest.mark.prove
def test_ten_deliveries_of_each_real_feed(real_data: Path, tmp_path: Path) -> None:
    files = {feed: sorted((real_data / feed).glob("*.csv")) for feed in REAL_FEEDS}
    expected = marts_of(Project(tmp_path / "whole"), files)
    for cut in (overlapping_windows, dealt_out):
        pieces = {
            feed: [
                piece
                for file in reversed(own)
                for piece in cut_up(file, tmp_path / cut.__name__ / feed, cut)[::-1]
            ]
            for feed, own in files.items()
        }
        found = marts_of(Project(tmp_path / f"{cut.__name__}-project"), pieces)
        assert differing(found, expected) == {}
        counted = [sum(len(own) for own in each.values()) for each in (files, pieces)]
        print(f"\n{counted[0]} files as {counted[1]} deliveries, {cut.__name__}: the same marts")
