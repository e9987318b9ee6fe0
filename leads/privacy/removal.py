"""How does something leave the logs? The only door out: the undo of an import, and the erasure of a person.

Both leave a record that says how many rows went or were scrubbed, and nothing of whom they were about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from leads.duplicates.forgetting import merged_with
from leads.imports.models import Import
from leads.lifecycle.recording import known_from
from leads.privacy import outside
from leads.privacy.door import open_logs
from leads.privacy.erasure import scrub
from leads.privacy.models import Removal
from leads.privacy.undo import take_out
from leads.records.models import Lead


@dataclass(frozen=True)
class Undone:
    """What an undo took out, by table, and what it left alone: `[{"table", "id", "why"}]`."""

    removal: Removal
    spared: list[dict[str, object]]


def undo_import(import_: Import, *, now: datetime, actor_id: int | None) -> Undone:
    """Take out what an import wrote and put back what it changed; what was touched since is spared, with the reason."""
    with open_logs():
        known_from(now)
        counts, spared = take_out(import_, now=now, actor_id=actor_id)
        removal = Removal.objects.create(
            kind=Removal.Kind.IMPORT_UNDO, at=now, actor_id=actor_id, import_id=import_.pk, counts=counts
        )
    return Undone(removal, spared)


@again_after_deadlock
def erase(lead: Lead, *, now: datetime, actor_id: int | None) -> Removal:
    """Remove whatever says who this lead is; its rows and counts stay. Cannot be undone; again, it scrubs again.

    Leads that were merged into it were the same person, and go with it.
    """
    with open_logs():
        known_from(now)
        locked = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        counts = Counter(scrub(locked, now=now, actor_id=actor_id))
        for same in merged_with(locked):
            counts.update(scrub(same, now=now, actor_id=actor_id))
        removal = Removal.objects.create(kind=Removal.Kind.ERASURE, at=now, actor_id=actor_id, counts=counts)
        transaction.on_commit(outside.keep_outside, robust=True)
    lead.refresh_from_db()
    return removal
