"""What do higher rooms show on leads' pages? They register here; the pages know nothing of where it comes from.

A panel stands on a lead's page, a part of the desk below the inbox. A filter narrows the list of leads. Marks are the small
signs beside a lead in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet, Subquery

from alignment.people.models import User
from leads.records.models import Lead


@dataclass(frozen=True)
class LeadPanel:
    """`facts` gives what `template` shows of a lead, or None where there is nothing to show."""

    template: str
    facts: Callable[[Lead, User, datetime], Mapping[str, object] | None]


@dataclass(frozen=True)
class LeadFilter:
    """One more filter of the list. `choices` are (value, title); `narrow` keeps the leads that have the value.

    `quick` is the title of a way in that takes the first choice at once, or nothing. `among`, where indexes of its own hold the leads' ids,
    gives rows with a `lead`: the same leads, if they are no tests and neither merged nor erased, have a row of any of these queries.
    """

    name: str
    title: str
    choices: Callable[[], Sequence[tuple[str, str]]]
    narrow: Callable[[QuerySet[Lead], str, datetime], QuerySet[Lead]]
    quick: str = ""
    among: Callable[[str, datetime], Sequence[QuerySet[Any]]] | None = None


@dataclass(frozen=True)
class Mark:
    """A small sign beside a lead: `tone` is a colour of the stylesheet, `text` what it says, `why` the whole sentence."""

    tone: str
    text: str
    why: str


Marks = Callable[[Sequence[int], datetime], Mapping[int, Sequence[Mark]]]
"""For ids of leads that may be seen, in one query, the marks of each."""


@dataclass(frozen=True)
class DeskPart:
    """More to do on the page on which a salesperson's day begins. `facts` is told which leads stand there already."""

    template: str
    facts: Callable[[User, datetime, Collection[int]], Mapping[str, object] | None]


@dataclass(frozen=True)
class Told:
    """What was counted for a page, as JSON has it, as of `at`. `kept`: that was done beforehand."""

    document: Mapping[str, Any]
    at: datetime
    kept: bool


class Keeper(Protocol):
    """What is said to a question with these options; None: it is being counted. `wait`: count it now, if nothing is kept."""

    def __call__(self, options: Mapping[str, str], user: User, *, now: datetime, wait: bool) -> Told | None: ...


panels: list[LeadPanel] = []
desk: list[DeskPart] = []
filters: list[LeadFilter] = []
marks: list[Marks] = []
keepers: dict[str, Keeper] = {}
"""By the name of a question, who counts it beforehand in a large company."""
columns: dict[str, Callable[[], Subquery]] = {}
"""What the API says of a lead beyond its record, by the name of the field in `LeadDocument`."""
