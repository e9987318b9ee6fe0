"""Which kept files speak of somebody erased, and which does nobody need any more? Those are deleted.

The file is the sender's own; we keep a copy so that an import can go on where it stopped, be answered, or be brought in after a check.
After `KEPT` it serves nobody. One that speaks of somebody erased goes at once, unless an import is at work with it. What is set aside
lies in the database, so that rows are corrected without the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Coalesce

from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import
from leads.imports.reading import Layout, kept_layout
from leads.imports.uploads import path_of
from leads.privacy.models import Discarded
from leads.privacy.searching import Person, names_of, speaks_of
from leads.records.models import Lead

AT_WORK = (Import.State.QUEUED, Import.State.CHECKING, Import.State.RUNNING)
KEPT = timedelta(days=30)
UNCLAIMED = timedelta(days=1)
"""A copy that no import names is of a file that was refused."""
GONE = (
    "The file speaks of somebody who was erased before the question was answered, so its copy was deleted: bring the file again "
    "without this person."
)


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
    transaction.on_commit(lambda: delete_discarded(now=now), robust=True)
    return len(found)


def delete_discarded(*, now: datetime) -> int:
    """Delete noted files that no import is at work with, and drafts of them; how many. Safe twice, and killed at any instant.

    An import that waits for an answer does not hold its file back: it fails, and says that the file must come again.
    """
    return sum(_delete(name, now) for name in Discarded.objects.values_list("name", flat=True))


@transaction.atomic
def _delete(name: str, now: datetime) -> bool:
    ImportDraft.objects.filter(file=name).delete()
    imports = list(Import.objects.select_for_update().filter(file=name).order_by("pk"))
    for import_ in imports:
        if import_.state == Import.State.NEEDS_ANSWER:
            _fail(import_, now)
    if any(import_.state in AT_WORK for import_ in imports):
        return False
    path_of(name).unlink(missing_ok=True)
    Discarded.objects.filter(name=name).delete()
    return True


def _fail(import_: Import, now: datetime) -> None:
    """It cannot be answered any more; what it asked quotes the file, so that goes as well."""
    import_.state, import_.finished_at, import_.lease_until = Import.State.FAILED, now, None
    import_.problem, import_.question = {"code": "file_gone", "detail": GONE}, None
    import_.decisions = {key: value for key, value in import_.decisions.items() if key != "asked"}
    import_.save(update_fields=["state", "finished_at", "lease_until", "problem", "question", "decisions"])


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
