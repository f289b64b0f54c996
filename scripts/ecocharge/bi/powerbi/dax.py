"""Measures and ratios as DAX.

DAX takes a blank for 0 in sums and differences where SQL has NULL, so that an expression of several
columns is blank where one of them is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecocharge.bi.expressions import (
    Call,
    Case,
    Constant,
    Expression,
    Name,
    Operation,
    names,
    refuse,
)
from ecocharge.bi.model import Measure, Model, Ratio
from ecocharge.bi.writing import Language


class _Dax(Language):
    absolute = "ABS"
    # `=` would take a blank for 0 and for an empty text.
    signs = {"and": "&&", "=": "=="}  # noqa: RUF012 - never written to

    def text(self, value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    def quotient(self, left: str, right: str, *, is_safe: bool) -> str:
        return f"{left} / {right}" if is_safe else f"DIVIDE({left}, {right})"

    def is_null(self, of: str, *, negated: bool) -> str:
        return f"NOT(ISBLANK({of}))" if negated else f"ISBLANK({of})"

    def case(self, condition: str, result: str, otherwise: str | None) -> str:
        return f"IF({condition}, {result}, {otherwise or 'BLANK()'})"


_DAX = _Dax()


def measure_dax(measure: Measure) -> str:
    """A measure as an aggregate over its table."""
    match measure.aggregate, measure.of:
        case "sum", Constant("1"):
            dax = f"COUNTROWS({_table(measure.table)})"
        case "sum", Name(own):
            dax = f"SUM({column(measure.table, own)})"
        case "max", Name(own):
            dax = f"MAX({column(measure.table, own)})"
        case "count_distinct", Name(own):
            dax = f"DISTINCTCOUNTNOBLANK({column(measure.table, own)})"
        case "sum", of:
            dax = f"SUMX({_table(measure.table)}, {_of_rows(measure.table, of)})"
        case _:
            refuse(measure)
    return dax


def ratio_dax(model: Model, ratio: Ratio) -> str:
    """A ratio over measures; where only some rows count, each measure is of those."""
    rows = ""
    if ratio.where:
        parts = _conjuncts(ratio.where)
        rows = "".join(f", KEEPFILTERS({_of_rows(ratio.table, part)})" for part in parts)

    def part(name: str) -> str:
        own = f"[{model.measure(name).label}]"
        return f"CALCULATE({own}{rows})" if rows else own

    return _DAX.write(ratio.formula, part)


def column(table: str, own: str) -> str:
    return f"{_table(table)}[{own}]"


def _table(name: str) -> str:
    return f"'{name}'"


def _conjuncts(where: Expression) -> Iterator[Expression]:
    match where:
        case Operation("and", left, right):
            yield from _conjuncts(left)
            yield from _conjuncts(right)
        case _:
            yield where


def _of_rows(table: str, of: Expression) -> str:
    """An expression over a row, blank where SQL has NULL."""

    def own(name: str) -> str:
        return column(table, name)

    match of:
        case Case(condition, result, otherwise):
            rest = _of_rows(table, otherwise) if otherwise else None
            return _DAX.case(_DAX.write(condition, own), _of_rows(table, result), rest)
        case Operation("+" | "-" | "*" | "/") | Call("abs"):
            unknown = [_DAX.is_null(own(name), negated=False) for name in dict.fromkeys(names(of))]
            return _DAX.case(" || ".join(unknown), "BLANK()", _DAX.write(of, own))
    return _DAX.write(of, own)
