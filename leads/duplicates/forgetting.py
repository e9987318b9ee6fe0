"""What do pairs and merges still say of somebody who was erased? Nothing: called by the erasure of a person."""

from __future__ import annotations

from django.db.models import Q

from leads.duplicates.models import MatchKey, Merge, Pair
from leads.records.models import Lead


def merged_with(lead: Lead) -> list[Lead]:
    """The leads that were merged into this one, and into those in turn: they are the same person. Locked."""
    found: list[Lead] = []
    last = [lead.pk]
    while last:
        more = list(Lead.objects.select_for_update(of=("self",)).filter(merged_into__in=last).order_by("pk"))
        found += more
        last = [one.pk for one in more]
    return found


def forget(lead: Lead) -> dict[str, int]:
    """Take the person out of what is known of duplicates; how many rows of each table were scrubbed or deleted."""
    about = Q(survivor=lead) | Q(other=lead)
    counts = {
        "match_keys": MatchKey.objects.filter(lead=lead).delete()[0],
        "pairs": Pair.objects.filter(Q(first=lead) | Q(second=lead), state=Pair.State.OPEN).delete()[0],
        "merges": Merge.objects.filter(about).update(before={}, after={}),
    }
    return {name: count for name, count in counts.items() if count}
