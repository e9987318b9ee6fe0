"""Which kept files speak of somebody erased, and which does nobody need any more? Those are deleted.

The file is the sender's own; we keep a copy so that an import can go on where it stopped, be answered, or be brought in after a check.
After `KEPT` it serves nobody. What is set aside lies in the database, so that rows are corrected without the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Coalesce

from leads.imports.drafts import ImportDraft
from leads.imports.models import Import
from leads.imports.reading import Layout, kept_layout
from leads.imports.uploads import path_of
from leads.privacy.models import Discarded
from leads.privacy.searching import Person, names_of, speaks_of
from leads.records.models import Lead

UNDER_WAY = (Import.State.QUEUED, Import.State.CHECKING, Import.State.NEEDS_ANSWER, Import.State.RUNNING)
AT_WORK = (Import.State.QUEUED, Import.State.CHECKING, Import.State.RUNNING)
KEPT = timedelta(days=30)
UNCLAIMED = timedelta(days=1)
"""A copy that no import names is of a file that was refused."""


def discard_uploads(lead: Lead, *, now: datetime) -> int:
    """Note every kept file that speaks of this lead, to be deleted after the commit; how many."""
    both = f"{lead.first_name} {lead.last_name}" if lead.first_name and lead.last_name else None
    person = Person(
        names_of((lead.email, lead.phone, lead.full_name, lead.external_id, both)),
        (lead.first_name or "").strip(),
        (lead.last_name or "").strip(),
        lead.phone or "",
    )
    found = [name for name in _names() if speaks_of(path_of(name), person, _layouts(name))]
    Discarded.objects.bulk_create([Discarded(name=name, noted_at=now) for name in found], ignore_conflicts=True)
    transaction.on_commit(delete_discarded, robust=True)
    return len(found)


def delete_discarded() -> int:
    """Delete noted files that no import needs any more, and drafts of them; how many. Safe twice, and killed at any instant."""
    done = 0
    for name in Discarded.objects.values_list("name", flat=True):
        ImportDraft.objects.filter(file=name).delete()
        if not Import.objects.filter(file=name, state__in=UNDER_WAY).exists():
            path_of(name).unlink(missing_ok=True)
            Discarded.objects.filter(name=name).delete()
            done += 1
    return done


def delete_old(*, now: datetime) -> int:
    """Delete copies that nobody needs any more: `KEPT` after the last import of the file ended, or was left with its question."""
    old = [name for name in _names() if _age(path_of(name), now) > UNCLAIMED and not _is_needed(name, now)]
    for name in old:
        path_of(name).unlink(missing_ok=True)
    return len(old)


def _is_needed(name: str, now: datetime) -> bool:
    imports = Import.objects.filter(file=name).annotate(ended=Coalesce("finished_at", "created_at"))
    return (
        imports.filter(state__in=AT_WORK).exists()
        or imports.filter(ended__gte=now - KEPT).exists()
        or ImportDraft.objects.filter(file=name).exists()
    )


def _names() -> Iterator[str]:
    """Every file in the folder of imports, also those that no import names."""
    folder = path_of("imports")
    if folder.is_dir():
        yield from sorted(f"imports/{path.name}" for path in folder.iterdir() if path.is_file())


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta(0)


def _layouts(name: str) -> list[Layout]:
    """In which layouts the file was read so far."""
    kept = Import.objects.filter(file=name).values_list("decisions", flat=True)
    by_words = {str(decisions["layout"]): kept_layout(decisions) for decisions in kept if "layout" in decisions}
    return list(by_words.values())
