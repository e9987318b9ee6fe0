"""What did an undo leave alone, in words and where to look at it? Named now, not when it was undone: who was erased since has no name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

from django.db.models import Model

from alignment.people.models import User
from alignment.programs.models import Campaign
from leads.deals.models import Deal
from leads.imports.models import Import
from leads.records.models import Company, Lead


class SparedDocument(TypedDict):
    """One thing that stays: its table and id, why, its name, and its page if it has one."""

    table: str
    id: int
    why: str
    name: str
    url: str | None


Named = Mapping[int, tuple[str, str | None]]


def describe_spared(import_: Import) -> list[SparedDocument]:
    """Everything that was left alone, in the order in which it was found."""
    ids: dict[str, set[int]] = {}
    for one in import_.spared:
        ids.setdefault(one["table"], set()).add(one["id"])
    named = {table: _NAMES[table](found) for table, found in ids.items() if table in _NAMES}
    return [_document(one, named.get(one["table"], {})) for one in import_.spared]


def _document(one: Mapping[str, object], named: Named) -> SparedDocument:
    number = int(str(one["id"]))
    table = str(one["table"])
    name, url = named.get(number, ("", None))
    return SparedDocument(table=table, id=number, why=str(one["why"]), name=name or f"{table} {number}", url=url)


def _leads(ids: Iterable[int]) -> Named:
    found = Lead.objects.filter(pk__in=list(ids)).select_related("company")
    return {lead.pk: (_called(lead), f"/leads/{lead.pk}/") for lead in found}


def _called(lead: Lead) -> str:
    both = " ".join(part for part in (lead.first_name, lead.last_name) if part)
    return lead.full_name or both or lead.email or lead.external_id or f"lead {lead.pk}"


def _deals(ids: Iterable[int]) -> Named:
    found = Deal.objects.filter(pk__in=list(ids)).values_list("pk", "external_id", "lead_id")
    return {pk: (f"deal {key or pk}", f"/leads/{lead}/" if lead else None) for pk, key, lead in found}


def _by_name(model: type[Model]) -> Callable[[Iterable[int]], Named]:
    def names(ids: Iterable[int]) -> Named:
        return {pk: (name, None) for pk, name in model._base_manager.filter(pk__in=list(ids)).values_list("pk", "name")}

    return names


_NAMES: dict[str, Callable[[Iterable[int]], Named]] = {
    "lead": _leads,
    "deal": _deals,
    "company": _by_name(Company),
    "campaign": _by_name(Campaign),
    "person": _by_name(User),
}
