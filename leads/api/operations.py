"""What operators' monitoring is told about leads."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from alignment.api.metrics import Gauge, register
from leads.imports.models import Import
from leads.lifecycle import waiting as queue


def imports_by_state() -> Mapping[str, float]:
    """Every state, those that none is in included."""
    counts = Import.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return {**dict.fromkeys(Import.State.values, 0), **dict(counts)}


def waiting() -> Mapping[str, float]:
    """How many marks wait."""
    return {"": queue.waiting()}


def install() -> None:
    """Called once, when the applications are ready."""
    register(Gauge("alignment_imports", "Imports by state.", imports_by_state, "state"))
    register(Gauge("alignment_touched_leads", "Marks of leads that wait to be recomputed.", waiting))
