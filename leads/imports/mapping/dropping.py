"""When does a draft go? When it was dropped, and two weeks after the last touch.

Besides, `leads.imports.mapping.drafting` lets one go that was brought in, and `leads.privacy.uploads` those whose file
speaks of somebody erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from leads.imports.mapping.drafts import ImportDraft
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
