"""The page of all rules, written from the seed that the models read.

python -m ecocharge.checking.rules_page > docs/bring-your-data/rules.md
"""

from __future__ import annotations

import csv
from pathlib import Path

from ecocharge.paths import find_root

_HEAD = """\
# What each reason code means

Written from `seeds/reference/quality_rules.csv`; to change a text, change it there and run
`python -m ecocharge.checking.rules_page > docs/bring-your-data/rules.md`.

A row may break several rules. What follows from each is its effect:

| effect | what happens to the row | where to find it |
|---|---|---|
| quarantine | refused: it counts nowhere and its energy is kept apart | \
`quality.fct_quarantined_sessions`, column `reasons` |
| not_final | waits for a later version of the same session | \
`quality.rpt_reconciliation`, column `not_final` |
| flag | accepted; the flag says what to think of it | \
`core.fct_charging_sessions`, column `quality_flags` |

`ecocharge check FILE...` shows which of them a file's rows break before anything is landed, and
`ecocharge report rows` those of the last build.
"""
_SECTIONS = {
    "quarantine": "Refused rows",
    "not_final": "Rows that wait",
    "flag": "Flags",
}


def rules_page(seed: Path) -> str:
    """The page as Markdown.

    Args:
        seed: `quality_rules.csv`.
    """
    with seed.open(newline="", encoding="utf-8") as file:
        rules = list(csv.DictReader(file))
    parts = [_HEAD]
    for effect, title in _SECTIONS.items():
        lines = [
            f"## {title}",
            "",
            "| code | severity | meaning | what to do |",
            "|---|---|---|---|",
        ]
        for rule in rules:
            if rule["effect"] == effect:
                cells = (
                    f"`{rule['rule_code']}`",
                    rule["severity"],
                    rule["meaning"],
                    rule["remedy"],
                )
                lines.append(f"| {' | '.join(cells)} |")
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(rules_page(find_root() / "seeds" / "reference" / "quality_rules.csv"), end="")
