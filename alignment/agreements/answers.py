"""What was agreed at an instant, as a document: what `manage.py agreement` prints and the API's `in-force` answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from alignment.agreements.drafts import check_key
from alignment.agreements.in_force import InForce, in_force
from alignment.agreements.kinds import Document, Kind, find_kind
from alignment.agreements.models import Agreement, Signature
from alignment.agreements.terms import as_document
from alignment.agreements.texts import LONGEST_KEY, storable
from alignment.clock import BEGINNING

NOTHING, IN_FORCE = "none", "in_force"


@dataclass(frozen=True)
class SignedBy:
    """One side's signature; `by` is the person's e-mail, else their name."""

    side: str
    by: str
    team: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What is in force at `at`: the version's number and id, its period, its words and its terms as the machine runs them.

    `version` null and `state` "none": nothing is. `since` null: from the beginning of time; `until` null: for good so far.
    `overridden`: an operator put it in force, and the sides have not all signed since.
    """

    kind: str
    key: str
    title: str
    at: datetime
    version: int | None
    version_id: int | None
    state: str
    since: datetime | None
    until: datetime | None
    terms: Document | None
    sentences: list[str]
    signatures: list[SignedBy]
    overridden: bool

    def document(self) -> Document:
        """As JSON."""
        return asdict(self)


def answer(kind_key: str, key: str, *, at: datetime) -> Answer:
    """What is in force then; `Refused` where there is no such kind (`unknown_kind`) or can be no such key (`invalid_key`)."""
    kind = find_kind(kind_key)
    storable(key, field="key", longest=LONGEST_KEY)
    if not Agreement.objects.filter(kind=kind_key, key=key).exists():
        check_key(kind, key)
    return _answer(kind, key, at, in_force(kind_key, key, at))


def answers(kind_key: str, *, at: datetime) -> list[Answer]:
    """The same for every agreement of a kind that somebody began, by key."""
    kind = find_kind(kind_key)
    keys = Agreement.objects.filter(kind=kind_key).order_by("key").values_list("key", flat=True)
    return [_answer(kind, key, at, in_force(kind_key, key, at)) for key in keys]


def since_when(moment: datetime | None) -> datetime | None:
    """The beginning of a period as it is shown: null where it is the beginning of time."""
    return None if moment == BEGINNING else moment


def _answer(kind: Kind[Any], key: str, at: datetime, held: InForce | None) -> Answer:
    return Answer(
        kind=kind.key,
        key=key,
        title=kind.title_of(key),
        at=at,
        version=held.number if held else None,
        version_id=held.version_id if held else None,
        state=IN_FORCE if held else NOTHING,
        since=since_when(held.since) if held else None,
        until=held.until if held else None,
        terms=as_document(held.terms) if held else None,
        sentences=list(kind.say(key, held.terms)) if held else [],
        signatures=_signatures(held.version_id) if held else [],
        overridden=bool(held and held.overridden),
    )


def _signatures(version_id: int) -> list[SignedBy]:
    found = Signature.objects.filter(version_id=version_id).select_related("user", "team")
    return [SignedBy(one.side, one.user.label, one.team.name, one.at) for one in found]
