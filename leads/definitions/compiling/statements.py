"""How does a definition become SQL without a value ever standing in it? Values are collected beside the text, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from psycopg2 import sql

Value = bool | int | float | Decimal | str | datetime | list[str] | list[int] | list[datetime] | None

TRUE, FALSE = sql.SQL("true"), sql.SQL("false")


@dataclass(frozen=True)
class Statement:
    """A query and its values. It may stand as a subquery in another one, whose values are put together with these."""

    text: sql.Composable
    values: Mapping[str, Value]


@dataclass
class Values:
    """The values of one statement. `prefix` keeps those of two definitions in one statement apart."""

    prefix: str = "d"
    given: dict[str, Value] = field(default_factory=dict)

    def add(self, value: Value) -> sql.Composable:
        """Take a value in; what stands for it in the text."""
        name = f"{self.prefix}{len(self.given)}"
        self.given[name] = value
        return sql.Placeholder(name)

    def hours(self, days: float) -> sql.Composable:
        """So many days of 24 hours, as an interval."""
        return part("({} * interval '1 hour')", self.add(days * 24))


def part(text: str, *parts: sql.Composable) -> sql.Composable:
    """A piece of SQL with other pieces in its braces."""
    return sql.SQL(text).format(*parts)


def every(conditions: Iterable[sql.Composable]) -> sql.Composable:
    """All of them; of none, true."""
    parts = list(conditions)
    return part("({})", sql.SQL(" AND ").join(parts)) if parts else TRUE


def some(conditions: Iterable[sql.Composable]) -> sql.Composable:
    """At least one of them; of none, false."""
    parts = list(conditions)
    return part("({})", sql.SQL(" OR ").join(parts)) if parts else FALSE


def lines(parts: Iterable[sql.Composable]) -> sql.Composable:
    """One under the other."""
    return sql.SQL("\n").join(list(parts))
