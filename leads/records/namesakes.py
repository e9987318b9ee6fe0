"""Which lead has this name? Asked where a row names a person by nothing else: exactly one may have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from django.db import connection

from leads.records.queries import namesakes as queries


@dataclass(frozen=True, slots=True)
class PersonName:
    """A whole name, or a last name alone, without regard to case; and the field that it stands in, or ends in."""

    whole: str | None = None
    last: str | None = None
    field: str = "full_name"

    def __str__(self) -> str:
        return self.whole or self.last or ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A name, and the system whose leads are asked first."""

    system: str
    name: PersonName


@dataclass(frozen=True, slots=True)
class Namesakes:
    """How many leads have a name, and which it is where there is one. `of_system`: they are known to the system asked."""

    count: int
    lead_id: int | None
    of_system: bool


def whole_name(full_name: str | None, first_name: str | None, last_name: str | None) -> PersonName | None:
    """The name in these values; a first name alone is none."""
    if full_name is not None:
        return PersonName(whole=full_name)
    if last_name is None:
        return None
    if first_name is None:
        return PersonName(last=last_name, field="last_name")
    return PersonName(whole=f"{first_name} {last_name}", field="last_name")


def find_namesakes(asked: Iterable[Asked], *, scope: int) -> Mapping[Asked, Namesakes]:
    """For each name the living leads that have it: those that the system knows, else all that the scope may see."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    rows = [
        {"n": n, "system": one.system, "whole": one.name.whole, "last": one.name.last} for n, one in enumerate(wanted)
    ]
    with connection.cursor() as cursor:
        cursor.execute(queries.FIND, {"rows": orjson.dumps(rows).decode(), "scope": scope})
        found = {}
        for n, known, only_known, others, only_other in cursor.fetchall():
            count, lead_id = (known, only_known) if known else (others, only_other)
            found[wanted[n]] = Namesakes(count, lead_id if count == 1 else None, bool(known))
    return found
