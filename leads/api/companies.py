"""`/api/v1/companies`: the accounts behind leads."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.versions import expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.people.selectors import sees_everything
from alignment.ui.exports import Export
from leads.api.bodies import CompanyBody, CompanyChanges, stated
from leads.api.documents import CompanyDocument
from leads.api.filters import CompanyFilters
from leads.exports.companies import companies_export
from leads.outcome import RowResult
from leads.records.company_edits import add_company, edit_company
from leads.records.models import Company, Lead
from leads.records.wishes import scope_of


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

    def as_file(self, rows: QuerySet[Company]) -> Export:
        return companies_export(self.person, rows, as_of=now())

    @extend_schema(request=CompanyBody, responses={201: CompanyDocument})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a company; 409 where its system and external_id are taken."""
        body = CompanyBody(data=request.data)
        body.is_valid(raise_exception=True)
        company = add_company(stated(body.validated_data), scope=scope_of(self.person))
        return self.made(RowResult(0, "created", company.pk))

    @extend_schema(request=CompanyChanges, responses={200: CompanyDocument})
    @transaction.atomic
    def change(self, request: Request, pk: int) -> Response:
        """Change fields; a partner's people only those of companies that they brought."""
        company = self.found(pk)
        if company.scope != scope_of(self.person) and not sees_everything(self.person):
            raise PermissionDenied("This company is not yours to change.")
        body = CompanyChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = {name: None if value == "" else value for name, value in body.validated_data.items()}
        edit_company(company, changes, expected_version=expected_version(request))
        return self.shown(pk)
