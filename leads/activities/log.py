"""How does something that happened with a lead come into the log? The only writer of activities."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

import orjson
from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit, clean_attributes, clean_moment, clean_text, unknown
from alignment.own_names import own_id
from alignment.people.models import User
from alignment.people.persons import IMPORTED_TEAM
from leads.activities.effects import follow
from leads.activities.kinds import KINDS, MARKETING, OUTBOUND, SALES, Kind, find_kind
from leads.activities.models import Activity
from leads.activities.queries import append
from leads.activities.rows import ActivityRow
from leads.lifecycle.changes import touch
from leads.outcome import RowResult, rejected
from leads.privacy.fingerprints import CODE, SENTENCE, erased_at, is_of_before
from leads.records.finding import Found, Pointer, find_and_hold_leads
from leads.records.identities import Name
from leads.records.namesakes import whole_name
from leads.records.references import References, resolve
from leads.records.sender import Sender

__all__ = ["ActivityRow", "log_activities"]

LIMITS = {
    "kind": 100, "system": 100, "external_id": 200, "lead_external_id": 200, "lead_system": 100, "email": 254,
    "full_name": 400, "first_name": 200, "last_name": 200, "by": 200, "campaign": 300,
    "asset": 300, "channel": 200, "url": 2000, "subject": 1000, "outcome": 300,
}  # fmt: skip
LONGEST_IDENTITY = 300
_NAMES, _LIMITS = tuple(LIMITS), tuple(LIMITS.values())
_VALUES = attrgetter(*_NAMES)


@dataclass(slots=True)
class CleanActivity:
    """A row that can be written, once its lead and names are known."""

    index: int
    texts: dict[str, str]
    kind: Kind
    at: datetime
    attributes: dict[str, object]
    typed_in: bool
    pointer: Pointer
    identity: str | None


@dataclass(slots=True)
class Record:
    """A row as the table has it."""

    id: int
    lead_id: int
    kind: str
    direction: str
    side: str
    automated: bool
    at: datetime
    by_id: int | None
    typed_in: bool
    campaign_id: int | None
    asset: str | None
    channel: str | None
    url: str | None
    subject: str | None
    outcome: str | None
    attributes: dict[str, object]
    system: str | None
    external_id: str | None
    identity: str | None


@again_after_deadlock
@transaction.atomic
def log_activities(
    rows: Sequence[ActivityRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Log what happened; one result a row, in order. What is logged already is unchanged, an unknown lead rejected."""
    results: dict[int, RowResult] = {}
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(_clean(index, row, now=now, scope=scope))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    found = find_and_hold_leads((row.pointer for row in clean), scope=scope)
    erased = erased_at(row.pointer.name for row in clean)
    there = [row for row in clean if _is_of_now(row, erased, results) and _has_lead(row, found, results)]
    known = _known(row.identity for row in there) | _exported(there, found)
    fresh = [row for row in there if row.identity is None or row.identity not in known]
    references = resolve(
        people=(row.texts.get("by") for row in fresh), campaigns=(row.texts.get("campaign") for row in fresh),
        sender=Sender(now, actor_id, scope, import_id, owner_team),
    )  # fmt: skip
    actor = (
        User.objects.select_related("team").filter(pk=actor_id).first()
        if actor_id and any(r.typed_in for r in fresh)
        else None
    )
    records = _records(fresh, found, references, results, actor)
    _write(records, there, known, results, now=now, actor_id=actor_id, import_id=import_id)
    return [results[index] for index in range(len(rows))]


def _clean(index: int, row: ActivityRow, *, now: datetime, scope: int) -> CleanActivity:
    texts: dict[str, str] = {}
    for name, value, limit in zip(_NAMES, _VALUES(row), _LIMITS, strict=True):
        if value is not None and (text := clean_text(name, value, limit)) is not None:
            texts[name] = text
    word = texts.pop("kind", None)
    if word is None:
        raise Unfit("kind", "required", "An activity needs a kind.")
    kind = find_kind(word)
    if kind is None:
        raise unknown("kind", "unknown_kind", word, (known.key for known in KINDS))
    at = clean_moment("at", row.at, now)
    if at is None:
        raise Unfit("at", "required", "An activity needs the moment at which it happened.")
    attributes = clean_attributes(row.attributes) if row.attributes else {}
    pointer = Pointer(
        row.lead_id, texts.get("lead_system", texts.get("system")), texts.get("lead_external_id"), texts.get("email"),
        whole_name(texts.get("full_name"), texts.get("first_name"), texts.get("last_name")),
    )  # fmt: skip
    return CleanActivity(
        index, texts, kind, at, attributes, row.typed_in, pointer, _identity(texts, row.content, scope)
    )


def _identity(texts: dict[str, str], content: str | None, scope: int) -> str | None:
    if "external_id" in texts:
        identity = f"{scope}:{_escaped(texts.get('system', ''))}:{texts['external_id']}"
        return identity if len(identity) <= LONGEST_IDENTITY else hashlib.sha256(identity.encode()).hexdigest()
    return f"{scope}:row:{content}" if content else None


def _escaped(system: str) -> str:
    """The system's name, so that where it ends is told, and so that none is taken for the word before a row's content."""
    return "%row" if system == "row" else system.replace("%", "%25").replace(":", "%3A")


def _is_of_now(row: CleanActivity, erased: Mapping[Name, datetime], results: dict[int, RowResult]) -> bool:
    """Not what somebody who was erased did before that, under a name that is somebody's again."""
    if is_of_before((row.pointer.name,), row.at, erased, from_file=True):
        results[row.index] = rejected(row.index, None, CODE, SENTENCE)
        return False
    return True


def _has_lead(row: CleanActivity, found: Found, results: dict[int, RowResult]) -> bool:
    try:
        found.require_living(row.pointer)
    except Unfit as unfit:
        results[row.index] = unfit.result(row.index)
        return False
    return True


def _known(identities: Iterable[str | None]) -> dict[str, int]:
    wanted = [identity for identity in identities if identity]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(append.KNOWN, {"identities": wanted})
        return dict(cursor.fetchall())


def _exported(rows: Iterable[CleanActivity], found: Found) -> dict[str, int]:
    """Activities of our own log that an export named, by the identity that their rows would have."""
    own = {pk: row for row in rows if (pk := own_id(row.texts.get("system"), row.texts.get("external_id"))) is not None}
    there = dict(Activity.objects.filter(pk__in=own).values_list("pk", "lead_id")) if own else {}
    return {row.identity: pk for pk, row in own.items() if row.identity and there.get(pk) == found.get(row.pointer)}


def _records(
    rows: list[CleanActivity], found: Found, references: References, results: dict[int, RowResult], actor: User | None
) -> dict[int, Record]:
    """The rows as the table has them, by the row's index; the same identity once."""
    records: dict[int, Record] = {}
    seen: set[str] = set()
    ids = iter(_new_ids(len(rows)))
    for row in rows:
        if row.identity is not None and row.identity in seen:
            continue
        try:
            by = references.person("by", row.texts.get("by"))
            campaign_id = references.campaign(row.texts.get("campaign"))
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
            continue
        if row.identity is not None:
            seen.add(row.identity)
        doer = by or (actor if row.typed_in and row.kind.direction == OUTBOUND else None)
        texts = row.texts
        records[row.index] = Record(
            next(ids), found.require(row.pointer), row.kind.key, row.kind.direction, _side(row.kind, doer), row.kind.automated, row.at,
            doer.pk if doer else None, row.typed_in, campaign_id, texts.get("asset"),
            texts.get("channel"), texts.get("url"), texts.get("subject"), texts.get("outcome"), row.attributes,
            texts.get("system"), texts.get("external_id"), row.identity,
        )  # fmt: skip
    return records


def _side(kind: Kind, doer: User | None) -> str:
    """Who did it decides on which side it counts; where nobody is known, the kind does."""
    if kind.direction != OUTBOUND or doer is None or doer.side is None:
        return kind.side
    return MARKETING if doer.side == MARKETING else SALES


def _new_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(append.IDS, {"count": count})
        return [row[0] for row in cursor.fetchall()]


def _write(
    records: dict[int, Record], rows: list[CleanActivity], known: dict[str, int], results: dict[int, RowResult],
    *, now: datetime, actor_id: int | None, import_id: int | None,
) -> None:  # fmt: skip
    written: set[int] = set()
    if records:
        document = orjson.dumps(list(records.values())).decode()
        with connection.cursor() as cursor:
            cursor.execute(append.APPEND, {"rows": document, "now": now, "actor": actor_id, "import": import_id})
            written = {row[0] for row in cursor.fetchall()}
    if len(written) < len(rows):
        known = known | _known(row.identity for row in rows)
    for row in rows:
        record = records.get(row.index)
        if record is not None and record.id in written:
            results[row.index] = RowResult(row.index, "created", record.id)
        elif row.identity in known:
            results[row.index] = RowResult(row.index, "unchanged", known[row.identity])
    logged = [(records[row.index], row.kind) for row in rows if row.index in records]
    new = [(record.lead_id, kind, record.at) for record, kind in logged if record.id in written]
    if new:
        touch(lead_id for lead_id, _kind, _at in new)
        follow(new, now=now, actor_id=actor_id, import_id=import_id)
