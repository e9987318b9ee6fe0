"""`/api/v1/companies`: the accounts behind leads."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from alignment.api.views import Collection
from alignment.people.selectors import sees_everything
from leads.api.documents import CompanyDocument
from leads.api.filters import CompanyFilters
from leads.api.scope import scope_of
from leads.records.models import Company, Lead


class Companies(Collection):
    """Every company for those who see everything; a partner's people see those of their leads, and their own."""

    queryset = Company.objects.all()
    serializer_class = CompanyDocument
    filterset_class = CompanyFilters
    orders = ("-id", "id", "-created_at", "created_at")

    def visible(self) -> QuerySet[Company]:
        companies = Company.objects.select_related("parent")
        if sees_everything(self.person):
            return companies
        of_a_lead = Exists(Lead.objects.visible_to(self.person).filter(company=OuterRef("pk")))
        own = Q(scope=scope_of(self.person)) if scope_of(self.person) else Q()
        return companies.filter(Q(of_a_lead) | own)
