"""Which company is behind a lead or a deal? Found by external id, else mail domain, else name; made where there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from django.db import connection

from alignment.before import Before, remember
from alignment.own_names import own_id
from alignment.people.addresses import domain_of
from alignment.prepared import execute
from leads.records.company_edits import add_company, edit_company
from leads.records.models import Company
from leads.records.names import normal_name
from leads.records.public_mail import is_public
from leads.records.queries import companies as queries

__all__ = ["Clue", "add_company", "clue", "edit_company", "match_companies"]

LOCK_SPACE, BUCKETS = 7_002, 256


@dataclass(frozen=True, slots=True)
class Clue:
    """What a row says about its company: the external id within a system, a mail domain, a name."""

    system: str | None = None
    external_id: str | None = None
    domain: str | None = None
    name: str | None = None


def clue(
    *, system: str | None = None, external_id: str | None = None, email: str | None = None, name: str | None = None
) -> Clue | None:
    """The clue in these values, or None where they say nothing; a public mail provider's domain is none."""
    domain = domain_of(email) if email else None
    if domain is not None and (is_public(domain) or len(domain) > 253):
        domain = None
    if external_id:
        return Clue(system or "", external_id, domain, name)
    return Clue(domain=domain, name=name) if domain or name else None


@dataclass
class _Book:
    """The companies known so far, by everything they are found by; the oldest wins."""

    by_external_id: dict[tuple[str, str], int] = field(default_factory=dict)
    by_domain: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    without_domain: set[int] = field(default_factory=set)
    unnamed: dict[str, dict[int, str | None]] = field(default_factory=lambda: defaultdict(dict))
    everyone: set[int] = field(default_factory=set)

    def enter(
        self, company_id: int, system: str | None, external_id: str | None, domain: str | None, name: str
    ) -> None:
        if external_id is not None:
            self.by_external_id.setdefault((system or "", external_id), company_id)
        else:
            self.unnamed[name][company_id] = domain
        if domain is not None:
            self.by_domain.setdefault(domain, company_id)
        else:
            self.without_domain.add(company_id)
        self.by_name.setdefault(name, company_id)
        self.everyone.add(company_id)

    def adopt(self, wish: Clue) -> int | None:
        """A namesake that no system has an id for learns this one, unless its domain is another."""
        if wish.external_id is None or not wish.name:
            return None
        namesakes = self.unnamed[normal_name(wish.name)]
        alike = (pk for pk, domain in namesakes.items() if None in (domain, wish.domain) or domain == wish.domain)
        company_id = next(alike, None)
        if company_id is not None:
            del namesakes[company_id]
            self.by_external_id[wish.system or "", wish.external_id] = company_id
        return company_id

    def find(self, wish: Clue) -> int | None:
        if wish.external_id is not None:
            return self.by_external_id.get((wish.system or "", wish.external_id))
        found = self.by_domain.get(wish.domain) if wish.domain else None
        return found or (self.by_name.get(normal_name(wish.name)) if wish.name else None)


def match_companies(clues: Iterable[Clue], *, scope: int, import_id: int | None) -> dict[Clue, int]:
    """The id of each clue's company. A company matched by its name learns the domain and the external id if it had none.

    Two writers that need the same new company take turns: the locks are held until the transaction ends. What was there is held,
    too, so that no undo takes it away; where one just did, the company is looked for again.
    """
    wishes = list(dict.fromkeys(clues))
    book = _look_up(wishes, scope)
    missing = [wish for wish in wishes if book.find(wish) is None]
    if missing:
        lock_clues(missing)
        book = _look_up(wishes, scope)
    made: list[dict[str, object]] = []
    learnt: dict[int, str] = {}
    named: dict[int, Clue] = {}
    ids = new_company_ids(len(missing))
    found: dict[Clue, int] = {}
    new: set[int] = set()
    for wish in wishes:
        company_id = book.find(wish)
        if company_id is None and (company_id := book.adopt(wish)) is not None:
            named[company_id] = wish
        if company_id is None:
            company_id = ids.pop()
            new.add(company_id)
            made.append(_new(company_id, wish))
            book.enter(company_id, wish.system, wish.external_id, wish.domain, str(made[-1]["normal_name"]))
        elif wish.domain and wish.external_id is None and company_id in book.without_domain:
            book.without_domain.discard(company_id)
            book.by_domain.setdefault(wish.domain, company_id)
            learnt[company_id] = wish.domain
        found[wish] = company_id
    if not _hold(set(found.values()) - new):
        return match_companies(wishes, scope=scope, import_id=import_id)
    _write(made, learnt, scope=scope, import_id=import_id)
    _name(named, import_id)
    return found


def _hold(company_ids: set[int]) -> bool:
    """Keep these companies until the transaction ends; False where one is gone."""
    if not company_ids:
        return True
    with connection.cursor() as cursor:
        execute(cursor, queries.HOLD, {"companies": sorted(company_ids)}, rows=len(company_ids))
        return len(cursor.fetchall()) == len(company_ids)


def _new(company_id: int, wish: Clue) -> dict[str, object]:
    name = wish.name or wish.domain or wish.external_id or ""
    return {"id": company_id, "system": wish.system if wish.external_id else None, "external_id": wish.external_id,
            "name": name, "normal_name": normal_name(name), "domain": wish.domain}  # fmt: skip


def _look_up(wishes: list[Clue], scope: int) -> _Book:
    book = _Book()
    if not wishes:
        return book
    with connection.cursor() as cursor:
        execute(cursor, queries.FIND, {"rows": _document(wishes), "scope": scope}, rows=len(wishes))
        for row in cursor.fetchall():
            book.enter(*row)
    for name, company_id in _further(wishes, scope).items():
        book.by_external_id.setdefault(name, company_id)
    return book


def company_ids(wishes: list[Clue], *, scope: int) -> set[int]:
    """The companies that any part of these clues speaks of."""
    book = _look_up(wishes, scope)
    return book.everyone | set(book.by_external_id.values())


def _further(wishes: list[Clue], scope: int) -> dict[tuple[str, str], int]:
    """Companies by the further ids that systems have for them, and by our own names for them."""
    names = [(w.system or "", w.external_id) for w in wishes if w.external_id is not None]
    if not names:
        return {}
    own = {name: pk for name in names if (pk := own_id(*name)) is not None}
    seen = (
        Company.objects.filter(pk__in=own.values(), scope=scope)
        if scope
        else Company.objects.filter(pk__in=own.values())
    )
    there = set(seen.values_list("pk", flat=True)) if own else set()
    with connection.cursor() as cursor:
        cursor.execute(queries.FIND_FURTHER, {"rows": _document(wishes), "scope": scope})
        found = {(system, external_id): company_id for system, external_id, company_id in cursor.fetchall()}
    return found | {name: pk for name, pk in own.items() if pk in there}


def _document(wishes: list[Clue]) -> str:
    return orjson.dumps(
        [
            {"system": w.system, "external_id": w.external_id, "domain": w.domain,
             "normal_name": normal_name(w.name) if w.name else None} for w in wishes
        ]
    ).decode()  # fmt: skip


def lock_clues(wishes: list[Clue]) -> None:
    """Writers that speak of the same companies take turns until the transaction ends."""
    keys = [f"id:{w.system}:{w.external_id}" for w in wishes if w.external_id]
    keys += [f"domain:{w.domain}" for w in wishes if w.domain] + [
        f"name:{normal_name(w.name)}" for w in wishes if w.name
    ]
    with connection.cursor() as cursor:
        execute(cursor, queries.LOCK, {"space": LOCK_SPACE, "buckets": BUCKETS, "keys": keys}, rows=len(keys))


def new_company_ids(count: int) -> list[int]:
    """Ids for companies that are about to be made, the highest first."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(queries.IDS, {"table": "leads_company", "count": count})
        return sorted((row[0] for row in cursor.fetchall()), reverse=True)


def _write(made: list[dict[str, object]], learnt: dict[int, str], *, scope: int, import_id: int | None) -> None:
    gained = [{"id": company_id, "domain": domain} for company_id, domain in sorted(learnt.items())]
    with connection.cursor() as cursor:
        if made:
            values = {"rows": orjson.dumps(made).decode(), "scope": scope, "import": import_id}
            execute(cursor, queries.MAKE, values, rows=len(made))
        if gained:
            cursor.execute(queries.GIVE_DOMAIN, {"rows": orjson.dumps(gained).decode(), "import": import_id})
    remember(
        import_id, "company", [Before(i, {"domain": None}, {"domain": domain}) for i, domain in sorted(learnt.items())]
    )


def _name(named: dict[int, Clue], import_id: int | None) -> None:
    """Companies that were known by their name alone are known by an id from now on."""
    rows = [{"id": pk, "system": one.system or "", "external_id": one.external_id} for pk, one in sorted(named.items())]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(queries.GIVE_ID, {"rows": orjson.dumps(rows).decode(), "import": import_id})
    before: dict[str, object] = {"system": None, "external_id": None}
    remember(import_id, "company", [
        Before(pk, before, {"system": one.system or "", "external_id": one.external_id}) for pk, one in sorted(named.items())
    ])  # fmt: skip
