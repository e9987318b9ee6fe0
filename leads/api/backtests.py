"""`/api/v1/agreements/{id}/backtest/{backtest}/leads/{list}`: the leads behind a figure of a lead definition's backtest."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from alignment.agreements.api.access import ReadersOnly
from alignment.agreements.selectors import versions
from alignment.api.views import Collection
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.selectors import open_list


class BacktestLeadDocument(serializers.Serializer[BacktestLead]):
    """A lead with the moments by which it is in the list."""

    lead = serializers.IntegerField(source="lead_id")
    name = serializers.CharField(source="lead.name")
    this_at = serializers.DateTimeField(allow_null=True, help_text="When it would first have qualified.")
    in_force_at = serializers.DateTimeField(
        source="other_at", allow_null=True, help_text="When it first qualified by the version in force."
    )
    customer_at = serializers.DateTimeField(allow_null=True, help_text="When it would have met it, being won already.")
    won_at = serializers.DateTimeField(allow_null=True)
    lost = serializers.BooleanField(help_text="Whether it is lost or disqualified by now.")


class BacktestLeads(Collection):
    """The leads of one list, exactly as many as the figure says, but for those taken out since."""

    queryset = BacktestLead.objects.all()
    serializer_class = BacktestLeadDocument
    permission_classes = (ReadersOnly,)
    filter_backends = ()
    orders = ("id", "-id")

    def visible(self) -> QuerySet[BacktestLead]:
        asked: dict[str, Any] = self.kwargs
        version = versions(self.person).filter(pk=asked["pk"]).first()
        if version is None:
            raise Http404
        return open_list(self.person, version, asked["backtest"], asked["listing"]).rows
