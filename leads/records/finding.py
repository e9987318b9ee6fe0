"""Which lead does somebody mean who names it from outside: by its id here, its id in a system, its e-mail, or its name?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from alignment.cleaning import Unfit
from leads.records.identities import Name, find, find_by_address
from leads.records.models import Lead
from leads.records.namesakes import Asked, Namesakes, PersonName, find_namesakes

HOLD_LIVING = """
SELECT id FROM leads_lead WHERE id = ANY(%(leads)s::bigint[]) AND erased_at IS NULL ORDER BY id FOR KEY SHARE
"""
"""So that an undo waits before it looks whether a lead may go; among each other, who log what happened do not wait."""


class Pointer(NamedTuple):
    """How a row points at a lead; the first that is stated counts."""

    lead_id: int | None = None
    system: str | None = None
    external_id: str | None = None
    email: str | None = None
    called: PersonName | None = None

    @property
    def asked(self) -> Asked | None:
        """By what the lead is looked up where nothing but the person's name is stated."""
        if self.called is None or self.lead_id is not None or self.name is not None:
            return None
        return Asked(self.system or "", self.called)

    @property
    def name(self) -> Name | None:
        if self.external_id:
            return (self.system or "", "id:" + self.external_id)
        return ("", "email:" + self.email.lower()) if self.email else None


@dataclass(frozen=True)
class Found:
    """The leads that pointers point at, within what a scope may see."""

    ids: frozenset[int]
    by_name: dict[Name, int] = field(default_factory=dict)
    erased: frozenset[int] = frozenset()
    namesakes: Mapping[Asked, Namesakes] = field(default_factory=dict)

    def get(self, pointer: Pointer) -> int | None:
        """The lead's id, or None where there is none that the scope may see."""
        if pointer.lead_id is not None:
            return pointer.lead_id if pointer.lead_id in self.ids else None
        if pointer.asked is not None:
            found = self.namesakes.get(pointer.asked)
            return found.lead_id if found is not None else None
        return self.by_name.get(pointer.name) if pointer.name else None

    def require(self, pointer: Pointer) -> int:
        """The lead's id, or `Unfit`: `unknown_lead`, and of names `no_such_lead` and `ambiguous_lead`."""
        lead_id = self.get(pointer)
        if lead_id is not None:
            return lead_id
        if pointer.asked is not None:
            raise self._not_one(pointer.asked)
        what = pointer.external_id or pointer.email or (str(pointer.lead_id) if pointer.lead_id is not None else None)
        where = "lead_id" if pointer.lead_id is not None else "lead_external_id" if pointer.external_id else "email"
        if what is None:
            raise Unfit("lead_external_id", "required", "The row names no lead.")
        raise Unfit(where, "unknown_lead", f"There is no lead “{what}”.", what)

    def _not_one(self, asked: Asked) -> Unfit:
        found, name = self.namesakes.get(asked), str(asked.name)
        if found is None:
            return Unfit(asked.name.field, "no_such_lead", f"No lead is called “{name}”.", name)
        where = f" of those that {asked.system} knows" if found.of_system else ""
        detail = f"{found.count} leads{where} are called “{name}”: name one by its id or e-mail."
        return Unfit(asked.name.field, "ambiguous_lead", detail, name)

    def require_living(self, pointer: Pointer) -> int:
        """The lead's id, or `Unfit`, also with `erased` where nothing is to be written about it any more."""
        lead_id = self.require(pointer)
        if lead_id in self.erased:
            raise Unfit("lead_id", "erased", "This lead was erased: nothing is written about it any more.")
        return lead_id


def hold_living(lead_ids: Iterable[int]) -> bool:
    """Hold leads that were found a while ago: nobody takes them out until the transaction ends. False where one is gone or erased.

    For who writes about leads without locking them; a lock afterwards would wait in a circle.
    """
    wanted = sorted(set(lead_ids))
    if not wanted:
        return True
    with connection.cursor() as cursor:
        cursor.execute(HOLD_LIVING, {"leads": wanted})
        return len(cursor.fetchall()) == len(wanted)


def find_leads(pointers: Iterable[Pointer], *, scope: int) -> Found:
    """Look all of them up at once."""
    wanted = list(pointers)
    names = {name for pointer in wanted if pointer.lead_id is None and (name := pointer.name)}
    by_name = find(names, scope=scope)
    loose = {name[1].removeprefix("email:") for name in names if name not in by_name and name[1].startswith("email:")}
    by_name |= {("", "email:" + email): lead_id for email, lead_id in find_by_address(loose, scope=scope).items()}
    asked = {pointer.lead_id for pointer in wanted if pointer.lead_id is not None}
    if scope:
        asked |= set(by_name.values())
    visible = _visible(asked, scope)
    there = frozenset(visible)
    if scope:
        by_name = {name: lead_id for name, lead_id in by_name.items() if lead_id in there}
    namesakes = find_namesakes((one for pointer in wanted if (one := pointer.asked)), scope=scope)
    return Found(there, by_name, frozenset(lead_id for lead_id, erased in visible.items() if erased), namesakes)


def _visible(lead_ids: set[int], scope: int) -> dict[int, bool]:
    """Those that the scope may see, and whether they were erased."""
    if not lead_ids:
        return {}
    leads = Lead.objects.filter(pk__in=[i for i in lead_ids if -(2**63) <= i < 2**63])
    if scope:
        leads = leads.filter(team_id=scope)
    return {lead_id: erased_at is not None for lead_id, erased_at in leads.values_list("pk", "erased_at")}
