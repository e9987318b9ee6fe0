"""Which people, teams and rules do these handoffs name? Brought along by one statement for each.

Asked through `leads.handoffs.reading.with_everybody`. Joined, they would be ten tables more, which takes the planner longer than
reading does, and what a rule says would be read and understood anew for each handoff.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

from alignment.agreements.models import Version
from alignment.people.models import Team, User
from leads.handoffs.models import Handoff

PEOPLE = ("from_user", "to_user", "offered_by", "decided_by", "returned_by")
TEAMS = ("from_team", "to_team")
RULES = ("rule",)

Named = TypeVar("Named", bound=Model)


class WithEverybody(QuerySet[Handoff]):
    """Handoffs that are read with their people, teams and rules; `.iterator()` brings none."""

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self._result_cache and issubclass(self._iterable_class, ModelIterable):
            bring_everybody(self._result_cache)


def bring_everybody(handoffs: Sequence[Handoff]) -> None:
    """Give them their people, teams and rules; what is named more than once is the same object."""
    _bring(handoffs, PEOPLE, User.objects.all())
    _bring(handoffs, TEAMS, Team.objects.all())
    _bring(handoffs, RULES, Version.objects.select_related("agreement"))


def _bring(handoffs: Sequence[Handoff], fields: Iterable[str], among: QuerySet[Named]) -> None:
    named = [
        (row, field, pk) for row in handoffs for field in fields if (pk := getattr(row, f"{field}_id")) is not None
    ]
    found = among.in_bulk({pk for _row, _field, pk in named}) if named else {}
    for row, field, pk in named:
        if pk in found:
            setattr(row, field, found[pk])
