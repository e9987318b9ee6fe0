"""A kind of agreement that only the tests know: how long lunch is. That it works proves that a kind needs no machine code.

Its terms are of their second form: the first said `hours`, this one says `minutes` and `with_dessert`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from alignment.agreements import kinds
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import BacktestQuestion, Document, Kind, Report, Scope, Terms, register
from alignment.agreements.models import Version
from alignment.people.models import User
from alignment.refusals import FieldError
from tests.world import Cast

LUNCH = "lunch"
LONGEST = 180


class LunchTerms(Terms):
    """How long, and whether there is dessert."""

    minutes: Annotated[int, Field(ge=1)]
    with_dessert: bool = False


def sentences(terms: LunchTerms) -> list[str]:
    dessert = ["There is dessert."] if terms.with_dessert else []
    return [f"Lunch takes {terms.minutes} minutes.", *dessert]


def difference(before: LunchTerms, after: LunchTerms) -> list[str]:
    said = [f"minutes {before.minutes} → {after.minutes}"] if before.minutes != after.minutes else []
    if before.with_dessert != after.with_dessert:
        said.append("dessert: new" if after.with_dessert else "dessert: no longer")
    return said


def key_error(key: str) -> str | None:
    return None if key.islower() and key.isascii() else "A lunch is named in small letters."


def check(terms: LunchTerms, scope: Scope) -> list[FieldError]:
    if terms.minutes > LONGEST:
        return [FieldError("minutes", "too_filling", f"Nobody eats for longer than {LONGEST} minutes.")]
    return []


def upgrade(document: Document) -> Document:
    return {"minutes": document["hours"] * 60, "with_dessert": False}


sealed: list[tuple[int, int, datetime]] = []
begun: list[tuple[int, int, datetime]] = []
"""What the machine told the kind: version, minutes, and from when."""


def note_sealed(version_id: int, terms: LunchTerms, scope: Scope) -> None:
    sealed.append((version_id, terms.minutes, scope.now))


def note_begun(version_id: int, terms: LunchTerms, scope: Scope) -> None:
    begun.append((version_id, terms.minutes, scope.now))


def backtest(question: BacktestQuestion, report: Report) -> Document:
    report(0.5)
    return {"minutes": question.terms.minutes, "days": question.days}


KIND: Kind[LunchTerms] = Kind(
    key=LUNCH,
    title="Lunch",
    sentence="How long both sides eat.",
    terms=LunchTerms,
    sentences=sentences,
    difference=difference,
    title_of=lambda key: f"Lunch on {key}",
    key_error=key_error,
    starting=lambda key: LunchTerms(minutes=30),
    schema=2,
    upgrades={1: upgrade},
    check=check,
    sealed=note_sealed,
    begun=note_begun,
    backtest=backtest,
    samples=True,
    keys=lambda: ("monday", "friday"),
)


@contextmanager
def registered(kind: Kind[Any] = KIND, **changes: Any) -> Iterator[Kind[Any]]:
    """The kind, with changes, while a test runs."""
    changed = replace(kind, **changes) if changes else kind
    before = dict(kinds._kinds)
    sealed.clear()
    begun.clear()
    register(changed)
    try:
        yield changed
    finally:
        kinds._kinds.clear()
        kinds._kinds.update(before)


def a_draft(author: User, now: datetime, minutes: int = 45, key: str = "monday", **fields: Any) -> Version:
    """A draft of how long lunch is; `fields` as in `start_draft`."""
    return start_draft(LUNCH, key, {"minutes": minutes}, author=author, now=now, **fields)


def a_proposal(by: User, now: datetime, minutes: int = 45, key: str = "monday", **fields: Any) -> Version:
    """Proposed by them: a lead has signed by it."""
    return propose(a_draft(by, now, minutes, key, **fields).pk, by=by, now=now)


def agreed(cast: Cast, now: datetime, minutes: int = 45, key: str = "monday", **fields: Any) -> Version:
    """Proposed by marketing's lead and signed by sales' lead at the same moment."""
    return sign(a_proposal(cast.marketing_lead, now, minutes, key, **fields).pk, by=cast.sales_lead, now=now)


Step = Callable[[], object]
