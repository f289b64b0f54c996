"""What the documentation tells people to type exists."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest
from project import ROOT

from ecocharge.cli import cli

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def told() -> Iterator[tuple[str, list[str]]]:
    """The commands in the code blocks of all pages, each with its page and line."""
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            for command in line.split("&&") if line.startswith("ecocharge ") else ():
                words = shlex.split(command, comments=True)
                if words[:1] == ["ecocharge"]:
                    yield f"{page.relative_to(ROOT)}:{number}", words[1:]


COMMANDS = list(told())


def test_the_pages_tell_commands() -> None:
    assert len(COMMANDS) > len(PAGES)


@pytest.mark.parametrize(("place", "words"), COMMANDS, ids=str)
def test_a_command_that_the_pages_tell_is_one(place: str, words: list[str]) -> None:
    context = click.Context(cli, info_name="ecocharge")
    command = cli.get_command(context, words[0])
    assert command is not None, place
    command.make_parser(click.Context(command)).parse_args(words[1:])


def test_an_unknown_option_would_be_found() -> None:
    command = cli.get_command(click.Context(cli), "build")
    assert command is not None
    with pytest.raises(click.NoSuchOption):
        command.make_parser(click.Context(command)).parse_args(["--vars", "{}"])
