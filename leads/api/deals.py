"""`/api/v1/deals`: what leads may become worth, and did."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.rows import write_one
from alignment.api.views import Collection
from alignment.clock import now
from alignment.people.selectors import sees_everything
from leads.api.bodies import DealBody
from leads.api.documents import DealDocument
from leads.api.filters import DealFilters
from leads.api.scope import scope_of, with_visible_leads
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.outcome import RowResult
from leads.records.models import Lead


class Deals(Collection):
    """Deals of the leads that the caller may see; those without a lead, for who sees everything."""

    queryset = Deal.objects.all()
    serializer_class = DealDocument
    filterset_class = DealFilters
    orders = ("-id", "id", "-created_at", "created_at")

    def visible(self) -> QuerySet[Deal]:
        deals = Deal.objects.select_related("company", "owner")
        if sees_everything(self.person):
            return deals
        return deals.filter(lead__in=Lead.objects.visible_to(self.person))

    def write(self, rows: Sequence[DealRow]) -> list[RowResult]:
        seen = with_visible_leads(rows, self.person)
        return save_deals(seen, now=now(), actor_id=self.person.pk, scope=scope_of(self.person))

    @extend_schema(
        request=DealBody,
        responses={
            201: DealDocument,
            200: OpenApiResponse(DealDocument, description="It was there; it is up to date now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a deal, or bring the one that has this identity up to date; its lead moves as the deal says."""
        body = DealBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.made(write_one(body.row(), self.write))
