"""Everything in `kpis` that is derived, as rows without ids, so that two ways of getting there can be compared."""

from __future__ import annotations

from typing import Any

from kpis.models import CohortPlace, FunnelCell, Leak

Rows = dict[str, list[tuple[Any, ...]]]


def derived() -> Rows:
    """Leaks, places and cells, sorted."""
    leaks = Leak.objects.values_list("lead", "kind", "pass_number", "since", "until", "side", "stage", "limit_seconds")
    places = CohortPlace.objects.values_list(*(field.name for field in CohortPlace._meta.fields))
    cells = FunnelCell.objects.values_list(*(field.name for field in FunnelCell._meta.fields if field.name != "id"))
    return {name: sorted(rows, key=str) for name, rows in (("leaks", leaks), ("places", places), ("cells", cells))}


def forget_everything() -> None:
    """As if nothing had ever been derived."""
    for table in (Leak, CohortPlace, FunnelCell):
        table.objects.all().delete()
