"""What may be done with an import: start it, answer its question, stop it, resume it, undo it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.people.selectors import may_write, reporting_currency, reporting_zone, sees_everything
from alignment.refusals import Refused
from leads.imports.line import AT_WORK, LEASE
from leads.imports.models import Import
from leads.imports.profiles.binding import Binding
from leads.imports.profiles.checking import fit_profile
from leads.imports.uploads import keep_copy, must_be_there
from leads.privacy.removal import undo_import

State = Import.State


def may_import(user: User) -> bool:
    """Who may import: those who see every lead and may write."""
    return sees_everything(user) and may_write(user)


def start_import(
    *,
    kind: str,
    file: BinaryIO,
    file_name: str,
    profile: object,
    now: datetime,
    actor: User | None,
    profile_name: str = "",
    answers: Mapping[str, str] | None = None,
    dry_run: bool = False,
    held: bool = False,
) -> Import:
    """Keep a copy of the file, hold the profile against its columns, and queue the import.

    Refused with everything that is wrong. `answers`: what was said before about what such a file leaves open, by the
    questions' fields. `held`: the caller runs it at once, so nobody else should. `actor` None is the operator at the
    command line.
    """
    if actor is not None and not may_import(actor):
        raise Refused("not_allowed", "Only people who see every lead and may write can import.", status=403)
    copy = keep_copy(file)
    given = dict(answers or {})
    fitted = fit_profile(kind, profile, copy.path, given)
    Binding(fitted.profile, fitted.columns, {}, reporting_zone(), reporting_currency())  # refuses unreadable constants
    return Import.objects.create(
        kind=kind,
        file_name=Path(file_name).name[:300],
        file=copy.name,
        size=copy.size,
        profile=profile,
        profile_name=profile_name,
        dry_run=dry_run,
        actor=actor,
        lease_until=now + LEASE if held else None,
        decisions={"columns": fitted.columns, "layout": fitted.layout.as_json(), "answers": given},
    )


@transaction.atomic
def answer(import_id: int, choice: str, *, now: datetime, field: str | None = None) -> Import:
    """Answer an import's question with one of its choices; it is checked again with that, and may ask the next.

    `field`: a question that was answered before; the answer may be changed for as long as nothing is written.
    """
    import_ = find_import(import_id, lock=True)
    question = _question(import_, field, now)
    choices = [given["answer"] for given in question["choices"]]
    if choice not in choices:
        raise Refused("unknown_answer", f"“{choice}” is none of {', '.join(choices)}.")
    asked = import_.decisions.get("asked", {}) | {question["field"]: question}
    answers = import_.decisions.get("answers", {}) | {question["field"]: choice}
    import_.errors.all().delete()
    Import.objects.filter(pk=import_id).update(
        decisions=import_.decisions | {"answers": answers, "asked": asked}, state=State.QUEUED, question=None, problem=None,
        finished_at=None, lease_until=None, cursor=0, warnings=[], progress={}, created=0, updated=0, unchanged=0, rejected=0,
    )  # fmt: skip
    import_.refresh_from_db()
    return import_


def _question(import_: Import, field: str | None, now: datetime) -> dict[str, Any]:
    """The question that is answered: the open one, or an earlier one of that field."""
    open_: dict[str, Any] | None = import_.question if import_.state == State.NEEDS_ANSWER else None
    if open_ is not None and field in (None, open_["field"]):
        return open_
    earlier: dict[str, Any] | None = import_.decisions.get("asked", {}).get(field)
    if earlier is None:
        what = f"asks nothing about {field}" if field else "asks nothing"
        raise Refused("no_question", f"Import {import_.pk} {what}.", status=409)
    if import_.state == State.UNDONE or (import_.cursor and not import_.dry_run):
        raise Refused(
            "written", f"Rows of import {import_.pk} are in already; undo it, then bring the file anew.", status=409
        )
    _must_rest(import_, now)
    return earlier


def _must_rest(import_: Import, now: datetime) -> None:
    if import_.state in AT_WORK and import_.lease_until is not None and import_.lease_until > now:
        raise Refused("at_work", f"Import {import_.pk} is still at work; wait until it is through.", status=409)


@transaction.atomic
def stop(import_id: int, *, now: datetime, actor: User | None) -> Import:
    """Let an import go no further: it ends as failed, by the problem `stopped`, and the line is free for the next.

    Whoever is at it ends at its next chunk, and writes nothing more. What is in stays, until it is resumed or undone.
    """
    import_ = find_import(import_id, lock=True)
    if import_.state not in (*AT_WORK, State.NEEDS_ANSWER):
        said = import_.get_state_display().lower()
        raise Refused("not_at_work", f"Import {import_id} is {said} already; there is nothing to stop.", status=409)
    Import.objects.filter(pk=import_id).update(
        state=State.FAILED, problem={"code": "stopped", "detail": _stopped(import_, now, actor)}, question=None,
        finished_at=now, lease_until=None, progress={},
    )  # fmt: skip
    import_.refresh_from_db()
    return import_


def _stopped(import_: Import, now: datetime, actor: User | None) -> str:
    """Who stopped it and when, how much of it is in, and what may be done now."""
    at = f"{now.astimezone(reporting_zone()):%-d %B %Y, %H:%M}"
    who = f"Stopped by {actor} at {at}" if actor else f"Stopped at the command line at {at}"
    if import_.dry_run:
        return f"{who}: it was a check, nothing is written. Let it go on, or bring the file anew."
    if not import_.cursor:
        return f"{who}: nothing of it is in. Let it go on, or leave it."
    came_in = import_.created + import_.updated + import_.unchanged
    aside = f", {import_.rejected:,} set aside" if import_.rejected else ""
    return f"{who}: {came_in:,} of {import_.rows:,} rows are in{aside}. Let it go on, or undo it."


@transaction.atomic
def resume(import_id: int) -> Import:
    """Let an import that stopped half-way go on; its caller runs it. One that is through is left as it is.

    Nobody is asked whether its worker really died: should it live, one of the two stops for the other.
    """
    import_ = find_import(import_id, lock=True)
    if import_.state == State.NEEDS_ANSWER:
        raise Refused(
            "needs_answer",
            f"Import {import_id} waits for an answer: {(import_.question or {}).get('detail')}",
            status=409,
        )
    if import_.state == State.UNDONE:
        raise Refused("undone", f"Import {import_id} was undone; import the file anew.", status=409)
    if import_.state == State.FAILED:
        must_be_there(import_.file)
        import_.state = State.RUNNING if import_.cursor else State.QUEUED
        import_.problem = None
        import_.finished_at = None
    import_.lease_until = None
    import_.save(update_fields=["state", "problem", "finished_at", "lease_until"])
    return import_


@again_after_deadlock
@transaction.atomic
def undo(import_id: int, *, now: datetime, actor: User | None) -> Import:
    """Take out what an import wrote; what was touched since is spared and listed in `spared`."""
    import_ = find_import(import_id, lock=True)
    if import_.state == State.UNDONE:
        raise Refused("undone", f"Import {import_id} was undone already.", status=409)
    if import_.dry_run:
        raise Refused("dry_run", f"Import {import_id} was a dry run: there is nothing to undo.", status=409)
    _must_rest(import_, now)
    undone = undo_import(import_, now=now, actor_id=actor.pk if actor else None)
    Import.objects.filter(pk=import_id).update(
        state=State.UNDONE, spared=undone.spared, question=None, lease_until=None, finished_at=now, progress={}
    )
    import_.refresh_from_db()
    return import_


def find_import(import_id: int, *, lock: bool = False) -> Import:
    """The import of that number, or `Refused` (404)."""
    rows = Import.objects.select_for_update() if lock else Import.objects.all()
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise Refused("no_such_import", f"There is no import {import_id}.", status=404)
    return found
