"""Which lead does a row mean? By system and external id, else e-mail, else the row's own content; new ones get an id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from django.db import IntegrityError, connection, transaction

from alignment.copying import FEW, array, new_ids
from alignment.own_names import SYSTEM, own_id
from alignment.prepared import FEW as FEW_ROWS
from alignment.prepared import execute
from leads.records.models import Lead
from leads.records.queries import identities as queries

Name = tuple[str, str]
"""A system (empty for e-mails) and a key: `id:…`, `email:…` or `row:…`."""


class Known(NamedTuple):
    """What a row is known as. `primary` decides; `email` is claimed beside it. Neither: always a new lead.

    `joins`: where nobody has `primary`, whoever has `email` is meant, and has `primary` from then on.
    """

    primary: Name | None
    email: Name | None
    joins: bool = False


@dataclass(frozen=True)
class Meant:
    """The lead of each row, in order, and which of them are new: their ids are reserved, their rows not yet written."""

    lead_ids: list[int]
    new: frozenset[int]


def known_as(
    *, system: str | None, external_id: str | None, email: str | None, content: str | None, joins: bool = False
) -> Known:
    """The names in these values."""
    mail = ("", "email:" + email.lower()) if email else None
    if external_id:
        return Known((system or "", "id:" + external_id), mail, joins)
    if mail:
        return Known(mail, mail)
    return Known((system or "", "row:" + content) if content else None, None)


def find_or_claim(rows: Sequence[Known], *, scope: int, import_id: int | None) -> Meant:
    """The lead of each row. Names nobody had are claimed for a new lead, within the caller's transaction."""
    found, by_address = _found(rows, scope)
    held = frozenset(found)
    strange = _strange(set(found.values()), scope)
    found.update(by_address)
    fresh = iter(new_ids("leads_lead", sum(row.primary is None or row.primary not in found for row in rows)))
    lead_ids: list[int] = []
    new: set[int] = set()
    for row in rows:
        known = found.get(row.primary) if row.primary else None
        if known is None and row.joins and row.primary and row.email in found and found[row.email] not in strange:
            known = found[row.primary] = found[row.email]
        lead_id = next(fresh) if known is None else known
        if known is None:
            new.add(lead_id)
            if row.primary:
                found[row.primary] = lead_id
        if row.email and lead_id not in strange and not (known is not None and _is_own(row.primary)):
            found.setdefault(row.email, lead_id)
        lead_ids.append(lead_id)
    claims = {name: lead_id for name, lead_id in found.items() if name not in held}
    lost = _claim(claims, scope=scope, import_id=import_id)
    mine = _after_losing(rows, lead_ids, lost)
    return Meant(mine, frozenset(new & set(mine)))


def _is_own(name: Name | None) -> bool:
    """Whether this is a name that an export gave: its row says nothing new of what the lead is known as."""
    return name is not None and own_id(name[0], name[1].removeprefix("id:")) is not None


def _strange(lead_ids: set[int], scope: int) -> set[int]:
    """Leads that a partner's rows name and that are with somebody else by now: no name is claimed for them."""
    if not scope or not lead_ids:
        return set()
    return lead_ids - set(Lead.objects.filter(pk__in=lead_ids, team_id=scope).values_list("pk", flat=True))


def find(names: Iterable[Name], *, scope: int) -> dict[Name, int]:
    """The leads that are known by these names; a name of our own means the lead that was exported under it."""
    wanted = sorted(names)
    if not wanted:
        return {}
    systems, keys = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        values = {"systems": array(systems), "keys": array(keys), "scope": scope}
        execute(cursor, queries.FIND, values, rows=len(wanted))
        found = {(system, key): lead_id for system, key, lead_id in cursor.fetchall()}
    return found | _by_own_name((name for name in wanted if name[0] == SYSTEM), scope)


def _by_own_name(names: Iterable[Name], scope: int) -> dict[Name, int]:
    own = {name: pk for name in names if (pk := own_id(name[0], name[1].removeprefix("id:"))) is not None}
    if not own:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(queries.FIND_BY_ID, {"leads": list(own.values()), "scope": scope})
        there = dict(cursor.fetchall())
    return {name: there[pk] for name, pk in own.items() if pk in there}


def find_by_address(emails: Iterable[str], *, scope: int) -> dict[str, int]:
    """The oldest lead with each address (lower case) that the scope may see."""
    wanted = sorted(set(emails))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        execute(cursor, queries.FIND_BY_EMAIL, {"emails": wanted, "scope": scope}, rows=len(wanted))
        return dict(cursor.fetchall())


def _found(rows: Sequence[Known], scope: int) -> tuple[dict[Name, int], dict[Name, int]]:
    """The leads that have these names, and those that are known by their address only because somebody typed it in.

    For a few rows both are asked at once; of many, most addresses are names, and only the others are looked for.
    """
    names = {name for row in rows for name in (row.primary, row.email) if name}
    mails = {row.email for row in rows if row.email and (row.email == row.primary or row.joins)}
    if mails and len(names) <= FEW_ROWS:
        found, addresses = _find_all(names, mails, scope)
    else:
        found = find(names, scope=scope)
        addresses = find_by_address((_address(name) for name in mails - found.keys()), scope=scope)
    return found, {name: addresses[_address(name)] for name in mails - found.keys() if _address(name) in addresses}


def _find_all(names: Collection[Name], mails: Iterable[Name], scope: int) -> tuple[dict[Name, int], dict[str, int]]:
    """What `find` and `find_by_address` answer, by one statement."""
    systems, keys = zip(*sorted(names), strict=True)
    values = {"systems": array(systems), "keys": array(keys), "emails": sorted(map(_address, mails)), "scope": scope}
    with connection.cursor() as cursor:
        execute(cursor, queries.FIND_ALL, values)
        rows = cursor.fetchall()
    found = {(system, key): lead_id for system, key, lead_id in rows if system is not None}
    addresses = {address: lead_id for system, address, lead_id in rows if system is None}
    return found | _by_own_name((name for name in names if name[0] == SYSTEM), scope), addresses


def _address(name: Name) -> str:
    return name[1].removeprefix("email:")


def _claim(claims: dict[Name, int], *, scope: int, import_id: int | None) -> dict[Name, int]:
    """Claim the names; those that somebody else got first, with the lead they belong to."""
    if not claims:
        return {}
    if len(claims) > FEW:
        try:
            with transaction.atomic():
                queries.copy(claims, scope=scope, import_id=import_id)
        except IntegrityError:
            pass  # somebody else has one of them by now: each is claimed by itself
        else:
            return {}
    rows = [{"lead_id": lead_id, "system": system, "key": key} for (system, key), lead_id in claims.items()]
    with connection.cursor() as cursor:
        values = {"rows": orjson.dumps(rows).decode(), "scope": scope, "import": import_id}
        execute(cursor, queries.CLAIM, values, rows=len(rows))
        if cursor.rowcount == len(rows):
            return {}
    holders = find(claims, scope=scope)
    return {name: holders[name] for name, lead_id in claims.items() if name in holders and holders[name] != lead_id}


def _after_losing(rows: Sequence[Known], lead_ids: list[int], lost: dict[Name, int]) -> list[int]:
    """Rows whose own name was claimed by another writer in between mean that writer's lead, and so do their other names."""
    instead = {lead_id: lost[row.primary] for row, lead_id in zip(rows, lead_ids, strict=True) if row.primary in lost}
    if not instead:
        return lead_ids
    handed = [{"loser": loser, "winner": winner} for loser, winner in instead.items()]
    with connection.cursor() as cursor:
        cursor.execute(queries.HAND_OVER, {"rows": orjson.dumps(handed).decode()})
    return [instead.get(lead_id, lead_id) for lead_id in lead_ids]


def claim_address(lead_id: int, email: str, *, scope: int) -> None:
    """From now on a row with this address means this lead, unless it means another one already."""
    _claim({("", "email:" + email.lower()): lead_id}, scope=scope, import_id=None)
