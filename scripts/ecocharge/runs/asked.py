"""What was asked for on the command line, fit to be published: no folders, no credentials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

import click
from click.core import ParameterSource


def asked() -> str:
    """The command at work as its user wrote it, without what the defaults say.

    Files are told by their names and addresses by their host and path: neither where things lie
    on this machine nor a password is anybody's business.
    """
    context = click.get_current_context()
    words: list[str] = []
    for parameter in context.command.params:
        name = str(parameter.name)
        if context.get_parameter_source(name) in (
            ParameterSource.COMMANDLINE,
            ParameterSource.ENVIRONMENT,
        ):
            words += _words(parameter, context.params[name])
    return " ".join(words)


def _words(parameter: click.Parameter, value: Any) -> Iterable[str]:
    option = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else None
    if isinstance(parameter, click.Option) and parameter.is_flag:
        yield option or ""
        return
    for one in value if isinstance(value, tuple) else (value,):
        yield f"{option} {_shown(one)}" if option else _shown(one)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "=".join(_shown(part) for part in value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if "://" in text:
        parts = urlsplit(text)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    name, sign, place = text.partition("=")
    if sign and "/" not in name:
        return f"{name}={PurePath(place).name}"
    return PurePath(text).name if isinstance(value, Path) or "/" in text else text
