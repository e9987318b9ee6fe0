"""A kind of agreement that only tests know, with every shape that a plain form can ask; it needs no code of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field

from alignment.agreements.kinds import BacktestQuestion, Document, Kind, Report, Scope, Terms, Work
from alignment.refusals import FieldError


class Limit(Terms):
    """An object within the object."""

    limit_days: int = Field(ge=1, le=365, description="Whole days.")
    quiet_days: int | float | None = None
    strict: bool | None = None


class Shift(Terms):
    """A row of a list."""

    who: str = Field(min_length=1, max_length=40)
    side: Literal["marketing", "sales"]
    on: date | None = None
    late: bool = False


class Kitchen(Terms):
    coffee: Limit = Limit(limit_days=30)
    shifts: tuple[Shift, ...] = Field(default=(), max_length=5)
    guests: tuple[str, ...] = ()
    note: str = ""


class Opaque(Terms):
    """Terms for which no plain form will do: an object with keys of one's own."""

    prices: dict[str, int] = Field(default_factory=dict)


def sentences(terms: Kitchen) -> list[str]:
    said = [f"Coffee is made anew after {terms.coffee.limit_days} days."]
    said += [f"{shift.who} of {shift.side} cleans{' late' if shift.late else ''}." for shift in terms.shifts]
    return said + ([terms.note] if terms.note else [])


def difference(before: Kitchen, after: Kitchen) -> list[str]:
    said = []
    if before.coffee.limit_days != after.coffee.limit_days:
        said.append(f"coffee made anew after {before.coffee.limit_days} days → {after.coffee.limit_days} days")
    was, becomes = {shift.who for shift in before.shifts}, {shift.who for shift in after.shifts}
    said += [f"new: {who} cleans" for who in sorted(becomes - was)]
    said += [f"no longer: {who} cleans" for who in sorted(was - becomes)]
    return said + ([f"note: {before.note} → {after.note}"] if before.note != after.note else [])


def check(terms: Kitchen, _scope: Scope) -> list[FieldError]:
    if terms.note == "salt":
        return [FieldError("note", "no_salt", "Salt does not go into coffee.")]
    return []


def try_on_the_past(question: BacktestQuestion, report: Report) -> Document:
    report(0.5)
    return {"cups": question.days * 3}


def follows(terms: Kitchen, _scope: Scope) -> Sequence[str]:
    return [f"{terms.coffee.limit_days} pots are emptied."]


KITCHEN: Kind[Kitchen] = Kind(
    key="kitchen",
    title="Kitchen",
    sentence="Who cleans, and how old coffee may be.",
    terms=Kitchen,
    sentences=sentences,
    difference=difference,
    title_of=lambda key: f"The kitchen on {key}",
    key_error=lambda key: None if key in ("one", "two") else "There are floors one and two.",
    starting=lambda _key: Kitchen(),
    check=check,
    backtest=try_on_the_past,
    follows=follows,
    work=lambda _version_id: None,
    keys=lambda: ("one", "two"),
)
CELLAR: Kind[Any] = Kind(
    key="cellar",
    title="Cellar",
    sentence="What a bottle costs.",
    terms=Opaque,
    sentences=lambda terms: (
        [f"{name} costs {price}." for name, price in terms.prices.items()] or ["Nothing is for sale."]
    ),
    difference=lambda before, after: ["prices changed"] if before != after else [],
    title_of=lambda _key: "The cellar",
    key_error=lambda key: None if key == "default" else "There is one cellar.",
    starting=lambda _key: Opaque(),
)
WORKING = Work("Pots are emptied", 3, 12)
