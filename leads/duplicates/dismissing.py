"""Somebody says that two leads are not the same, or takes that back. The only writer of what was decided about a pair without merging."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.people.models import User
from alignment.refusals import Refused
from leads.duplicates.models import Pair
from leads.duplicates.selectors import must_see


@transaction.atomic
def dismiss(pair_id: int, *, by: User, now: datetime) -> Pair:
    """These two are not the same: the pair does not come back by itself. Twice is once; `already_decided` (409) where merged."""
    pair = _locked(pair_id, by)
    if pair.state == Pair.State.OPEN:
        pair.state, pair.decided_at, pair.decided_by = Pair.State.DISMISSED, now, by
        pair.save(update_fields=["state", "decided_at", "decided_by"])
    return pair


@transaction.atomic
def reopen(pair_id: int, *, by: User) -> Pair:
    """They may be the same after all. Twice is once; `already_decided` (409) where merged."""
    pair = _locked(pair_id, by)
    if pair.state == Pair.State.DISMISSED:
        pair.state, pair.decided_at, pair.decided_by = Pair.State.OPEN, None, None
        pair.save(update_fields=["state", "decided_at", "decided_by"])
    return pair


def _locked(pair_id: int, by: User) -> Pair:
    must_see(pair_id, by)
    pair = Pair.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=pair_id)
    if pair.state == Pair.State.MERGED:
        who = pair.decided_by or "somebody"
        raise Refused("already_decided", f"These two were merged by {who}; undo that merge instead.", status=409)
    return pair
