"""Measures and ratios as Tableau calculations; a NULL in a row makes the row's value NULL."""

from __future__ import annotations

from ecocharge.bi.expressions import Case, Expression
from ecocharge.bi.model import Measure, Model, Ratio
from ecocharge.bi.writing import Language

_AGGREGATES = {"sum": "SUM", "max": "MAX", "count_distinct": "COUNTD"}


class _Tableau(Language):
    absolute = "ABS"
    signs = {"and": "AND"}  # noqa: RUF012 - never written to

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "\\'") + "'"

    def quotient(self, left: str, right: str, *, is_safe: bool) -> str:
        # Hyper gives a quotient of decimals no more digits than they have.
        plain = f"FLOAT({left}) / {right}"
        return plain if is_safe else f"IF {right} <> 0 THEN {plain} END"

    def is_null(self, of: str, *, negated: bool) -> str:
        return f"{'NOT ' if negated else ''}ISNULL({of})"

    def case(self, condition: str, result: str, otherwise: str | None) -> str:
        rest = f" ELSE {otherwise}" if otherwise else ""
        return f"IF {condition} THEN {result}{rest} END"


_TABLEAU = _Tableau()


def field(metric: Measure | Ratio) -> str:
    """The calculation's own name; no column begins like this."""
    return f"[metric {metric.name}]"


def measure_formula(measure: Measure, where: Expression | None = None) -> str:
    """An aggregate over rows, over those where `where` holds if it is given."""
    of = Case(where, measure.of, None) if where else measure.of
    return f"{_AGGREGATES[measure.aggregate]}({_TABLEAU.write(of, _column)})"


def ratio_formula(model: Model, ratio: Ratio) -> str:
    """A ratio over the calculations of its measures, NULL where it would divide by 0."""

    def part(name: str) -> str:
        measure = model.measure(name)
        return measure_formula(measure, ratio.where) if ratio.where else field(measure)

    return _TABLEAU.write(ratio.formula, part)


def _column(name: str) -> str:
    return f"[{name}]"
