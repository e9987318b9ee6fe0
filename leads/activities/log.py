"""How does something that happened with a lead come into the log? The only writer of activities."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit
from alignment.copying import FEW, array, new_ids
from alignment.own_names import SYSTEM, own_id
from alignment.people.models import User
from alignment.people.persons import IMPORTED_TEAM
from leads.activities.cleaning import Columns, columns_of, look_ahead
from leads.activities.effects import follow
from leads.activities.kinds import MARKETING, OUTBOUND, SALES
from leads.activities.models import Activity
from leads.activities.queries import append
from leads.activities.rows import ActivityRow
from leads.lifecycle.changes import touch
from leads.outcome import RowResult, rejected
from leads.privacy.fingerprints import CODE, SENTENCE, erased_at, is_of_before
from leads.records.finding import Found, Pointer, find_leads, hold_living
from leads.records.references import References, resolve
from leads.records.sender import Sender

__all__ = ["ActivityRow", "log_activities", "look_ahead"]

TRIED = 8
"""Of many rows so many are asked for first: where none of them is logged already, the others hardly are."""
ALREADY_THERE = "23505"
ACTOR = ""
"""In place of a name: whoever typed the row in."""
Meaning = TypeVar("Meaning")


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
    Many rows that seem new are not looked up one by one: should one of them be logged already, all are taken back and looked up.
    """
    columns = columns_of(rows, scope=scope)
    sender = Sender(now, actor_id, scope, import_id, owner_team)
    if _seem_new(columns):
        try:
            with transaction.atomic():
                return _log(columns, sender, look_up=False)
        except IntegrityError as error:
            if getattr(error.__cause__, "pgcode", None) != ALREADY_THERE:
                raise
    return _log(columns, sender, look_up=True)


def _seem_new(columns: Columns) -> bool:
    if columns.count <= FEW or SYSTEM in columns.texts["system"]:
        return False
    return not _known(columns.identities[:: columns.count // TRIED])


def _log(columns: Columns, sender: Sender, *, look_up: bool) -> list[RowResult]:
    """`look_up`: which rows are logged already is asked first; else they are all new, or there is an `IntegrityError`."""
    results = {index: unfit.result(index) for index, unfit in columns.unfit(sender.now).items()}
    there = _with_leads(columns, find_leads(columns.pointers, scope=sender.scope), results)
    known: dict[str, int] = {}
    if look_up:
        known |= _known(columns.identities[index] for index in there)
        known |= _exported(columns, there)
    fresh = [index for index in there if (columns.identities[index] or "") not in known] if known else list(there)
    texts = columns.texts
    references = resolve(
        people={texts["by"][index] for index in fresh},
        campaigns={texts["campaign"][index] for index in fresh},
        sender=sender,
    )
    rows = _rows(columns, fresh, there, references, results, _actor(columns, fresh, sender))
    if not hold_living(there.values()):
        return _log(columns, sender, look_up=look_up)
    written = _append(rows, sender, alone=look_up)
    _tell(columns, there, rows, written, known, results)
    touch(lead_id for lead_id, id_ in zip(rows.lead_ids, rows.ids, strict=True) if id_ in written)
    _follow(rows, written, sender)
    return [results[index] for index in range(columns.count)]


def _with_leads(columns: Columns, found: Found, results: dict[int, RowResult]) -> dict[int, int]:
    """The rows whose leads are there and living, with these. Not what somebody who was erased did before that, under a name that is
    somebody's again."""
    erased: Mapping[tuple[str, str], datetime] = erased_at(columns.names)
    meant: list[int | Unfit] = []
    for pointer, name in zip(columns.pointers, columns.names, strict=True):
        known = found.by_name.get(name) if name and pointer[0] is None else None
        meant.append(_meant(pointer, found) if known is None or known in found.erased else known)
    there: dict[int, int] = {}
    for index, way in enumerate(columns.pointer_of):
        if index in results:
            continue
        if erased and is_of_before((columns.names[way],), columns.moments[index], erased, from_file=True):
            results[index] = rejected(index, None, CODE, SENTENCE)
            continue
        lead_id = meant[way]
        if isinstance(lead_id, Unfit):
            results[index] = lead_id.result(index)
        else:
            there[index] = lead_id
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


def _exported(columns: Columns, there: Mapping[int, int]) -> dict[str, int]:
    """Activities of our own log that an export named, by the identity that their rows would have."""
    systems, names = columns.texts["system"], columns.texts["external_id"]
    if SYSTEM not in systems:
        return {}
    own = {pk: index for index in there if (pk := own_id(systems[index], names[index])) is not None}
    logged = dict(Activity.objects.filter(pk__in=own).values_list("pk", "lead_id")) if own else {}
    found = ((columns.identities[index], pk) for pk, index in own.items() if logged.get(pk) == there[index])
    return {identity: pk for identity, pk in found if identity}


def _actor(columns: Columns, fresh: Sequence[int], sender: Sender) -> User | None:
    """Whoever typed rows in, if any of these was."""
    if not sender.actor_id or not any(columns.typed_in[index] for index in fresh):
        return None
    return User.objects.select_related("team").filter(pk=sender.actor_id).first()


def _rows(
    columns: Columns, fresh: Sequence[int], there: Mapping[int, int], references: References, results: dict[int, RowResult],
    actor: User | None,
) -> append.Rows:  # fmt: skip
    """What is appended: of the fresh rows each identity once, without those that name whom or what they may not."""
    by, campaign = columns.texts["by"], columns.texts["campaign"]
    doers, no_doers = _meanings((by[index] for index in fresh), lambda name: references.person("by", name))
    campaigns, no_campaigns = _meanings((campaign[index] for index in fresh), references.campaign)
    indexes = fresh
    if columns.repeats or no_doers or no_campaigns:
        indexes, seen = [], set[str]()
        for index in fresh:
            identity = columns.identities[index]
            if identity is not None and identity in seen:
                continue
            unfit = no_doers.get(by[index]) or no_campaigns.get(campaign[index])
            if unfit is not None:
                results[index] = unfit.result(index)
                continue
            seen.add(identity or "")
            indexes.append(index)
    kinds = [columns.kinds[index] for index in indexes]
    names = [by[index] for index in indexes]
    if actor is not None:
        doers[ACTOR] = actor
        names = [
            ACTOR if name is None and columns.typed_in[index] and kind.direction == OUTBOUND else name
            for index, kind, name in zip(indexes, kinds, names, strict=True)
        ]
    ours = {name: _side(doer) for name, doer in doers.items()}
    pks = {name: doer.pk if doer else None for name, doer in doers.items()}
    return append.Rows(
        columns,
        indexes,
        new_ids("leads_activity", len(indexes)),
        [there[index] for index in indexes],
        [(kind.direction == OUTBOUND and ours[name]) or kind.side for kind, name in zip(kinds, names, strict=True)],
        [pks[name] for name in names],
        [campaigns[campaign[index]] for index in indexes],
    )


def _meanings(
    names: Iterable[str | None], meaning: Callable[[str | None], Meaning]
) -> tuple[dict[str | None, Meaning], dict[str | None, Unfit]]:
    """What the names mean, each asked for once, and why others cannot be used."""
    found: dict[str | None, Meaning] = {}
    unfit: dict[str | None, Unfit] = {}
    for name in set(names):
        try:
            found[name] = meaning(name)
        except Unfit as problem:
            unfit[name] = problem
    return found, unfit


def _side(doer: User | None) -> str | None:
    """The side on which what somebody did counts; where nobody is known, or is of none, the kind says it."""
    if doer is None or doer.side is None:
        return None
    return MARKETING if doer.side == MARKETING else SALES


def _append(rows: append.Rows, sender: Sender, *, alone: bool) -> Collection[int]:
    """Write the rows; the ids of those that nobody else logged meanwhile. Many at once go in as they are; should another writer
    have been quicker with one of them, each is asked for by itself, if it may go in `alone`."""
    if len(rows.ids) > FEW:
        try:
            with transaction.atomic(savepoint=alone):
                append.copy(rows, now=sender.now, actor_id=sender.actor_id, import_id=sender.import_id)
            return frozenset(rows.ids)
        except IntegrityError:
            if not alone:
                raise
    if not rows.ids:
        return ()
    return append.insert(rows, now=sender.now, actor_id=sender.actor_id, import_id=sender.import_id)


def _tell(
    columns: Columns, there: Iterable[int], rows: append.Rows, written: Collection[int], known: Mapping[str, int],
    results: dict[int, RowResult],
) -> None:  # fmt: skip
    """What became of the rows that were looked at: created, or unchanged since their identity was logged, also by a row before."""
    new = dict(zip(rows.indexes, rows.ids, strict=True))
    if len(written) < len(new):
        new = {index: id_ for index, id_ in new.items() if id_ in written}
    for index, id_ in new.items():
        results[index] = RowResult(index, "created", id_)
    others = [index for index in there if index not in results] if len(results) < columns.count else []
    if not others:
        return
    logged = {identity: id_ for index, id_ in new.items() if (identity := columns.identities[index])} | dict(known)
    if any(columns.identities[index] not in logged for index in others):
        logged |= _known(columns.identities[index] for index in others)
    for index in others:
        results[index] = RowResult(index, "unchanged", logged[columns.identities[index] or ""])


def _follow(rows: append.Rows, written: Collection[int], sender: Sender) -> None:
    """What else follows from the rows that were written."""
    columns = rows.columns
    telling = [
        (lead_id, kind, at)
        for index, lead_id, id_ in zip(rows.indexes, rows.lead_ids, rows.ids, strict=True)
        if ((kind := columns.kinds[index]).bounces or kind.withdraws)
        and id_ in written
        and (at := columns.moments[index])
    ]
    if telling:
        follow(telling, now=sender.now, actor_id=sender.actor_id, import_id=sender.import_id)
