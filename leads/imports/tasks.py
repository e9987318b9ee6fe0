"""Jobs of imports: they hurry what the database remembers, may run twice, late, or never."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q

from alignment.clock import now
from leads.imports import running
from leads.imports.models import Import


@shared_task
def run_import(import_id: int) -> None:
    """Bring one import to its end."""
    running.run_import(import_id)


@shared_task
def resume_abandoned() -> None:
    """Hurry imports that nobody is at: their worker died, or the job was lost."""
    nobody = Q(lease_until=None) | Q(lease_until__lt=now())
    for import_id in Import.objects.filter(nobody, state__in=running.AT_WORK).values_list("pk", flat=True):
        run_import.delay(import_id)
