"""Which order of day and month, which decimal sign does a column use? Decided by all of its values, or asked.

A reading is taken only when it is the only one that fits every value that is a date (a number) at all, or when the
ones that fit mean the same. Anything else is a question that quotes a value with its readings spelled out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from leads.imports.kinds import FieldType
from leads.imports.profiles.questions import Choice, Question
from leads.imports.values import dates, decimals, numbers

Fit = tuple[frozenset[str], frozenset[tuple[str, str]]]
"""The readings that fit a value, and the pairs of them that mean different things."""


def _as_it_is(text: str, reading: str) -> str:
    return reading


@dataclass(frozen=True)
class Dialect:
    """One thing a column may leave open: its readings, which of them fit a value, and how a value reads.

    `plain` is the reading of constants, `answer` what a profile says for a reading of this value.
    """

    code: str
    readings: tuple[str, ...]
    fit: Callable[[str], Fit]
    spelled_out: Callable[[str, str], str]
    plain: str
    answer: Callable[[str, str], str] = _as_it_is

    def fitting(self, text: str) -> frozenset[str]:
        """The readings that fit a value; none where it is no date (number) at all."""
        return self.fit(text)[0]


DATES = Dialect("ambiguous_dates", dates.ORDERS, dates.fit_of, dates.spelled_out, dates.ISO, dates.answer_for)
NUMBERS = Dialect("ambiguous_decimal", decimals.SIGNS, numbers.fit_of, numbers.spelled_out, decimals.POINT)
AMOUNTS = dataclasses.replace(NUMBERS, fit=partial(numbers.fit_of, parts=False))
COUNTS = dataclasses.replace(NUMBERS, fit=partial(numbers.fit_of, whole=True, parts=False))
DIALECTS = {
    FieldType.INSTANT: DATES,
    FieldType.DAY: DATES,
    FieldType.NUMBER: NUMBERS,
    FieldType.MONEY: AMOUNTS,
    FieldType.COUNT: COUNTS,
}


@dataclass(frozen=True)
class _Seen:
    value: str
    line: int
    fitting: frozenset[str]


@dataclass
class Column:
    """What the values of one column say so far. Feed it with `see`, then ask `decide`."""

    field: str
    column: str
    dialect: Dialect
    left: frozenset[str] = frozenset()
    open: dict[tuple[str, str], _Seen] = dataclasses.field(default_factory=dict)
    deciding: list[_Seen] = dataclasses.field(default_factory=list)
    known: set[Fit] = dataclasses.field(default_factory=set)

    def __post_init__(self) -> None:
        self.left = frozenset(self.dialect.readings)

    def see(self, value: str, line: int) -> None:
        """Count one value in; what is no date (number) in any reading says nothing."""
        fit = self.dialect.fit(value)
        if fit in self.known:  # the first value of its sort said all that it can say
            return
        self.known.add(fit)
        fitting, differing = fit
        if not fitting:
            return
        seen = _Seen(value, line, fitting)
        if not self.left <= fitting:
            self.left &= fitting
            self.deciding.append(seen)
        for pair in differing:
            self.open.setdefault(pair, seen)

    def decide(self) -> str | Question:
        """The reading that the column uses, or what must be asked."""
        if not self.left:
            possible = {reading for seen in self.deciding for reading in seen.fitting}
            return self._ask(self._first_open(possible) or self.deciding[-1], possible, self._contradiction())
        if seen := self._first_open(self.left):
            return self._ask(seen, self.left, "No other value of the column tells.")
        return next(reading for reading in self.dialect.readings if reading in self.left)

    def _first_open(self, possible: frozenset[str] | set[str]) -> _Seen | None:
        """The first value that means different things by two of the readings."""
        opened = [seen for pair, seen in self.open.items() if possible.issuperset(pair)]
        return min(opened, key=lambda seen: seen.line, default=None)

    def _contradiction(self) -> str:
        told = [
            f"“{seen.value}” (line {seen.line}) can only be {' or '.join(self._answers(seen.value, seen.fitting))}"
            for seen in self.deciding[-2:]
        ]
        return f"The column contradicts itself: {', '.join(told)}."

    def _answers(self, value: str, readings: frozenset[str] | set[str]) -> list[str]:
        return [self.dialect.answer(value, reading) for reading in self.dialect.readings if reading in readings]

    def _ask(self, seen: _Seen, possible: frozenset[str] | set[str], why: str) -> Question:
        choices = tuple(
            Choice(
                self.dialect.answer(seen.value, reading),
                self.dialect.spelled_out(seen.value, reading) if reading in seen.fitting else "unreadable",
            )
            for reading in self.dialect.readings
            if reading in possible
        )
        readings = " or ".join(f"{choice.reads} ({choice.answer})" for choice in choices)
        where = f"In column “{self.column}”, “{seen.value}” (line {seen.line})"
        detail = f"{where} may be {readings}. {why}"
        return Question(self.dialect.code, self.field, self.column, seen.value, seen.line, detail, choices)
