"""The leads of a list behind a figure, in its order, as far as the visitor may see them."""

from __future__ import annotations

from collections.abc import Iterable

from alignment.people.models import User
from leads.models import Lead


def leads_by_id(ids: Iterable[int], user: User) -> dict[int, Lead]:
    """These leads with what a row of a list shows; one query whatever their number."""
    found = Lead.objects.visible_to(user).filter(pk__in=list(ids))
    return found.select_related("company", "owner", "team").in_bulk()
