"""Everything in `kpis` that is derived, as rows without ids, so that two ways of getting there can be compared."""

from __future__ import annotations

from typing import Any

from kpis.models import CohortPlace, FunnelCell, Leak, LeakCount

Rows = dict[str, list[tuple[Any, ...]]]


def derived() -> Rows:
    """Leaks and their counts, places and cells, sorted."""
    leaks = Leak.objects.values_list("lead", "kind", "pass_number", "since", "until", "side", "stage", "limit_seconds")
    places = CohortPlace.objects.values_list(*(field.name for field in CohortPlace._meta.fields))
    cells = FunnelCell.objects.values_list(*(field.name for field in FunnelCell._meta.fields if field.name != "id"))
    counts = LeakCount.objects.values_list("kind", "side", "day", "opened", "closed")
    found = {"leaks": leaks, "counts": counts, "places": places, "cells": cells}
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def forget_everything() -> None:
    """As if nothing had ever been derived."""
    for table in (Leak, LeakCount, CohortPlace, FunnelCell):
        table.objects.all().delete()
