"""Which order of day and month, which decimal sign does a column use? Decided by all of its values, or asked.

A reading is taken only when it is the only one that fits every value that is a date (a number) at all, or when the
ones that fit mean the same. Anything else is a question that quotes a value with its readings spelled out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from leads.imports import dates, decimals
from leads.imports.kinds import FieldType
from leads.imports.questions import Choice, Question


@dataclass(frozen=True)
class Dialect:
    """One thing a column may leave open: its readings, which of them fit a value, and how a value reads.

    What fits the `plain` reading means the same in all of them.
    """

    code: str
    readings: tuple[str, ...]
    fitting: Callable[[str], tuple[str, ...]]
    spelled_out: Callable[[str, str], str]
    plain: str | None = None


def _number_as_said(text: str, sign: str) -> str:
    return str(decimals.read_number(text, sign))


DATES = Dialect("ambiguous_dates", dates.ORDERS, dates.orders_that_fit, dates.spelled_out, dates.ISO)
NUMBERS = Dialect("ambiguous_decimal", decimals.SIGNS, decimals.signs_that_fit, _number_as_said)
DIALECTS = {FieldType.INSTANT: DATES, FieldType.DAY: DATES, FieldType.NUMBER: NUMBERS}


@dataclass(frozen=True)
class _Seen:
    value: str
    line: int
    fitting: tuple[str, ...]


@dataclass
class Column:
    """What the values of one column say so far. Feed it with `see`, then ask `decide`."""

    field: str
    column: str
    dialect: Dialect
    left: set[str] = dataclasses.field(default_factory=set)
    open: _Seen | None = None
    deciding: list[_Seen] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = set(self.dialect.readings)

    def see(self, value: str, line: int) -> None:
        """Count one value in; what is no date (number) in any reading says nothing."""
        fitting = self.dialect.fitting(value)
        if not fitting:
            return
        if not self.left.issubset(fitting):
            self.left.intersection_update(fitting)
            self.deciding.append(_Seen(value, line, fitting))
        if (
            self.open is None
            and self.dialect.plain not in fitting
            and len({self.dialect.spelled_out(value, reading) for reading in fitting}) > 1
        ):
            self.open = _Seen(value, line, fitting)

    def decide(self) -> str | Question:
        """The reading that the column uses, or what must be asked."""
        if not self.left:
            return self._ask(
                self.open or self.deciding[-1],
                {reading for seen in self.deciding for reading in seen.fitting},
                self._contradiction(),
            )
        if self.open is not None and len(self.left) > 1:
            return self._ask(self.open, self.left, "No other value of the column tells.")
        return next(reading for reading in self.dialect.readings if reading in self.left)

    def _contradiction(self) -> str:
        told = [
            f"“{seen.value}” (line {seen.line}) can only be {' or '.join(seen.fitting)}" for seen in self.deciding[-2:]
        ]
        return f"The column contradicts itself: {', '.join(told)}."

    def _ask(self, seen: _Seen, possible: set[str], why: str) -> Question:
        choices = tuple(
            Choice(reading, self.dialect.spelled_out(seen.value, reading) if reading in seen.fitting else "unreadable")
            for reading in self.dialect.readings
            if reading in possible
        )
        readings = " or ".join(f"{choice.reads} ({choice.answer})" for choice in choices)
        where = f"In column “{self.column}”, “{seen.value}” (line {seen.line})"
        detail = f"{where} may be {readings}. {why} Say which in the profile."
        return Question(self.dialect.code, self.field, self.column, seen.value, seen.line, detail, choices)
