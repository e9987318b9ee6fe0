"""`/api/v1/leads/{id}/consents`: what a person allowed us, for which purpose and since when."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from leads.api.bodies import ConsentBody
from leads.api.documents import ConsentDocument
from leads.api.moments import not_in_the_future
from leads.api.scope import standing_lead
from leads.privacy.consents import NewConsent, record_consents
from leads.privacy.models import Consent
from leads.records.models import Lead


class Consents(Collection):
    """The log of one lead."""

    queryset = Consent.objects.all()
    serializer_class = ConsentDocument
    filter_backends = ()
    orders = ("at", "-at")

    def visible(self) -> QuerySet[Consent]:
        return Consent.objects.filter(lead=self.lead())

    def lead(self) -> Lead:
        """The lead of the address, or 404; `merged` (409) where it became another."""
        return standing_lead(Lead.objects.visible_to(self.person), self.kwargs["pk"])

    def list(self, request: Request, *args: Any, **_kwargs: Any) -> Response:
        return super().list(request, *args)

    @extend_schema(
        request=ConsentBody,
        responses={201: ConsentDocument, 200: OpenApiResponse(ConsentDocument, description="It was known already.")},
    )
    @idempotent
    def create(self, request: Request, pk: int) -> Response:
        """Record consent; 200 where this was known already, with the row that says so."""
        body = ConsentBody(data=request.data)
        body.is_valid(raise_exception=True)
        said, moment = body.validated_data, now()
        not_in_the_future("at", said.get("at"), moment)
        row = NewConsent(
            self.lead().pk, said["purpose"], said["state"], said.get("at") or moment, source=said.get("source")
        )
        new = record_consents([row], now=moment, actor_id=self.person.pk)
        return Response(ConsentDocument(_saying(row, new)).data, status=201 if new else 200)


def _saying(row: NewConsent, new: list[int]) -> Consent:
    """The row of the log that says it: the new one, or the one that said it before."""
    if new:
        return Consent.objects.get(pk=new[0])
    rows = Consent.objects.filter(lead_id=row.lead_id, purpose=row.purpose, at__lte=row.at)
    return rows.order_by("-at", "-id")[0]
