"""`/api/v1/leads`: read, make, change and move leads, and erase who they are."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.rows import BulkBody, BulkResults, write_many, write_one
from alignment.api.schema import OUT_OF_SIGHT
from alignment.api.versions import expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.ui.exports import Export
from leads.api.bodies import LeadBody, LeadChanges, StageMove
from leads.api.documents import LeadDocument
from leads.api.filters import LeadFilters
from leads.api.scope import seen_lead, standing_lead
from leads.exports.leads import leads_export
from leads.handoffs import gate
from leads.outcome import RowResult
from leads.privacy.export import export
from leads.privacy.removal import erase
from leads.privacy.rights import may_take_out
from leads.records.edits import edit_lead
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from leads.records.wishes import scope_of


class Leads(Collection):
    """Leads that the caller may see."""

    queryset = Lead.objects.all()
    serializer_class = LeadDocument
    filterset_class = LeadFilters
    orders = ("-created_at", "created_at", "id", "-id")

    def visible(self) -> QuerySet[Lead]:
        leads: QuerySet[Lead] = Lead.objects.visible_to(self.person)
        return leads.select_related("company", "owner", "team", "campaign")

    def as_file(self, rows: QuerySet[Lead]) -> Export:
        return leads_export(self.person, rows, as_of=now())

    def found(self, pk: int) -> Lead:
        return seen_lead(self.get_queryset(), pk)

    def write(self, rows: Sequence[LeadRow]) -> list[RowResult]:
        return upsert_leads(rows, now=now(), actor_id=self.person.pk, scope=scope_of(self.person))

    @extend_schema(
        request=LeadBody,
        responses={
            201: LeadDocument,
            200: OpenApiResponse(LeadDocument, description="It was there; it is up to date now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a lead, or bring the one that has this identity up to date: 201 or 200."""
        body = LeadBody(data=request.data)
        body.is_valid(raise_exception=True)
        result = write_one(body.row(), self.write)
        return self.made(result)

    @extend_schema(request=BulkBody, responses={200: BulkResults})
    @idempotent
    def bulk(self, request: Request) -> Response:
        """Up to a thousand leads at once, as `POST /leads` takes them; each fares for itself."""
        return Response(write_many(request.data, LeadBody, self.write))

    @extend_schema(request=LeadChanges, responses={200: LeadDocument, 204: OUT_OF_SIGHT})
    @transaction.atomic
    def change(self, request: Request, pk: int) -> Response:
        """Change fields by hand; the change can be undone on the lead's page."""
        lead = standing_lead(self.get_queryset(), pk)
        body = LeadChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = {name: None if value == "" else value for name, value in body.validated_data.items()}
        gate.must_hold_to_change(lead, changes, self.person)
        edit_lead(lead, changes, actor=self.person, now=now(), expected_version=expected_version(request))
        return self.shown_or_gone(pk)

    @extend_schema(request=StageMove, responses={200: LeadDocument})
    @idempotent
    def stage(self, request: Request, pk: int) -> Response:
        """Move the lead; 409 `stage_changed` where it is in another stage than `expected`.

        A move to where an open offer leads, or beyond, accepts it; 409 `on_offer` where somebody else is to decide.
        """
        lead = standing_lead(self.get_queryset(), pk)
        body = StageMove(data=request.data)
        body.is_valid(raise_exception=True)
        told = {name: value or None for name, value in body.validated_data.items() if name != "to"}
        gate.move(lead, body.validated_data["to"], by=self.person, now=now(), **told)
        return self.shown(pk)

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def export(self, _request: Request, pk: int) -> Response:
        """Everything that is known about this person. For operators and the leads of marketing and sales."""
        lead = standing_lead(self.get_queryset(), pk)
        if not may_take_out(self.person):
            raise PermissionDenied(
                "Operators and the leads of marketing and sales take out what is known about somebody."
            )
        return Response(export(lead, now=now()))

    @extend_schema(request=None, responses={200: LeadDocument})
    @idempotent
    def erase(self, _request: Request, pk: int) -> Response:
        """Remove whatever says who this is; rows and counts stay. For operators; cannot be undone."""
        lead = standing_lead(self.get_queryset(), pk)
        if not self.person.is_operator:
            raise PermissionDenied("Only operators erase.")
        if lead.erased_at is None:
            erase(lead, now=now(), actor_id=self.person.pk)
        return self.shown(pk)
