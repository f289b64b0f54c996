"""Expressions written in the language of a tool: one walk over the tree, a few words each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from ecocharge.bi.expressions import (
    Call,
    Case,
    Constant,
    Expression,
    IsNull,
    Name,
    Operation,
    refuse,
)


class Language(ABC):
    """How a tool writes what SQL says; operands come in written, in brackets where needed."""

    absolute: str
    signs: Mapping[str, str] = {}

    @abstractmethod
    def text(self, value: str) -> str:
        """A constant text."""

    @abstractmethod
    def quotient(self, left: str, right: str, *, is_safe: bool) -> str:
        """A quotient that is NULL where the divisor is 0, which it never is where `is_safe`."""

    @abstractmethod
    def is_null(self, of: str, *, negated: bool) -> str:
        """Whether there is no value, or whether there is one."""

    @abstractmethod
    def case(self, condition: str, result: str, otherwise: str | None) -> str:
        """One of two values."""

    def write(self, expression: Expression, name: Callable[[str], str]) -> str:
        """The expression; `name` says how a name in it is written.

        Raises:
            EcoChargeError: the tool has no word for it here.
        """
        match expression:
            case Name(own):
                written = name(own)
            case Constant(value, is_text):
                written = self.text(value) if is_text else value
            case Operation("/", left, right):
                written = self._quotient(left, right, name)
            case Operation(sign, left, right):
                sides = (self._operand(left, name), self._operand(right, name))
                written = f" {self.signs.get(sign, sign)} ".join(sides)
            case Call("abs", (of,)):
                written = f"{self.absolute}({self.write(of, name)})"
            case Call():
                refuse(expression)
            case IsNull(of, negated):
                written = self.is_null(self._operand(of, name), negated=negated)
            case Case(condition, result, otherwise):
                written = self.case(
                    self.write(condition, name),
                    self.write(result, name),
                    self.write(otherwise, name) if otherwise else None,
                )
        return written

    def _quotient(self, left: Expression, right: Expression, name: Callable[[str], str]) -> str:
        match right:
            # Every quotient here is NULL over 0, so that this says nothing more.
            case Call("nullif", (divisor, Constant("0"))):
                right = divisor
        is_safe = isinstance(right, Constant) and float(right.value) != 0
        return self.quotient(self._operand(left, name), self._operand(right, name), is_safe=is_safe)

    def _operand(self, expression: Expression, name: Callable[[str], str]) -> str:
        written = self.write(expression, name)
        return f"({written})" if isinstance(expression, Operation) else written
