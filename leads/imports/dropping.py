"""When does a draft go? When it was brought in or dropped, two weeks after the last touch, and when an erasure finds its file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from leads.imports.drafts import ImportDraft
from leads.imports.models import Import
from leads.imports.uploads import path_of

KEPT = timedelta(days=14)


def drop_drafts(drafts: Iterable[int]) -> None:
    """Forget drafts, and their copies where nobody else needs them."""
    with transaction.atomic():
        found = ImportDraft.objects.filter(pk__in=drafts)
        names = list(found.values_list("file", flat=True))
        found.delete()
        transaction.on_commit(lambda: _delete_unneeded(names), robust=True)


def _delete_unneeded(names: Iterable[str]) -> None:
    for name in set(names):
        if not ImportDraft.objects.filter(file=name).exists() and not Import.objects.filter(file=name).exists():
            path_of(name).unlink(missing_ok=True)


def forget_old(*, now: datetime) -> int:
    """Forget what nobody touched for two weeks; how many."""
    old = list(ImportDraft.objects.filter(touched_at__lt=now - KEPT).values_list("pk", flat=True))
    drop_drafts(old)
    return len(old)


def forget_files(names: Iterable[str]) -> int:
    """Forget the drafts of these files, which speak of somebody erased; the files themselves are the caller's. How many."""
    return ImportDraft.objects.filter(file__in=list(names)).delete()[0]
