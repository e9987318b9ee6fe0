"""Which handoff is meant? One that this person may see; all others are not there."""

from __future__ import annotations

from django.http import Http404

from alignment.refusals import Refused
from leads.handoffs.models import Handoff
from leads.handoffs.reading import one
from leads.pages.access import Signed


def the_handoff(request: Signed, handoff_id: int) -> Handoff:
    """The handoff, with everybody it names, or 404."""
    try:
        return one(request.user, handoff_id)
    except Refused as refused:
        raise Http404(refused.detail) from refused
