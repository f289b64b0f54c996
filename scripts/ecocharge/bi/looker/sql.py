"""Expressions of the semantic model as the SQL of Postgres, in LookML's terms."""

from __future__ import annotations

from ecocharge.bi.writing import Language


class _Postgres(Language):
    absolute = "abs"

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def quotient(self, left: str, right: str, *, is_safe: bool) -> str:
        # A quotient of whole numbers would be a whole number.
        return f"1.0 * {left} / {right if is_safe else f'nullif({right}, 0)'}"

    def is_null(self, of: str, *, negated: bool) -> str:
        return f"{of} is {'not ' if negated else ''}null"

    def case(self, condition: str, result: str, otherwise: str | None) -> str:
        rest = f" else {otherwise}" if otherwise else ""
        return f"case when {condition} then {result}{rest} end"


POSTGRES = _Postgres()


def column(own: str) -> str:
    """A column of the view's own table."""
    return "${TABLE}." + own
