"""The ready files for cron, systemd and GitHub Actions hold what is understood there."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from project import ROOT

FOLDER = ROOT / "docs" / "fresh"
FILES = sorted(FOLDER.iterdir())
UNITS = [path for path in FILES if path.suffix in {".service", ".timer"}]
COMMAND = re.compile(r"\.venv/bin/ecocharge ([^>|&;\n]+)")
_SCHEDULE = re.compile(r"(?:(?:\*|\d+(?:-\d+)?)(?:/\d+)?\s+){5}")


def commands(path: Path) -> list[list[str]]:
    return [shlex.split(words) for words in COMMAND.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_commands_and_their_options_exist(path: Path) -> None:
    found = commands(path)
    assert found or path.suffix == ".timer"
    for name, *options in found:
        command: click.Command = importlib.import_module(f"ecocharge.cli.{name}").command
        command.make_context(name, options)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("no systemd-analyze to check with: install Debian's `systemd`")
    # It looks for what a unit starts, and for the service of a timer.
    binary = tmp_path / "srv" / ".venv" / "bin" / "ecocharge"
    binary.parent.mkdir(parents=True)
    binary.touch(mode=0o755)
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/srv/ecocharge", str(tmp_path / "srv"))
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if path.name in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_cron_lines_have_a_schedule_a_user_and_a_command() -> None:
    lines = (FOLDER / "ecocharge.cron").read_text("utf-8").splitlines()
    jobs = [line for line in lines if not line.startswith("#")]
    assert len(jobs) == len(commands(FOLDER / "ecocharge.cron"))
    for job in jobs:
        schedule = _SCHEDULE.match(job)
        assert schedule, job
        user, command = job[schedule.end() :].split(maxsplit=1)
        assert user == "ecocharge"
        assert "%" not in command  # cron would end the line there
        subprocess.run(["bash", "-n", "-c", command], check=True)


def test_the_workflow_is_one_that_github_reads() -> None:
    found = yaml.load((FOLDER / "refresh.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    assert _SCHEDULE.fullmatch(found["on"]["schedule"][0]["cron"] + " ")
    assert found["permissions"] == {"contents": "read"}
    (job,) = found["jobs"].values()
    assert all(set(step) <= {"run", "uses", "if", "env", "with"} for step in job["steps"])
    assert [step["run"].split()[1] for step in job["steps"]] == ["refresh", "status"]


def test_the_page_names_every_file() -> None:
    page = (ROOT / "docs" / "fresh.md").read_text("utf-8")
    assert [path.name for path in FILES if f"fresh/{path.name}" not in page] == []
