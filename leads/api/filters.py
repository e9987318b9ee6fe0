"""By what lists of leads, companies, activities, deals, stage changes and imports are narrowed: the fields' names."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters

from alignment.api.filters import RANGE, Filters, IdFilter
from leads.activities.models import Activity, Direction
from leads.deals.models import Deal, DealKind, DealStatus
from leads.imports.models import Import
from leads.lifecycle.models import StageChange
from leads.records.models import Company, Lead, LeadIdentity
from leads.selectors.searching import found_by


class LabelFilter(filters.CharFilter):  # type: ignore[misc]
    """Somebody by e-mail or name, without regard to case."""

    def filter(self, qs: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(
            Q(**{f"{self.field_name}__email__iexact": value}) | Q(**{f"{self.field_name}__name__iexact": value})
        )


class LeadFilters(Filters):
    """The fields' names; `system` and `external_id` find a lead by any of its identities."""

    system = filters.CharFilter(method="by_system")
    external_id = filters.CharFilter(method="by_external_id")
    email = filters.CharFilter(lookup_expr="iexact")
    phone = filters.CharFilter()
    first_name = filters.CharFilter(lookup_expr="iexact")
    last_name = filters.CharFilter(lookup_expr="iexact")
    full_name = filters.CharFilter(lookup_expr="iexact")
    title = filters.CharFilter(lookup_expr="iexact")
    company = filters.CharFilter(field_name="company__name", lookup_expr="iexact")
    company_id = IdFilter()
    source = filters.CharFilter()
    channel = filters.CharFilter()
    campaign = filters.CharFilter(field_name="campaign__name", lookup_expr="iexact")
    campaign_id = IdFilter()
    stage = filters.CharFilter(field_name="stage_id")
    owner = LabelFilter()
    owner_id = IdFilter()
    team = filters.CharFilter(field_name="team__name", lookup_expr="iexact")
    team_id = IdFilter()
    segment = filters.CharFilter()
    territory = filters.CharFilter()
    country = filters.CharFilter()
    email_usable = filters.BooleanFilter()
    phone_usable = filters.BooleanFilter()
    is_test = filters.BooleanFilter()
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = Lead
        fields = {"created_at": RANGE, "recorded_at": RANGE}

    def by_system(self, leads: QuerySet[Lead], _name: str, system: str) -> QuerySet[Lead]:
        """Leads that came from this system or that it knows; with `external_id`, the one that it knows by that id."""
        identities = LeadIdentity.objects.filter(lead=OuterRef("pk"), system=system)
        external_id = self.form.cleaned_data.get("external_id")
        if external_id:
            return leads.filter(Exists(identities.filter(key=f"id:{external_id}")))
        return leads.filter(Q(system=system) | Exists(identities))

    def by_external_id(self, leads: QuerySet[Lead], _name: str, external_id: str) -> QuerySet[Lead]:
        """Leads of this id in any system; with `system`, see there."""
        if self.form.cleaned_data.get("system"):
            return leads
        return leads.filter(Exists(LeadIdentity.objects.filter(lead=OuterRef("pk"), key=f"id:{external_id}")))

    def find(self, leads: QuerySet[Lead], _name: str, text: str) -> QuerySet[Lead]:
        """Leads that every word means, as in the list: a part of a name, an e-mail or a company, of a telephone or an external id
        where it has a digit, or the whole of an id.
        """
        return found_by(leads, text)


class CompanyFilters(Filters):
    """The fields' names."""

    system = filters.CharFilter()
    external_id = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="iexact")
    domain = filters.CharFilter(lookup_expr="iexact")
    industry = filters.CharFilter(lookup_expr="iexact")
    country = filters.CharFilter()
    parent_id = IdFilter()
    employees__gte = IdFilter(field_name="employees", lookup_expr="gte")
    employees__lt = IdFilter(field_name="employees", lookup_expr="lt")
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = Company
        fields = {"created_at": RANGE}

    def find(self, companies: QuerySet[Company], _name: str, text: str) -> QuerySet[Company]:
        """Companies whose name or domain contains the text."""
        return companies.filter(Q(name__icontains=text) | Q(domain__icontains=text))


class ActivityFilters(Filters):
    """The fields' names."""

    system = filters.CharFilter()
    external_id = filters.CharFilter()
    lead_id = IdFilter()
    kind = filters.CharFilter()
    direction = filters.ChoiceFilter(choices=Direction.choices)
    side = filters.ChoiceFilter(choices=[("marketing", "Marketing"), ("sales", "Sales")])
    automated = filters.BooleanFilter()
    by = LabelFilter()
    by_id = IdFilter()
    campaign = filters.CharFilter(field_name="campaign__name", lookup_expr="iexact")
    campaign_id = IdFilter()
    asset = filters.CharFilter()
    channel = filters.CharFilter()
    outcome = filters.CharFilter()
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = Activity
        fields = {"at": RANGE, "recorded_at": RANGE}

    def find(self, activities: QuerySet[Activity], _name: str, text: str) -> QuerySet[Activity]:
        """Activities whose subject or asset contains the text."""
        return activities.filter(Q(subject__icontains=text) | Q(asset__icontains=text))


class DealFilters(Filters):
    """The fields' names."""

    system = filters.CharFilter()
    external_id = filters.CharFilter()
    lead_id = IdFilter()
    company = filters.CharFilter(field_name="company__name", lookup_expr="iexact")
    company_id = IdFilter()
    owner = LabelFilter()
    owner_id = IdFilter()
    status = filters.ChoiceFilter(choices=DealStatus.choices)
    kind = filters.ChoiceFilter(choices=DealKind.choices)
    currency = filters.CharFilter()
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = Deal
        fields = {"opened_at": RANGE, "closed_at": RANGE, "created_at": RANGE}

    def find(self, deals: QuerySet[Deal], _name: str, text: str) -> QuerySet[Deal]:
        """Deals whose external id or company contains the text."""
        return deals.filter(Q(external_id__icontains=text) | Q(company__name__icontains=text))


class StageChangeFilters(Filters):
    """The fields' names."""

    lead_id = IdFilter()
    to = filters.CharFilter(field_name="to_id")
    cause = filters.CharFilter()
    deal_id = IdFilter()
    owner = LabelFilter()
    team = filters.CharFilter(field_name="team__name", lookup_expr="iexact")
    voided = filters.BooleanFilter(field_name="void", lookup_expr="isnull", exclude=True)

    class Meta(Filters.Meta):
        model = StageChange
        fields = {"at": RANGE, "recorded_at": RANGE}


class ImportFilters(Filters):
    """`kind`, `state`, `dry_run`, `created_at`, `search` in the file's name."""

    kind = filters.CharFilter()
    state = filters.ChoiceFilter(choices=Import.State.choices)
    dry_run = filters.BooleanFilter()
    search = filters.CharFilter(field_name="file_name", lookup_expr="icontains", max_length=200)

    class Meta(Filters.Meta):
        model = Import
        fields = {"created_at": RANGE}
