"""The SQL that measures and metrics are written in, read into a tree that each tool's writer walks.

It is the small part of SQL that the semantic model uses: columns, constants, arithmetic, `=`,
`is [not] null`, `and`, `case when ... then ... [else ...] end`, and the functions `abs` and
`nullif`. Anything else is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from ecocharge.errors import EcoChargeError

FUNCTIONS = {"abs": 1, "nullif": 2}
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|'((?:[^']|'')*)'|([a-z_][a-z0-9_]*)|([-+*/(),=]))")
_KEYWORDS = {"case", "when", "then", "else", "end", "is", "not", "null", "and"}


@dataclass(frozen=True)
class Name:
    """A column, or in a derived metric another metric."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number as written, or a text."""

    value: str
    is_text: bool = False


@dataclass(frozen=True)
class Operation:
    """`left sign right`; the sign is one of `+ - * / = and`."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class IsNull:
    of: Expression
    negated: bool


@dataclass(frozen=True)
class Case:
    """`case when condition then result else otherwise end`; without an else, NULL."""

    condition: Expression
    result: Expression
    otherwise: Expression | None


Expression = Name | Constant | Operation | Call | IsNull | Case


def refuse(what: object) -> NoReturn:
    """Refuse a definition that a kit cannot hold: a kit must never hold a guess.

    Raises:
        EcoChargeError: always.
    """
    raise EcoChargeError(
        f"a BI kit cannot be made from {what!r}",
        remedy="write it with columns, numbers, + - * /, case, abs and nullif,"
        " or teach scripts/ecocharge/bi the rest",
    )


def names(expression: Expression) -> Iterator[str]:
    """Every name in the expression, in order, repeats included."""
    match expression:
        case Name(name):
            yield name
        case Constant():
            return
        case Operation(_, left, right):
            yield from names(left)
            yield from names(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from names(argument)
        case IsNull(of):
            yield from names(of)
        case Case(condition, result, otherwise):
            for part in (condition, result, *([otherwise] if otherwise else [])):
                yield from names(part)


def parse(sql: str) -> Expression:
    """Read one expression.

    Raises:
        EcoChargeError: it holds more of SQL than is understood here.
    """
    reader = _Reader(sql)
    expression = reader.conjunction()
    if reader.next is not None:
        reader.fail()
    return expression


class _Reader:
    """A reader by recursive descent; `next` is the token to come, None at the end."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._tokens = self._split(sql.strip())
        self.next: tuple[str, str] | None = None
        self.take()

    def _split(self, sql: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(sql):
            found = _TOKEN.match(sql, at)
            if not found:
                self.fail()
            at = found.end()
            number, text, word, sign = found.groups()
            if number is not None:
                yield "number", number
            elif text is not None:
                yield "text", text.replace("''", "'")
            elif word is not None:
                yield ("keyword" if word in _KEYWORDS else "name"), word
            else:
                yield "sign", sign

    def fail(self) -> NoReturn:
        refuse(self.sql)

    def take(self, value: str | None = None) -> str:
        """The token to come, which must be `value` where one is given; moves on."""
        taken = self.next[1] if self.next else ""
        if value is not None and (self.next is None or taken != value):
            self.fail()
        self.next = next(self._tokens, None)
        return taken

    def is_next(self, *values: str) -> bool:
        return self.next is not None and self.next[0] != "text" and self.next[1] in values

    def conjunction(self) -> Expression:
        left = self.comparison()
        while self.is_next("and"):
            self.take()
            left = Operation("and", left, self.comparison())
        return left

    def comparison(self) -> Expression:
        left = self.sum()
        if self.is_next("="):
            self.take()
            return Operation("=", left, self.sum())
        if self.is_next("is"):
            self.take()
            negated = self.is_next("not")
            if negated:
                self.take()
            self.take("null")
            return IsNull(left, negated)
        return left

    def sum(self) -> Expression:
        left = self.product()
        while self.is_next("+", "-"):
            left = Operation(self.take(), left, self.product())
        return left

    def product(self) -> Expression:
        left = self.operand()
        while self.is_next("*", "/"):
            left = Operation(self.take(), left, self.operand())
        return left

    def operand(self) -> Expression:
        kind, value = self.next or ("", "")
        if kind in {"number", "text"}:
            return Constant(self.take(), is_text=kind == "text")
        if self.is_next("("):
            self.take()
            inner = self.conjunction()
            self.take(")")
            return inner
        if self.is_next("case"):
            return self.case()
        if kind != "name":
            self.fail()
        self.take()
        if not self.is_next("("):
            return Name(value)
        return self.call(value)

    def call(self, function: str) -> Expression:
        self.take("(")
        arguments = [self.conjunction()]
        while self.is_next(","):
            self.take()
            arguments.append(self.conjunction())
        self.take(")")
        if FUNCTIONS.get(function) != len(arguments):
            self.fail()
        return Call(function, tuple(arguments))

    def case(self) -> Expression:
        self.take("case")
        self.take("when")
        condition = self.conjunction()
        self.take("then")
        result = self.conjunction()
        otherwise = None
        if self.is_next("else"):
            self.take()
            otherwise = self.conjunction()
        self.take("end")
        return Case(condition, result, otherwise)
