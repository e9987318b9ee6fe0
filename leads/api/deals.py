"""`/api/v1/deals`: what leads may become worth, and did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.rows import write_one
from alignment.api.schema import OUT_OF_SIGHT
from alignment.api.versions import expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.ui.exports import Export
from leads.api.bodies import DealBody, DealChanges
from leads.api.documents import DealDocument
from leads.api.filters import DealFilters
from leads.api.scope import of_seen_leads, with_visible_leads
from leads.deals.edits import edit_deal
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.exports.deals import deals_export
from leads.handoffs import gate
from leads.outcome import RowResult
from leads.records.models import Lead
from leads.records.wishes import scope_of


class Deals(Collection):
    """Deals of the leads that the caller may see; those without a lead, for who sees everything."""

    queryset = Deal.objects.all()
    serializer_class = DealDocument
    filterset_class = DealFilters
    orders = ("-id", "id", "-created_at", "created_at")

    def visible(self) -> QuerySet[Deal]:
        return of_seen_leads(Deal.objects.select_related("company", "owner"), self.person)

    def as_file(self, rows: QuerySet[Deal]) -> Export:
        return deals_export(self.person, rows, as_of=now())

    def write(self, rows: Sequence[DealRow]) -> list[RowResult]:
        seen = with_visible_leads(rows, self.person)
        return save_deals(seen, now=now(), actor_id=self.person.pk, scope=scope_of(self.person))

    def seen_id(self, row: DealRow) -> int | None:
        """The id of the lead that the row names, where the caller may see it."""
        [seen] = with_visible_leads([row], self.person)
        return seen.lead_id

    @extend_schema(
        request=DealBody,
        responses={
            201: DealDocument,
            200: OpenApiResponse(DealDocument, description="It was there; it is up to date now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a deal, or bring the one that has this identity up to date; its lead moves as the deal says.

        Where the lead is on offer to the caller, a new deal accepts it; 409 `on_offer` where somebody else is to decide.
        """
        body = DealBody(data=request.data)
        body.is_valid(raise_exception=True)
        row = body.row()
        return self.made(
            gate.save_deal(lambda: write_one(row, self.write), lead_id=self.seen_id(row), by=self.person, now=now())
        )

    @extend_schema(request=DealChanges, responses={200: DealDocument, 204: OUT_OF_SIGHT})
    @transaction.atomic
    def change(self, request: Request, pk: int) -> Response:
        """Change fields; what the deal did to its lead's stage follows."""
        deal = self.found(pk)
        body = DealChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = {name: None if value == "" else value for name, value in body.validated_data.items()}
        self.must_see_lead(changes)
        lead_id = changes.get("lead_id")
        if lead_id is not None and lead_id != deal.lead_id:
            gate.accept_for_deal(int(lead_id), by=self.person, now=now())
        edit_deal(
            deal,
            changes,
            now=now(),
            actor_id=self.person.pk,
            scope=scope_of(self.person),
            expected_version=expected_version(request),
        )
        return self.shown_or_gone(pk)

    def must_see_lead(self, changes: dict[str, Any]) -> None:
        """A deal is moved only to a lead that the caller may see."""
        lead_id = changes.get("lead_id")
        seen = Lead.objects.visible_to(self.person)
        if lead_id is not None and not seen.filter(pk=lead_id).exists():
            raise ValidationError({"lead_id": "There is no lead of this id."}, code="unknown_lead")
