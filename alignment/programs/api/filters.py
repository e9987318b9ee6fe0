"""By what lists of campaigns, spend and outside numbers are narrowed: the fields' names."""

from __future__ import annotations

from django_filters import rest_framework as filters

from alignment.api.filters import RANGE, Filters, IdFilter
from alignment.programs.models import Campaign, Series, Spend


class CampaignFilters(Filters):
    """The fields' names."""

    system = filters.CharFilter()
    external_id = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="iexact")
    type = filters.CharFilter()
    status = filters.CharFilter()
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=200)

    class Meta(Filters.Meta):
        model = Campaign
        fields = {"starts_at": RANGE, "ends_at": RANGE, "created_at": RANGE}


class SpendFilters(Filters):
    """The fields' names."""

    system = filters.CharFilter()
    external_id = filters.CharFilter()
    campaign = filters.CharFilter(field_name="campaign__name", lookup_expr="iexact")
    campaign_id = IdFilter()
    channel = filters.CharFilter()
    source = filters.CharFilter()
    currency = filters.CharFilter()
    search = filters.CharFilter(field_name="campaign__name", lookup_expr="icontains", max_length=200)

    class Meta(Filters.Meta):
        model = Spend
        fields = {"starts_on": RANGE, "ends_on": RANGE, "created_at": RANGE}


class SeriesFilters(Filters):
    """The fields' names."""

    metric = filters.CharFilter(lookup_expr="iexact")
    campaign = filters.CharFilter(field_name="campaign__name", lookup_expr="iexact")
    campaign_id = IdFilter()
    channel = filters.CharFilter()
    source = filters.CharFilter()
    search = filters.CharFilter(field_name="metric", lookup_expr="icontains", max_length=200)

    class Meta(Filters.Meta):
        model = Series
        fields = {"date": RANGE, "created_at": RANGE}
