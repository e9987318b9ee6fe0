"""`/api/v1/leaks`: the leaks there are and were, of the leads that the caller may see.

A leak whose condition will only hold later if nothing happens is not there yet.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from alignment.api.filters import RANGE, Filters, IdFilter
from alignment.api.views import Collection
from alignment.clock import now
from alignment.people.models import Side
from kpis.models import Leak
from leads.api.scope import of_seen_leads


class LeakDocument(serializers.ModelSerializer[Leak]):
    """One condition on one lead: since when, until when (null: as far as is known it goes on)."""

    open = serializers.SerializerMethodField(help_text="Whether it holds now.")

    class Meta:
        model = Leak
        fields = ("id", "lead_id", "kind", "pass_number", "stage", "side", "since", "until", "open", "limit_seconds")
        read_only_fields = fields

    def get_open(self, leak: Leak) -> bool:
        return leak.until is None or leak.until > now()


class LeakFilters(Filters):
    """The fields' names, and `open`."""

    lead_id = IdFilter()
    kind = filters.CharFilter()
    side = filters.ChoiceFilter(choices=Side.choices)
    stage = filters.CharFilter()
    open = filters.BooleanFilter(method="only_open")

    class Meta(Filters.Meta):
        model = Leak
        fields = {"since": RANGE, "until": RANGE}

    def only_open(self, leaks: QuerySet[Leak], _name: str, wanted: bool) -> QuerySet[Leak]:
        """Those that hold now, or those that are over."""
        holds = Q(until=None) | Q(until__gt=now())
        return leaks.filter(holds if wanted else ~holds)


class Leaks(Collection):
    """Leaks, the latest first."""

    queryset = Leak.objects.all()
    serializer_class = LeakDocument
    filterset_class = LeakFilters
    orders = ("-since", "since")

    def visible(self) -> QuerySet[Leak]:
        return of_seen_leads(Leak.objects.filter(since__lte=now()), self.person)
