"""By which names do exports name people, teams, campaigns and our own things?"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from alignment.own_names import SYSTEM, own_name
from alignment.people.models import Team, User
from alignment.people.naming import name_to
from alignment.people.selectors import Somebody, sees_everything
from alignment.programs.models import Campaign
from leads.records.models import Company, Lead, LeadIdentity

Name = tuple[str, str]
"""A system, and an external id in it."""
Hanging = TypeVar("Hanging", bound=Model)


def name_of(pk: int, system: str | None, external_id: str | None, *, stands: bool = True) -> Name:
    """What a thing is called: by the system that it is from, else by us. `stands`: whether it is found by that name."""
    return (system, external_id) if stands and system and external_id else (SYSTEM, own_name(pk))


def company_name(company: Company) -> Name:
    """What a company is called; one that a partner brought is found by our name for it only."""
    return name_of(company.pk, company.system, company.external_id, stands=company.scope == 0)


def is_known_by_id() -> Exists:
    """Whether a lead is found by the system and external id of its record; it may be a partner's, or have been merged into."""
    key = Concat(Value("id:"), OuterRef("external_id"), output_field=CharField())
    return Exists(LeadIdentity.objects.filter(lead=OuterRef("pk"), scope=0, system=OuterRef("system"), key=key))


def lead_names(ids: Collection[int]) -> dict[int, Name]:
    """What these leads are called: one query."""
    found = Lead.objects.filter(pk__in=ids).annotate(known=is_known_by_id())
    rows = found.values_list("pk", "system", "external_id", "known")
    return {pk: name_of(pk, system, external_id, stands=known) for pk, system, external_id, known in rows}


def of_leads_that_count(rows: QuerySet[Hanging], reader: Somebody) -> QuerySet[Hanging]:
    """Those of `rows` that hang on leads that `reader` may see; of tests and of leads merged into others nothing leaves."""
    counted = rows.filter(lead__is_test=False, lead__merged_into=None)
    return counted if sees_everything(reader) else counted.filter(lead__in=Lead.objects.visible_to(reader))


class Names:
    """People, teams and campaigns by their ids, as `reader` may know them; each kind is read once."""

    def __init__(self, reader: Somebody) -> None:
        self.reader = reader

    @cached_property
    def _people(self) -> dict[int, str]:
        return {one.pk: name_to(self.reader, one, label=True) for one in User.objects.all()}

    @cached_property
    def _teams(self) -> dict[int, str]:
        return {one.pk: name_to(self.reader, one) for one in Team.objects.all()}

    @cached_property
    def _campaigns(self) -> dict[int, str]:
        return dict(Campaign.objects.values_list("pk", "name"))

    def person(self, pk: int | None) -> str | None:
        """The e-mail, else the name."""
        return None if pk is None else self._people[pk]

    def team(self, pk: int | None) -> str | None:
        return None if pk is None else self._teams[pk]

    def campaign(self, pk: int | None) -> str | None:
        return None if pk is None else self._campaigns[pk]
