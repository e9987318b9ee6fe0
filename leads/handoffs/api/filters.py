"""By what is the list of handoffs narrowed?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from alignment.api.filters import RANGE, Filters, IdFilter, MomentFilter
from leads.handoffs.models import Handoff, Origin, State


class HandoffFilters(Filters):
    """The fields' names; people and teams by id."""

    state = filters.ChoiceFilter(choices=State.choices)
    origin = filters.ChoiceFilter(choices=Origin.choices)
    lead = IdFilter(field_name="lead_id")
    rule = filters.CharFilter(field_name="rule_key")
    to_user = IdFilter(field_name="to_user_id")
    to_team = IdFilter(field_name="to_team_id")
    due_before = MomentFilter(
        method="due", label="Open offers to be decided, accepted leads to be contacted, before then."
    )
    came_back = filters.BooleanFilter(method="back", label="Turned down, or given back after they were accepted.")

    class Meta(Filters.Meta):
        model = Handoff
        fields = {"offered_at": RANGE, "decided_at": RANGE}

    def due(self, handoffs: QuerySet[Handoff], _name: str, moment: datetime) -> QuerySet[Handoff]:
        """Whose clock that runs ends before the moment; those on hold have none."""
        to_contact = Q(state=State.ACCEPTED, returned_at=None, passed_on_at=None, contacted_at=None)
        return handoffs.filter(Q(state=State.OFFERED, accept_by__lt=moment) | to_contact & Q(contact_by__lt=moment))

    def back(self, handoffs: QuerySet[Handoff], _name: str, came: bool) -> QuerySet[Handoff]:
        returned = Q(state=State.REJECTED) | Q(returned_at__isnull=False)
        return handoffs.filter(returned if came else ~returned)
