"""How does something that happened with a lead come into the log? The only writer of activities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit
from alignment.copying import array, new_ids
from alignment.own_names import SYSTEM, own_id
from alignment.people.models import User
from alignment.people.persons import IMPORTED_TEAM
from leads.activities.cleaning import CleanActivity, Columns
from leads.activities.effects import follow
from leads.activities.kinds import MARKETING, OUTBOUND, SALES, Kind
from leads.activities.models import Activity
from leads.activities.queries import append
from leads.activities.rows import ActivityRow
from leads.lifecycle.changes import touch
from leads.outcome import RowResult, rejected
from leads.privacy.fingerprints import CODE, SENTENCE, erased_at, is_of_before
from leads.records.finding import Found, Pointer, find_leads, hold_living
from leads.records.identities import Name
from leads.records.references import References, resolve
from leads.records.sender import Sender

__all__ = ["ActivityRow", "log_activities"]


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
    """Log what happened; one result a row, in order. What is logged already is unchanged, an unknown lead rejected.

    Leads are held only when all is ready to be written; should one have gone, or been erased, everything is looked up again.
    """
    results: dict[int, RowResult] = {}
    columns = Columns(rows, results, now=now, scope=scope)
    found = find_leads({row.pointer for row in columns.clean}, scope=scope)
    there = _with_leads(columns.clean, found, results)
    known = _known(row.identity for row, _lead_id in there) | _exported(columns, there)
    fresh = [(row, lead_id) for row, lead_id in there if row.identity is None or row.identity not in known]
    references = resolve(
        people={columns.texts["by"][row.index] for row, _lead_id in fresh},
        campaigns={columns.texts["campaign"][row.index] for row, _lead_id in fresh},
        sender=Sender(now, actor_id, scope, import_id, owner_team),
    )
    actor = (
        User.objects.select_related("team").filter(pk=actor_id).first()
        if actor_id and any(row.typed_in for row, _lead_id in fresh)
        else None
    )
    records = _records(fresh, columns.texts, references, results, actor)
    if not hold_living(lead_id for _row, lead_id in there):
        return log_activities(rows, now=now, actor_id=actor_id, scope=scope, import_id=import_id, owner_team=owner_team)
    written = _append(records, now=now, actor_id=actor_id, import_id=import_id)
    _tell(there, records, written, known, results)
    new = [(one.lead_id, one.what, one.at) for one in records.values() if one.id in written]
    if new:
        touch(lead_id for lead_id, _kind, _at in new)
        follow(new, now=now, actor_id=actor_id, import_id=import_id)
    return [results[index] for index in range(len(rows))]


Hung = tuple[CleanActivity, int]
"""A row and its lead."""


def _with_leads(rows: Sequence[CleanActivity], found: Found, results: dict[int, RowResult]) -> list[Hung]:
    """The rows of leads that are there and living. Not what somebody who was erased did before that, under a name that is
    somebody's again."""
    meant: dict[Pointer, int | Unfit] = {}
    erased: Mapping[Name, datetime] = erased_at({row.pointer.name for row in rows})
    there: list[Hung] = []
    for row in rows:
        if erased and is_of_before((row.pointer.name,), row.at, erased, from_file=True):
            results[row.index] = rejected(row.index, None, CODE, SENTENCE)
            continue
        lead_id = meant.get(row.pointer)
        if lead_id is None:
            lead_id = meant[row.pointer] = _meant(row.pointer, found)
        if isinstance(lead_id, Unfit):
            results[row.index] = lead_id.result(row.index)
        else:
            there.append((row, lead_id))
    return there


def _meant(pointer: Pointer, found: Found) -> int | Unfit:
    try:
        return found.require_living(pointer)
    except Unfit as unfit:
        return unfit


def _known(identities: Iterable[str | None]) -> dict[str, int]:
    wanted = [identity for identity in identities if identity]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(append.KNOWN, {"identities": array(wanted)})
        return dict(cursor.fetchall())


def _exported(columns: Columns, rows: Sequence[Hung]) -> dict[str, int]:
    """Activities of our own log that an export named, by the identity that their rows would have."""
    systems, names = columns.texts.get("system", ()), columns.texts.get("external_id", ())
    if SYSTEM not in systems:
        return {}
    own = {pk: one for one in rows if (pk := own_id(systems[one[0].index], names[one[0].index])) is not None}
    there = dict(Activity.objects.filter(pk__in=own).values_list("pk", "lead_id")) if own else {}
    return {row.identity: pk for pk, (row, lead_id) in own.items() if row.identity and there.get(pk) == lead_id}


def _records(
    rows: Sequence[Hung], texts: Mapping[str, Sequence[str | None]], references: References, results: dict[int, RowResult],
    actor: User | None,
) -> dict[int, append.Record]:  # fmt: skip
    """The rows as the table has them, by the row's index; the same identity once."""
    records: dict[int, append.Record] = {}
    seen: set[str] = set()
    ids = iter(new_ids("leads_activity", len(rows)))
    by, campaign = texts.get("by", ()), texts.get("campaign", ())
    asset, channel, url, subject, outcome, system, external_id = (texts.get(name, ()) for name in append.TEXTS)
    for row, lead_id in rows:
        index, kind = row.index, row.kind
        if row.identity is not None:
            if row.identity in seen:
                continue
            seen.add(row.identity)
        try:
            doer = references.person("by", by[index])
            campaign_id = references.campaign(campaign[index])
        except Unfit as unfit:
            results[index] = unfit.result(index)
            seen.discard(row.identity or "")
            continue
        if doer is None and row.typed_in and kind.direction == OUTBOUND:
            doer = actor
        records[index] = append.Record(
            next(ids), lead_id, kind.key, kind.direction, _side(kind, doer), kind.automated, row.at,
            doer.pk if doer else None, row.typed_in, campaign_id, asset[index], channel[index], url[index], subject[index],
            outcome[index], system[index], external_id[index], row.attributes, row.identity, kind,
        )  # fmt: skip
    return records


def _side(kind: Kind, doer: User | None) -> str:
    """Who did it decides on which side it counts; where nobody is known, the kind does."""
    if doer is None or kind.direction != OUTBOUND or doer.side is None:
        return kind.side
    return MARKETING if doer.side == MARKETING else SALES


def _append(
    records: Mapping[int, append.Record], *, now: datetime, actor_id: int | None, import_id: int | None
) -> Collection[int]:
    """Write the rows; the ids of those that nobody else logged meanwhile. Many at once go in as they are; should another writer
    have been quicker with one of them, each is asked for by itself."""
    rows = list(records.values())
    if len(rows) > append.FEW:
        try:
            with transaction.atomic():
                append.copy(rows, now=now, actor_id=actor_id, import_id=import_id)
            return {row.id for row in rows}
        except IntegrityError:
            pass
    return append.insert(rows, now=now, actor_id=actor_id, import_id=import_id) if rows else ()


def _tell(
    rows: Sequence[Hung], records: Mapping[int, append.Record], written: Collection[int], known: dict[str, int],
    results: dict[int, RowResult],
) -> None:  # fmt: skip
    if len(written) < len(rows):
        known = known | _known(row.identity for row, _lead_id in rows)
    for row, _lead_id in rows:
        record = records.get(row.index)
        if record is not None and record.id in written:
            results[row.index] = RowResult(row.index, "created", record.id)
        elif row.identity in known:
            results[row.index] = RowResult(row.index, "unchanged", known[row.identity])
