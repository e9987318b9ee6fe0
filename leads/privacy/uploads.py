"""Which kept files speak of somebody erased? Copies of imported files are searched and deleted; those still needed, once they are not.

The file is the sender's own; we keep a copy so that an import can go on where it stopped. Once it is done the copy serves nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from leads.imports.models import Import
from leads.imports.uploads import BLOCK, path_of
from leads.privacy.models import Discarded
from leads.records.models import Lead

ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")
UNDER_WAY = (Import.State.QUEUED, Import.State.CHECKING, Import.State.NEEDS_ANSWER, Import.State.RUNNING)
SHORTEST = 4
"""Shorter words stand in every file."""


def discard_uploads(lead: Lead, *, now: datetime) -> int:
    """Note every kept file that speaks of this lead, to be deleted after the commit; how many."""
    words = [
        text for text in (lead.email, lead.phone, lead.full_name, lead.external_id) if text and len(text) >= SHORTEST
    ]
    if lead.first_name and lead.last_name:
        words += [f"{lead.first_name} {lead.last_name}"]
    names = set(Import.objects.exclude(file="").values_list("file", flat=True))
    found = [name for name in sorted(names) if _speaks_of(path_of(name), words)]
    Discarded.objects.bulk_create([Discarded(name=name, noted_at=now) for name in found], ignore_conflicts=True)
    transaction.on_commit(delete_discarded, robust=True)
    return len(found)


def delete_discarded() -> int:
    """Delete noted files that no import needs any more; how many. Safe twice, and killed at any instant."""
    done = 0
    for name in Discarded.objects.values_list("name", flat=True):
        if not Import.objects.filter(file=name, state__in=UNDER_WAY).exists():
            path_of(name).unlink(missing_ok=True)
            Discarded.objects.filter(name=name).delete()
            done += 1
    return done


def _speaks_of(path: Path, words: Iterable[str]) -> bool:
    patterns = {form.encode(encoding, "ignore") for word in words for form in (word.lower(),) for encoding in ENCODINGS}
    patterns = {pattern for pattern in patterns if len(pattern) >= SHORTEST}
    if not patterns or not path.is_file():
        return False
    return any(pattern in text for text in _windows(path, max(map(len, patterns))) for pattern in patterns)


def _windows(path: Path, overlap: int) -> Iterator[bytes]:
    """The file in lower case, block by block, each with the end of the one before it."""
    end = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = end + block
            yield text.lower()
            end = text[-overlap:]
