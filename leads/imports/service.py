"""What may be done with an import: start it, answer its question, resume it, undo it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.people.selectors import may_write, reporting_zone, sees_everything
from alignment.refusals import Refused
from leads.imports.applying import LEASE
from leads.imports.binding import Binding
from leads.imports.checking import fit_profile
from leads.imports.models import Import
from leads.imports.running import AT_WORK
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
    dry_run: bool = False,
    held: bool = False,
) -> Import:
    """Keep a copy of the file, hold the profile against its columns, and queue the import.

    Refused with everything that is wrong. `held`: the caller runs it at once, so nobody else should. `actor` None is
    the operator at the command line.
    """
    if actor is not None and not may_import(actor):
        raise Refused("not_allowed", "Only people who see every lead and may write can import.", status=403)
    copy = keep_copy(file)
    fitted = fit_profile(kind, profile, copy.path)
    Binding(fitted.profile, fitted.columns, {}, reporting_zone())  # refuses constants that cannot be read
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
        decisions={"columns": fitted.columns, "layout": fitted.layout.as_json()},
    )


@transaction.atomic
def answer(import_id: int, choice: str) -> Import:
    """Answer an import's question with one of its choices; it is checked again with that."""
    import_ = find_import(import_id, lock=True)
    question = import_.question
    if import_.state != State.NEEDS_ANSWER or question is None:
        raise Refused("no_question", f"Import {import_id} asks nothing.", status=409)
    choices = [given["answer"] for given in question["choices"]]
    if choice not in choices:
        raise Refused("unknown_answer", f"“{choice}” is none of {', '.join(choices)}.")
    answers = import_.decisions.get("answers", {}) | {question["field"]: choice}
    import_.decisions = import_.decisions | {"answers": answers}
    import_.state, import_.question = State.QUEUED, None
    import_.save(update_fields=["decisions", "state", "question"])
    return import_


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
    if import_.state in AT_WORK and import_.lease_until is not None and import_.lease_until > now:
        raise Refused("at_work", f"Import {import_id} is still at work; wait until it is through.", status=409)
    undone = undo_import(import_, now=now, actor_id=actor.pk if actor else None)
    Import.objects.filter(pk=import_id).update(
        state=State.UNDONE, spared=undone.spared, question=None, lease_until=None, finished_at=now
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
