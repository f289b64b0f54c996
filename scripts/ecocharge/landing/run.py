"""A landing as the user asks for it: many files, each landed or reported."""

from __future__ import annotations

from collections.abc import Sequence

from ecocharge.errors import EcoChargeError
from ecocharge.landing.formats import get_source
from ecocharge.landing.inputs import InputFile, find_inputs
from ecocharge.landing.load import Lander, Options, Outcome
from ecocharge.landing.personal import Salt
from ecocharge.landing.report import LateBar, show
from ecocharge.paths import Paths
from ecocharge.state import open_state


def land(source: str, given: Sequence[str], options: Options, paths: Paths) -> list[EcoChargeError]:
    """Land what the user named and print a table of it.

    Args:
        source: name of a declared source.
        given: files, folders and patterns.
        options: what else the user chose.
        paths: the project's folders.

    Returns:
        One error for each argument or file that could not be landed; the others are.

    Raises:
        EcoChargeError: when nothing at all can be landed: an unknown source or entity, a salt
            that is too short or not the one used before, a state file in use.
    """
    declared = get_source(source)
    inputs, errors = find_inputs(given)
    if not inputs:
        return errors
    outcomes: list[tuple[InputFile, Outcome]] = []
    salt = Salt.from_environment()
    with open_state(paths.state) as connection, LateBar(inputs) as bar:
        lander = Lander(connection, paths.landing, declared, salt, options)
        for item in inputs:
            try:
                outcomes.append((item, lander.land(item, bar.advance)))
            except EcoChargeError as error:
                errors.append(error)
            bar.done(item)
    if outcomes:
        show(outcomes)
    return errors
