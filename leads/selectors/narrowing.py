"""By what is the list of leads narrowed? The filters of an address as conditions, in two descriptions of the same leads.

`on_the_way` is for leads that are looked at anyway, `by_index` lets each filter's own index find its leads. They differ only where
a condition reaches beyond the lead's own row: parts of names, and systems.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper
from django.db.models.lookups import IsNull

from alignment.programs.models import Campaign
from alignment.timezones import start_of_day
from leads import panels
from leads.records.ids import any_of
from leads.records.models import Lead, LeadIdentity
from leads.selectors.queries.systems import OF_SYSTEMS, scopes, systems_named
from leads.selectors.searching import Word, by_letters, words_of
from leads.selectors.wanted import NONE, Wanted

ANY_CASE = ("channel", "segment", "territory")


@dataclass(frozen=True)
class Narrowing:
    """The conditions of an address. `of_columns`: each column of the lead that has to have one value, by its name; `of_days`: when leads
    came in.
    """

    wanted: Wanted
    now: datetime
    of_columns: Mapping[str, Q]
    of_days: Q
    others: Q
    words: Sequence[Word]
    systems: Sequence[str] | None

    @classmethod
    def of(cls, wanted: Wanted, *, zone: ZoneInfo, now: datetime) -> Narrowing:
        """Read the address; names of campaigns and systems are looked up once."""
        system = wanted.texts.get("system", "")
        return cls(
            wanted,
            now,
            of_columns=_of_columns(wanted),
            of_days=_of_days(wanted, zone),
            others=_others(wanted),
            words=words_of(wanted.search),
            systems=systems_named(system) if system and system != NONE else None,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for that not nearly every lead is."""
        more = any(self.wanted.more.get(one.name) for one in panels.filters)
        tests = self.wanted.tests == "only"
        return bool(
            self.of_columns or self.of_days or self.others or self.words or self.systems is not None or more or tests
        )

    @property
    def is_searched(self) -> bool:
        """Whether an index finds the leads by a word of the search: one of more than a sign that is everywhere."""
        return any(word.letters or word.known for word in self.words)

    def on_the_way(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """Of leads that are looked at anyway, those that are asked for."""
        leads = self._plain(leads)
        for word in self.words:
            leads = leads.filter(word.on_the_way())
        return leads if self.systems is None else self._known(leads, self.systems)

    def by_index(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """Of all leads those that are asked for, by the indexes of what is asked."""
        if rows := self._rows_of_ids:
            return self._by_ids(leads, rows)
        leads = self._plain(leads)
        if self.words:
            leads = leads.filter(by_letters(self.words))
        if self.systems is not None and self.wanted.tests == "only":  # few enough to look at each
            return self._known(leads, self.systems)
        if self.systems is not None:
            systems = list(self.systems)
            leads = leads.filter(pk__in=RawSQL(OF_SYSTEMS, (systems, scopes(), systems)))  # noqa: S611
        return leads

    def described(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """As `by_index`, so that the planner's statistics tell how many they are."""
        return self._plain(leads) if self._rows_of_ids else self.by_index(leads)

    @property
    def _rows_of_ids(self) -> Mapping[str, Sequence[QuerySet[Any]]]:
        """Of filters of higher rooms that hold ids of leads, by their names: rows with a `lead`. None where something else finds fewer, or
        is asked of each lead besides. One that holds none (without `among`) is asked of each lead, beside them too.
        """
        apart = bool(self.of_columns or self.of_days)
        if self.words or self.systems is not None or (not apart and (self.others or self.wanted.tests)):
            return {}
        asked = ((one, self.wanted.more.get(one.name)) for one in panels.filters)
        return {one.name: one.among(value, self.now) for one, value in asked if value and one.among is not None}

    def _by_ids(self, leads: QuerySet[Lead], rows: Mapping[str, Sequence[QuerySet[Any]]]) -> QuerySet[Lead]:
        """Those that several indexes name, put together before any lead is looked at; then what else is asked of them."""
        if self.of_columns or self.of_days:  # each along an index of HELD_APART or lead_by_created
            named = Lead.objects.filter(self.of_days, *self.of_columns.values())
            for some in rows.values():
                named = named.filter(_any(Q(pk__in=one.values("lead")) for one in some))
            leads = leads.filter(any_of("pk", named))
        else:
            for some in rows.values():
                leads = leads.filter(_any(any_of("pk", one, "lead") for one in some))
        return self._plain(leads.filter(is_test=False, merged_into=None, erased_at=None), besides=rows)

    @staticmethod
    def _known(leads: QuerySet[Lead], systems: Sequence[str]) -> QuerySet[Lead]:
        known = LeadIdentity.objects.filter(lead=OuterRef("pk"), system__in=systems)
        return leads.filter(Q(system__in=systems) | Exists(known))

    def _plain(self, leads: QuerySet[Lead], besides: Collection[str] = ()) -> QuerySet[Lead]:
        leads = leads.filter(merged_into=None).filter(self.of_days & self.others)
        if self.wanted.tests != "with":
            leads = leads.filter(is_test=self.wanted.tests == "only")
        for condition in self.of_columns.values():
            leads = leads.filter(condition)
        for one in panels.filters:
            if self.wanted.more.get(one.name) and one.name not in besides:
                leads = one.narrow(leads, self.wanted.more[one.name], self.now)
        return leads


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def _of_columns(wanted: Wanted) -> dict[str, Q]:
    campaign, source = wanted.texts.get("campaign", ""), wanted.texts.get("source", "")
    asked = {
        "owner": wanted.owner,
        "campaign": _campaigns(campaign),
        "team": wanted.team,
        "source": source,
        "stage": wanted.stage,
    }
    found = {}
    for column, value in asked.items():
        if value == NONE:
            found[column] = Q(**{f"{column}__isnull": True})
        elif isinstance(value, list):
            found[column] = Q(campaign=value[0]) if len(value) == 1 else Q(campaign__in=value)
        elif value:
            found[column] = Q(**{column: value if column in ("source", "stage") else int(value)})
    return found


def _campaigns(name: str) -> str | list[int]:
    """The campaigns of that name, without regard to case."""
    if name in ("", NONE):
        return name
    return list(Campaign.objects.filter(name__iexact=name).values_list("pk", flat=True))


def _of_days(wanted: Wanted, zone: ZoneInfo) -> Q:
    asked = Q()
    if wanted.created_from:
        asked &= Q(created_at__gte=start_of_day(wanted.created_from, zone))
    if wanted.created_to:
        asked &= Q(created_at__lt=start_of_day(wanted.created_to + timedelta(days=1), zone))
    return asked


def _others(wanted: Wanted) -> Q:
    asked = Q()
    for column in ANY_CASE:
        value = wanted.texts.get(column, "")
        if value == NONE:
            asked &= Q(IsNull(Upper(column), True))  # as the column's index has it
        elif value:
            asked &= Q(**{f"{column}__iexact": value})
    if wanted.texts.get("system") == NONE:
        asked &= Q(system__isnull=True)
    return asked & Q(import_id=wanted.import_id) if wanted.import_id is not None else asked
