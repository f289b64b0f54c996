"""Generations and pages in buckets: against emulators, the pointer last, whatever breaks."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bucket_servers import Server, running
from click.testing import CliRunner
from tiny_network import change_warehouse, make_project

from ecocharge.cli import cli
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths
from ecocharge.publishing import bucket as bucket_module
from ecocharge.publishing.bucket import Bucket, opened
from ecocharge.publishing.fetching import fetch
from ecocharge.publishing.publish import publish
from ecocharge.publishing.sending import require_known, send

pytest.importorskip("fsspec", reason="no libraries for buckets: pip install -e '.[buckets]'")

# The libraries hand whole files to aiohttp, which would rather have them in pieces.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")

DOUBLE = "update core.fct_charging_sessions set energy_kwh = energy_kwh * 2"
ENERGY = "select sum(energy_kwh) from core.fct_charging_sessions"
USAGE_ERROR = 2
HALFWAY = 5  # files


Start = Callable[[str], Server]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts the emulator of a scheme, once."""
    started: dict[str, Server] = {}
    with ExitStack() as running_ones:

        def get(scheme: str) -> Server:
            if scheme not in started:
                server = running(scheme, tmp_path_factory.mktemp(scheme))
                started[scheme] = running_ones.enter_context(server)
            return started[scheme]

        yield get


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Three published generations, each with twice the energy of the one before, and pages."""
    paths = make_project(tmp_path_factory.mktemp("project"))
    publish(paths)
    for run in ("second-run", "third-run"):
        change_warehouse(paths, DOUBLE, run)
        publish(paths)
    (paths.site / "more").mkdir(parents=True)
    (paths.site / "index.html").write_text("<p>first page")
    (paths.site / "more" / "page.html").write_text("<p>another page")
    return paths


@pytest.fixture(scope="module")
def generations(project: Paths) -> list[Path]:
    return sorted(folder for folder in project.generations.iterdir() if folder.is_dir())


def _new_bucket(server: Server, monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    for variable, value in server.environment.items():
        monkeypatch.setenv(variable, value)
    bucket = "t" + hashlib.sha256(name.encode()).hexdigest()[:20]
    url = f"{server.scheme}://{bucket}/some/place"
    with opened(url, "") as place:
        place.system.mkdir(bucket)
    return url


@pytest.fixture(params=["s3", "gs", "az"])
def place(start: Start, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The address of a folder in an empty bucket of each kind."""
    return _new_bucket(start(request.param), monkeypatch, request.node.name)


@pytest.fixture
def one_place(start: Start, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    return _new_bucket(start("gs"), monkeypatch, request.node.name)


def objects(url: str, folder: str = "") -> dict[str, dict[str, Any]]:
    with opened(url, "") as place:
        return place.found(folder)


def pointer(url: str) -> dict[str, str]:
    with opened(url, "") as place:
        content = place.read("latest.json")
    assert content is not None
    found: dict[str, str] = json.loads(content)
    return found


def puts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of what is uploaded from here on."""
    sent: list[str] = []
    real = Bucket.put

    def put(self: Bucket, file: Path, path: str, **how: Any) -> None:
        sent.append(path)
        real(self, file, path, **how)

    monkeypatch.setattr(Bucket, "put", put)
    return sent


def assert_whole(published: Path, generation: Path) -> None:
    """What was fetched is the generation, to the last byte, and it opens."""
    said = json.loads((published / "generation.json").read_text())
    assert said["id"] == generation.name == published.resolve().name
    for file in generation.rglob("*"):
        if file.is_file():
            fetched = published / file.relative_to(generation)
            assert fetched.read_bytes() == file.read_bytes()
    with duckdb.connect(str(published / "ecocharge.duckdb"), read_only=True) as connection:
        for mart, facts in said["marts"].items():
            glob = f"{published}/{facts['path']}" + "/*/*.parquet" * bool(
                facts["partition_by_month"]
            )
            for rows in (f"{facts['schema']}.{mart}", f"read_parquet('{glob}')"):
                counted = connection.execute(f"select count(*) from {rows}").fetchone()
                assert counted == (facts["rows"],)


def energy(published: Path) -> Any:
    with duckdb.connect(str(published / "ecocharge.duckdb"), read_only=True) as connection:
        return connection.execute(ENERGY).fetchall()[0][0]


def test_upload_swap_and_read_back(
    place: str, project: Paths, generations: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(EcoChargeError, match="there is no bucket nosuch"):
        send(place.replace("://t", "://nosuch"), generations[0], site=project.site)
    with pytest.raises(EcoChargeError, match=r"there is no latest\.json"):
        fetch(place, tmp_path)
    send(place, generations[0], site=project.site)
    first = fetch(place, tmp_path)
    assert_whole(first, generations[0])
    before = energy(first)
    send(place, generations[1], site=project.site)
    second = fetch(place, tmp_path)
    assert_whole(second, generations[1])
    assert energy(second) == before * 2
    with opened(place, "") as bucket:
        assert set(bucket.found("site")) == {"site/index.html", "site/more/page.html"}
        live = json.loads(bucket.read("latest.json") or b"")
        assert live["id"] == generations[1].name
        assert live["database"] in bucket.found(live["path"])
        # A page is shown and not saved, and neither page nor pointer is kept by a cache.
        for path, kind in {"site/index.html": "text/html", "latest.json": "/json"}.items():
            told = str(_told(bucket, path))
            assert kind in told
            assert "no-cache" in told


def _told(bucket: Bucket, path: str) -> dict[str, Any]:
    root, _, prefix = bucket.root.partition("/")
    if bucket.scheme == "s3":  # Its listing tells no headers.
        found: dict[str, Any] = bucket.system.call_s3(
            "head_object", Bucket=root, Key=f"{prefix}/{path}"
        )
        return found
    return bucket.found("")[path]


def test_what_is_there_is_not_sent_again_and_what_was_changed_is(
    place: str,
    project: Paths,
    generations: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(place, generations[0], site=project.site)
    sent = puts(monkeypatch)
    send(place, generations[0], site=project.site)
    assert sent == []
    path = f"generations/{generations[0].name}/parquet/dim_stations.parquet"
    good = (generations[0] / "parquet" / "dim_stations.parquet").read_bytes()
    with opened(place, "") as bucket:
        bucket.write(path, good[:-1] + b"?", "application/octet-stream")
    with pytest.raises(EcoChargeError, match=r"dim_stations\.parquet is not what it should be"):
        fetch(place, tmp_path)
    assert not (tmp_path / "published").exists()
    (project.site / "more" / "page.html").write_text(f"<p>{place}")
    send(place, generations[0], site=project.site)
    assert sent == [path, "site/more/page.html"]
    assert_whole(fetch(place, tmp_path), generations[0])


def test_months_that_did_not_change_are_not_sent_again(
    place: str,
    project: Paths,
    generations: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(place, generations[0], site=project.site)
    damaged = f"generations/{generations[0].name}/parquet/dim_stations.parquet"
    with opened(place, "") as bucket:
        bucket.write(damaged, b"no mart", "application/octet-stream")
    sent = puts(monkeypatch)
    send(place, generations[1], site=project.site)
    # Energy was doubled: the other marts are the same, and are copied if the copy is good.
    names = {path.removeprefix(f"generations/{generations[1].name}/") for path in sent}
    assert {name.split("/month=")[0] for name in names} == {
        "ecocharge.duckdb",
        "generation.json",
        "parquet/dim_stations.parquet",
        "parquet/fct_charging_sessions.parquet",
    }
    assert_whole(fetch(place, tmp_path), generations[1])


def test_a_broken_upload_leaves_the_old_pointer_and_a_second_try_ends_it(
    place: str,
    project: Paths,
    generations: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send(place, generations[0], site=project.site)
    done: list[str] = []

    def pull_the_plug(name: str) -> None:
        done.append(name)
        if len(done) == HALFWAY:
            raise ConnectionResetError("the line is cut")

    with pytest.raises(EcoChargeError, match=r"the line is cut[\s\S]*--again --to"):
        send(place, generations[1], site=project.site, done=pull_the_plug)
    half = objects(place, f"generations/{generations[1].name}")
    assert len(half) == len(done)
    assert pointer(place)["id"] == generations[0].name
    assert_whole(fetch(place, tmp_path), generations[0])
    sent = puts(monkeypatch)
    send(place, generations[1], site=project.site)
    assert not set(half) & set(sent)
    assert_whole(fetch(place, tmp_path), generations[1])


def test_older_generations_and_broken_uploads_go_after_the_swap(
    place: str, project: Paths, generations: list[Path], tmp_path: Path
) -> None:
    def stop(_: str) -> None:
        raise ConnectionResetError("the line is cut")

    send(place, generations[0], site=project.site, keep=2)
    with pytest.raises(EcoChargeError, match="the line is cut"):
        send(place, generations[1], site=project.site, keep=2, done=stop)
    told = send(place, generations[2], site=project.site, keep=2)
    assert generations[1].name in told
    assert generations[0].name not in told
    assert generations[0].name in send(place, generations[2], site=project.site, keep=1)
    assert {path.split("/")[1] for path in objects(place, "generations")} == {generations[2].name}
    assert_whole(fetch(place, tmp_path), generations[2])


def test_a_killed_upload_leaves_the_old_pointer(
    one_place: str, project: Paths, generations: list[Path], tmp_path: Path
) -> None:
    send(one_place, generations[0], site=project.site)
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from ecocharge.publishing.sending import send\n"
        "done = []\n"
        "def say(name):\n"
        "    done.append(name)\n"
        "    if len(done) == 6: print('half', flush=True); time.sleep(60)\n"
        "send(sys.argv[1], Path(sys.argv[2]), site=Path(sys.argv[3]), done=say)"
    )
    victim = subprocess.Popen(
        [sys.executable, "-c", code, one_place, str(generations[1]), str(project.site)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "half\n"
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert objects(one_place, f"generations/{generations[1].name}")
    assert pointer(one_place)["id"] == generations[0].name
    assert_whole(fetch(one_place, tmp_path), generations[0])
    send(one_place, generations[1], site=project.site)
    assert_whole(fetch(one_place, tmp_path), generations[1])


def test_a_store_that_tells_no_md5_is_read_back(
    one_place: str, project: Paths, generations: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_module, "_md5", lambda _: None)
    send(one_place, generations[0], site=project.site)
    sent = puts(monkeypatch)
    send(one_place, generations[0], site=project.site)
    assert sent == []


def test_bytes_that_were_lost_on_the_way_are_noticed(
    one_place: str, project: Paths, generations: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(one_place, generations[0], site=project.site)

    def lose(self: Bucket, file: Path, path: str, **_: Any) -> None:
        self.write(path, file.read_bytes()[:-1] + b"?", "application/octet-stream")

    monkeypatch.setattr(Bucket, "put", lose)
    with pytest.raises(EcoChargeError, match="is not what was sent"):
        send(one_place, generations[1], site=project.site)
    assert pointer(one_place)["id"] == generations[0].name


def test_no_credentials_are_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith(("AWS_", "AZURE_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for url, variable in {
        "s3://somewhere/x": "AWS_ACCESS_KEY_ID",
        "az://somewhere/x": "AZURE_STORAGE_CONNECTION_STRING",
    }.items():
        with pytest.raises(EcoChargeError, match=f"credentials for it: {variable}"):
            fetch(url, tmp_path)


def test_missing_libraries_are_told_plainly(
    generations: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(EcoChargeError, match=r"not installed[\s\S]*\[buckets\]"):
        send("s3://somewhere/x", generations[0], site=tmp_path)


def test_the_name_of_a_generation_leads_nowhere_else(
    one_place: str, project: Paths, generations: list[Path], tmp_path: Path
) -> None:
    send(one_place, generations[0], site=project.site)
    with opened(one_place, "") as bucket:
        good = pointer(one_place)
        evil = json.dumps(good | {"id": "../../elsewhere"}).encode()
        bucket.write("latest.json", evil, "application/json")
    with pytest.raises(EcoChargeError, match=r"latest\.json is not what it should be"):
        fetch(one_place, tmp_path / "a" / "b")
    description = f"{good['path']}/generation.json"
    said = json.loads((generations[0] / "generation.json").read_text())
    said["database"]["path"] = "../../evil"
    with opened(one_place, "") as bucket:
        bucket.write("latest.json", json.dumps(good).encode(), "application/json")
        bucket.write(description, json.dumps(said).encode(), "application/json")
    with pytest.raises(EcoChargeError, match=r"generation\.json is not what it should be"):
        fetch(one_place, tmp_path / "a" / "b")
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("url", ["ftp://host/x", "s3://", "s3:///x", "bucket/x", ""])
def test_an_address_of_no_place_is_refused(url: str) -> None:
    with pytest.raises(EcoChargeError, match="cannot publish to"):
        require_known(url)


def test_credentials_in_an_address_are_neither_used_nor_printed(tmp_path: Path) -> None:
    for refuse in (require_known, lambda url: fetch(url, tmp_path)):
        with pytest.raises(EcoChargeError, match="cannot") as told:
            refuse("s3://somebody:a-secret@bucket/x")
        assert "a-secret" not in str(told.value)


def test_the_commands_send_and_fetch(
    one_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "project").mkdir()
    paths = make_project(tmp_path / "project")
    monkeypatch.setenv("ECOCHARGE_HOME", str(paths.root))
    run = CliRunner()
    assert run.invoke(cli, ["publish", "--again"]).exit_code == USAGE_ERROR
    early = run.invoke(cli, ["publish", "--again", "--to", one_place])
    assert "nothing is published yet" in str(early.exception)
    done = run.invoke(cli, ["publish", "--to", one_place], catch_exceptions=False)
    live = paths.published.resolve()
    assert f"{one_place}: generation {live.name}" in done.output
    again = run.invoke(cli, ["publish", "--again", "--to", one_place], catch_exceptions=False)
    assert f"{one_place}: generation {live.name}" in again.output
    assert paths.published.resolve() == live
    # The page beside the marts is drawn from them.
    assert live.name in (paths.site / "index.html").read_text(encoding="utf-8")
    here = tmp_path / "bi"
    fetched = run.invoke(cli, ["fetch", one_place, "--into", str(here)], catch_exceptions=False)
    assert live.name in fetched.output
    assert_whole(here / "published", live)
