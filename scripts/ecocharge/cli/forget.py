"""`ecocharge forget`: one driver out of landed files, state and what is published next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ecocharge.console import out, progress
from ecocharge.errors import EcoChargeError
from ecocharge.paths import Paths

if TYPE_CHECKING:
    from ecocharge.landing.forget import Effect


@click.command(
    short_help="Take one driver's key out of everything kept.",
    epilog="""\b
Examples:
  ecocharge forget 04A2B19C                   an id as the operator has it
  ecocharge forget 04A2B19C --source dundee   in one feed only
  ecocharge forget 3f0c9a1be2d47786 --key     a driver_key as the marts show it
  ecocharge forget - < id.txt                 out of the shell's history

\b
Then make the marts without the driver, and remove those that still know them:
  ecocharge build && ecocharge publish
  ecocharge forget 04A2B19C --published
""",
)
@click.argument("driver")
@click.option("--source", metavar="SOURCE", help="Forget the driver in this feed only.")
@click.option("--key", "is_key", is_flag=True, help="DRIVER is a driver_key, not the id itself.")
@click.option(
    "--published",
    "with_published",
    is_flag=True,
    help="Remove earlier published generations that hold the key.",
)
def command(driver: str, source: str | None, is_key: bool, with_published: bool) -> None:
    """Forget DRIVER: an id as the operator writes it, or - to read it from standard input.

    The id is hashed with your salt as it was when it was landed, and the key becomes NULL in every
    landed file that holds it; the sessions stay, with nobody's name on them. The key's own hash is
    remembered, so that the same files landed again come without it. Doing it twice does no harm.
    """
    from ecocharge.landing.forget import forget
    from ecocharge.publishing.store import Store
    from ecocharge.state import open_state

    paths = Paths.discover()
    text = click.get_text_stream("stdin").readline() if driver == "-" else driver
    key, fingerprint = _checked(text.strip()) if is_key else _hashed(text.strip(), paths)
    with open_state(paths.state) as connection, progress() as bar:
        task = bar.add_task("searching landed files", total=None)
        effect = forget(
            connection,
            paths.landing,
            Store(paths.generations, paths.published),
            key,
            source=source,
            fingerprint=fingerprint,
            with_published=with_published,
            begun=lambda count: bar.update(task, total=count),
            done=lambda: bar.update(task, advance=1),
        )
    for sentence in _sentences(effect, paths):
        out.print(sentence, soft_wrap=True, markup=False, highlight=False)


def _checked(key: str) -> tuple[str, None]:
    if not re.fullmatch(r"[0-9a-f]{16}", key):
        raise EcoChargeError(
            "a driver_key is 16 characters, digits and a to f",
            remedy="copy it from fct_charging_sessions, or leave out --key and give the id itself",
        )
    return key, None


def _hashed(text: str, paths: Paths) -> tuple[str, str]:
    from ecocharge.landing.personal import find_salt

    if not text:
        raise EcoChargeError("there is no id to forget", remedy="name one")
    salt = find_salt(paths.root)
    return salt.key(text), salt.fingerprint


def _sentences(effect: Effect, paths: Paths) -> Iterator[str]:
    yield (
        f"landed files: {effect.files_changed:,} of {effect.files_searched:,} held the key, in "
        f"{effect.values_changed:,} values; it is out of them"
    )
    if effect.state_values_changed:
        yield f"state: the key is out of {effect.state_values_changed:,} values"
    if not effect.files_changed and not effect.state_values_changed and effect.is_news:
        yield "nothing held it: if that is a surprise, check the spelling of the id"
    yield "files landed from now on come without it"
    if effect.feeds_of_another_salt:
        yield (
            f"not searched: {', '.join(effect.feeds_of_another_salt)}, landed under another salt; "
            "set ECOCHARGE_SALT to that one and forget the driver again"
        )
    if effect.generations_removed:
        yield f"published generations removed: {', '.join(effect.generations_removed)}"
    left = [each for each in effect.generations if each not in effect.generations_removed]
    if effect.live_generation or effect.files_changed:
        yield "next: `ecocharge build`, then `ecocharge publish`, to make the marts without it"
    if left:
        yield (
            f"published generations that still hold it: {', '.join(left)}; once a new one is "
            "published, remove them with --published"
        )
    originals = paths.landing.parent / "originals"
    if originals.is_dir() and any(originals.iterdir()):
        yield f"the originals that --keep copied to {originals} are yours to edit or remove"
