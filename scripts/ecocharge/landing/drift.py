"""How a file's columns differ from those of the load before it, and what to do about that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ecocharge.landing.header import CUT_LENGTH, normalise

_ALIKE = 0.8
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Drift:
    """What changed in a header, in the spelling of the files.

    Attributes:
        previous: the name of the file it is compared with.
        new: columns that were not there.
        missing: columns that are gone.
        renamed: pairs of a column that is gone and a new one that looks like it.
        cut: pairs of a column and the shortened name it has now.
        is_reordered: whether the columns that stayed stand in another order.
    """

    previous: str
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    cut: tuple[tuple[str, str], ...] = ()
    is_reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.new or self.missing or self.renamed or self.cut or self.is_reordered)

    @property
    def summary(self) -> str:
        """One line for the manifest, empty when nothing changed."""
        parts = [
            _listed("new", self.new),
            _listed("missing", self.missing),
            _listed("renamed?", map(_arrow, self.renamed)),
            _listed("cut", map(_arrow, self.cut)),
            "reordered" if self.is_reordered else "",
        ]
        return "; ".join(filter(None, parts))

    @property
    def notes(self) -> list[str]:
        """Sentences for the user, each with what to do."""
        notes = []
        if self.renamed:
            notes.append(
                f"columns that look renamed since {self.previous}: "
                f"{', '.join(map(_arrow, self.renamed))}; where a new name is not landed, make it "
                "an alias of its column in the adapter or in the feed's mapping, then land again"
            )
        if self.missing:
            notes.append(
                f"columns missing since {self.previous}: {', '.join(self.missing)}; they are "
                "empty in this load: if the operator still has them, ask for a full export"
            )
        if self.new:
            notes.append(f"columns new since {self.previous}: {', '.join(self.new)}")
        if self.cut:
            notes.append(
                f"names cut short since {self.previous}: {', '.join(map(_arrow, self.cut))}; they "
                "came through a shapefile or the like, which may cut values too: ask for CSV"
            )
        if self.is_reordered:
            notes.append(
                f"columns in another order than in {self.previous}: they are found by name, so "
                "nothing is to be done"
            )
        return notes


def header_text(cells: Sequence[str]) -> str:
    """A header as the manifest keeps it: a JSON list of its named cells, cleaned.

    Empty for a file without a header.
    """
    named = [shown for cell in cells if (shown := _shown(cell))]
    return json.dumps(named, ensure_ascii=False) if named else ""


def compare(previous: str, before: str, now: str) -> Drift:
    """How one header differs from an earlier one of the same feed and entity.

    Args:
        previous: name of the file the earlier header is of.
        before: the earlier header, from `header_text`.
        now: this one.
    """
    old, new = _by_form(before), _by_form(now)
    gone = [form for form in old if form not in new]
    fresh = [form for form in new if form not in old]
    cut = _pairs(gone, fresh, _is_cut)
    gone = [form for form in gone if form not in cut]
    fresh = [form for form in fresh if form not in cut.values()]
    renamed = _pairs(gone, fresh, _is_alike)
    return Drift(
        previous,
        new=tuple(new[form] for form in fresh if form not in renamed.values()),
        missing=tuple(old[form] for form in gone if form not in renamed),
        renamed=tuple((old[a], new[b]) for a, b in renamed.items()),
        cut=tuple((old[a], new[b]) for a, b in cut.items()),
        is_reordered=[f for f in old if f in new] != [f for f in new if f in old],
    )


def _by_form(header: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for cell in json.loads(header):
        forms.setdefault(normalise(cell), cell)
    return forms


def _pairs(
    gone: Iterable[str], fresh: Sequence[str], fits: Callable[[str, str], bool]
) -> dict[str, str]:
    """Each that is gone with the one new name that fits it, where neither fits another."""
    candidates = {old: [new for new in fresh if fits(old, new)] for old in gone}
    wanted = [new for names in candidates.values() for new in names]
    return {
        old: names[0]
        for old, names in candidates.items()
        if len(names) == 1 and wanted.count(names[0]) == 1
    }


def _is_cut(old: str, new: str) -> bool:
    return len(new) < len(old) and old.startswith(new) and len(new) >= CUT_LENGTH - 1


def _is_alike(old: str, new: str) -> bool:
    words, others = set(old.split()), set(new.split())
    return (
        words <= others
        or others <= words
        or SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE
    )


def _shown(cell: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())[
        :_SHOWN_CHARACTERS
    ]


def _arrow(pair: tuple[str, str]) -> str:
    return f"{pair[0]} -> {pair[1]}"


def _listed(label: str, names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"{label}: {listed}" if listed else ""
