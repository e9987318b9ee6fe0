"""Deals between rows and tables: read as they are now, written as they became, each by one statement for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import connection

from alignment.before import Before, remember
from alignment.cleaning import Unfit
from alignment.own_names import own_id
from leads.deals.cleaning import CleanDeal
from leads.deals.models import DealKind, DealStatus
from leads.deals.queries import write as queries
from leads.records.models import Lead

Name = tuple[str, str]
"""System (empty where none is named) and external id, within a scope."""


@dataclass(slots=True)
class DealDraft:
    """A deal on its way to the database. `was` holds what was overwritten; `blank`: no row has said anything yet."""

    values: dict[str, object]
    new: bool
    blank: bool
    was: dict[str, object] = field(default_factory=dict)

    @property
    def deal_id(self) -> int:
        return int(str(self.values["id"]))

    def put(self, name: str, value: object) -> bool:
        """Write one field; whether it differed."""
        if self.values[name] == value:
            return False
        if not self.new:
            self.was.setdefault(name, self.values[name])
        self.values[name] = value
        return True

    def seen(self, name: str) -> set[int]:
        """The ids that a field held before and holds now."""
        return {value for value in (self.values[name], self.was.get(name)) if isinstance(value, int)}


class Book:
    """The deals of one call, by name and by id. Those whose lead a scope no longer sees are not there for its rows."""

    def __init__(self, drafts: Iterable[DealDraft], scope: int, *, unseen: Collection[DealDraft] = ()) -> None:
        self._by_id = {draft.deal_id: draft for draft in drafts}
        self._unseen = {(str(d.values["system"]), str(d.values["external_id"])) for d in unseen}
        self._by_name = {
            (str(d.values["system"]), str(d.values["external_id"])): d
            for d in self._by_id.values() if d.values["external_id"] is not None and d.values["scope"] == scope
        }  # fmt: skip

    def drafts(self) -> list[DealDraft]:
        return list(self._by_id.values())

    def get(self, row: CleanDeal) -> DealDraft | None:
        """The deal that the row means, None for a new one; `Unfit` where it means one that is not there for the scope."""
        if row.deal_id is not None:
            if row.deal_id not in self._by_id:
                raise Unfit("deal_id", "unknown_deal", f"There is no deal {row.deal_id}.", str(row.deal_id))
            return self._by_id[row.deal_id]
        if "external_id" not in row.texts:
            return None
        own = own_id(*_name(row))
        if own is not None and own in self._by_id:
            return self._by_id[own]
        if _name(row) in self._unseen:
            name = row.texts["external_id"]
            raise Unfit("external_id", "unknown_deal", f"There is no deal “{name}” that you may change.", name)
        return self._by_name.get(_name(row))

    def blank(self, row: CleanDeal, deal_id: int, *, currency: str, scope: int) -> DealDraft:
        """A new deal for the row."""
        system, external_id = _name(row) if "external_id" in row.texts else (row.texts.get("system"), None)
        values: dict[str, object] = dict.fromkeys(queries.COLUMNS)
        values |= {"id": deal_id, "scope": scope, "system": system, "external_id": external_id, "currency": currency}
        values |= {"status": DealStatus.OPEN.value, "kind": DealKind.NEW.value, "attributes": {}}
        return DealDraft(values, new=True, blank=True)

    def enter(self, row: CleanDeal, draft: DealDraft) -> None:
        """Keep a deal, so that later rows find it."""
        self._by_id[draft.deal_id] = draft
        if row.deal_id is None and "external_id" in row.texts:
            self._by_name[_name(row)] = draft


def _name(row: CleanDeal) -> Name:
    return (row.texts.get("system", ""), row.texts["external_id"])


def read_deals(rows: Sequence[CleanDeal], *, scope: int) -> Book:
    """The deals that the rows mean and the scope may see, locked until the transaction ends."""
    names = sorted({_name(row) for row in rows if row.deal_id is None and "external_id" in row.texts})
    asked = {row.deal_id for row in rows if row.deal_id is not None and abs(row.deal_id) < 2**63}
    ids = sorted(asked | {own for system, external_id in names if (own := own_id(system, external_id)) is not None})
    document = orjson.dumps([{"system": system, "external_id": external_id} for system, external_id in names]).decode()
    with connection.cursor() as cursor:
        cursor.execute(queries.READ, {"names": document, "ids": ids, "scope": scope})
        drafts = [
            DealDraft(dict(zip(queries.COLUMNS, row, strict=True)), new=False, blank=False) for row in cursor.fetchall()
        ]
    for draft in drafts:
        if isinstance(draft.values["attributes"], str):
            draft.values["attributes"] = orjson.loads(draft.values["attributes"])
    unseen = _unseen(drafts, scope)
    hidden = {draft.deal_id for draft in unseen}
    return Book([draft for draft in drafts if draft.deal_id not in hidden], scope, unseen=unseen)


def _unseen(drafts: Sequence[DealDraft], scope: int) -> list[DealDraft]:
    """Deals that a partner brought, whose leads are with somebody else by now."""
    if not scope:
        return []
    lead_ids = {lead_id for draft in drafts if isinstance(lead_id := draft.values["lead_id"], int)}
    own = set(Lead.objects.filter(pk__in=lead_ids, team_id=scope).values_list("pk", flat=True))
    return [draft for draft in drafts if draft.values["lead_id"] is not None and draft.values["lead_id"] not in own]


def new_ids(count: int) -> list[int]:
    """Ids for deals that are about to be made."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(queries.IDS, {"count": count})
        return [row[0] for row in cursor.fetchall()]


def write_deals(drafts: Sequence[DealDraft], *, now: datetime, import_id: int | None) -> set[int]:
    """Write them; the ids of new ones that were not made, because another writer made a deal of that name meanwhile."""
    new, changed = [d for d in drafts if d.new], [d for d in drafts if d.was]
    made: set[int] = set()
    with connection.cursor() as cursor:
        if new:
            cursor.execute(queries.MAKE, {"rows": _document(new), "now": now, "import": import_id})
            made = {row[0] for row in cursor.fetchall()}
        if changed:
            cursor.execute(queries.CHANGE, {"rows": _document(changed), "import": import_id})
    remember(import_id, "deal", [Before(d.deal_id, d.was, {name: d.values[name] for name in d.was}) for d in changed])
    return {d.deal_id for d in new} - made


def _document(drafts: Sequence[DealDraft]) -> str:
    return orjson.dumps([draft.values for draft in drafts], default=str).decode()
