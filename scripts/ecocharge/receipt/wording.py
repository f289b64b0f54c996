"""What each step is called and why it is taken, in words an auditor can check."""

from __future__ import annotations

import csv
from pathlib import Path

from ecocharge.receipt.statement import MOVED_IN, MOVED_OUT, RE_DATED, Step

_KINDS = {
    "exact_duplicate": (
        "The same row again",
        "Every field of the session agrees with a row that is told already.",
    ),
    "natural_duplicate": (
        "The same session again, without an id",
        "Station, connector and start name one session; the latest version of it counts.",
    ),
    "superseded": (
        "Replaced by a later version",
        "A later, more final or more authoritative record of the same session counts.",
    ),
    "credited": (
        "Taken back by a credit note",
        "A credit note and the record that it takes back count neither.",
    ),
    MOVED_OUT: (
        "Day and month exchanged: belongs to another period",
        "As written the row falls into the period; its true date lies outside.",
    ),
    MOVED_IN: (
        "Day and month exchanged: belongs to this period",
        "As written the row falls outside the period; its true date lies inside.",
    ),
    RE_DATED: (
        "Day and month exchanged: on another day, in the same sum",
        "The row counts, on its true day; the total of all days does not change.",
    ),
}
_GROUPS = {"quarantined": "Refused", "not_final": "Not final"}


class Wording:
    """Titles and explanations of steps, those of rules from the seed that the models read."""

    def __init__(self, rules_seed: Path) -> None:
        with rules_seed.open(newline="", encoding="utf-8") as file:
            self._rules = {row["rule_code"]: row for row in csv.DictReader(file)}

    def title(self, step: Step) -> str:
        """What the line is called."""
        if step.kind in _KINDS:
            return _KINDS[step.kind][0]
        return f"{_GROUPS[step.kind]}: {step.reason.replace(',', ', ') or 'no rule named'}"

    def why(self, step: Step) -> str:
        """Why rows of the step do not count, or count on another day."""
        if step.kind in _KINDS:
            return _KINDS[step.kind][1]
        return " ".join(f"{rule['meaning']}." for rule in self._of(step))

    def remedy(self, step: Step) -> str:
        """What would make them count; empty where nothing needs to be done."""
        if step.kind in _KINDS:
            return ""
        return " ".join(f"{rule['remedy']}." for rule in self._of(step))

    def _of(self, step: Step) -> list[dict[str, str]]:
        return [self._rules[code] for code in step.reason.split(",") if code in self._rules]
