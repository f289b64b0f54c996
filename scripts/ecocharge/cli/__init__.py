"""The `ecocharge` command: one file per subcommand, loaded when it is asked for."""

from __future__ import annotations

import importlib
import sys

import click

from ecocharge import __version__
from ecocharge.errors import EcoChargeError

_COMMANDS = (
    "init",
    "generate",
    "fit",
    "check",
    "land",
    "forget",
    "build",
    "backfill",
    "report",
    "forecast",
    "refresh",
    "stream",
    "status",
    "publish",
    "compact",
    "share",
    "fetch",
    "dashboard",
    "lineage",
    "bi",
    "receipt",
    "score",
    "realism",
    "bench",
)


class _LazyGroup(click.Group):
    """Imports a subcommand's module only when it runs, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ecocharge.cli.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `make demo`, or land your own files: `ecocharge land --help`.",
)
@click.version_option(__version__, prog_name="ecocharge")
def cli() -> None:
    """From raw charger sessions to marts, a forecast and dashboards that can be trusted."""


def main() -> None:
    """Run the command line; a problem that the user can mend ends in one message, not a trace."""
    try:
        cli()
    except EcoChargeError as error:
        click.secho("error: ", fg="red", nl=False, err=True)
        click.echo(str(error), err=True)
        sys.exit(1)
