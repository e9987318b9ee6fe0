"""`/api/v1/campaigns`, `/api/v1/spend`, `/api/v1/series`: what marketing runs, what it costs, numbers from outside. Not for partners."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.rows import write_one
from alignment.api.versions import expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.outcome import RowResult
from alignment.people.models import User
from alignment.people.selectors import sees_everything
from alignment.programs.api.bodies import CampaignBody, CampaignChanges, SeriesBody, SpendBody
from alignment.programs.api.documents import CampaignDocument, SeriesDocument, SpendDocument
from alignment.programs.api.filters import CampaignFilters, SeriesFilters, SpendFilters
from alignment.programs.models import Campaign, Series, Spend
from alignment.programs.save import (
    CampaignRow,
    SeriesRow,
    SpendRow,
    edit_campaign,
    save_campaigns,
    save_series,
    save_spend,
)


def must_see_everything(person: User) -> None:
    """Refuses those who see their own leads only, or none."""
    if not sees_everything(person):
        raise PermissionDenied("Campaigns, spend and series are for people who see every lead.")


class Campaigns(Collection):
    """Campaigns, for those who see every lead."""

    queryset = Campaign.objects.all()
    serializer_class = CampaignDocument
    filterset_class = CampaignFilters
    orders = ("-id", "id", "-created_at", "created_at")

    def visible(self) -> QuerySet[Campaign]:
        return Campaign.objects.all() if sees_everything(self.person) else Campaign.objects.none()

    def write(self, rows: Sequence[CampaignRow]) -> list[RowResult]:
        return save_campaigns(rows, now=now(), actor_id=self.person.pk)

    @extend_schema(
        request=CampaignBody,
        responses={
            201: CampaignDocument,
            200: OpenApiResponse(CampaignDocument, description="It was there; it is up to date now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a campaign, or bring the one that has this identity or name up to date."""
        must_see_everything(self.person)
        body = CampaignBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.made(write_one(body.row(), self.write))

    @extend_schema(request=CampaignChanges, responses={200: CampaignDocument})
    @transaction.atomic
    def change(self, request: Request, pk: int) -> Response:
        """Change fields by hand."""
        campaign = self.found(pk)
        body = CampaignChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = {name: None if value == "" else value for name, value in body.validated_data.items()}
        edit_campaign(campaign, changes, expected_version=expected_version(request))
        return self.shown(pk)


class SpendEntries(Collection):
    """What campaigns and channels cost, for those who see every lead."""

    queryset = Spend.objects.all()
    serializer_class = SpendDocument
    filterset_class = SpendFilters
    orders = ("-starts_on", "starts_on", "id", "-id")

    def visible(self) -> QuerySet[Spend]:
        return Spend.objects.select_related("campaign") if sees_everything(self.person) else Spend.objects.none()

    def write(self, rows: Sequence[SpendRow]) -> list[RowResult]:
        return save_spend(rows, now=now(), actor_id=self.person.pk)

    @extend_schema(
        request=SpendBody,
        responses={
            201: SpendDocument,
            200: OpenApiResponse(SpendDocument, description="It was there; it is up to date now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Enter what was spent, or bring what has this system and external_id up to date."""
        must_see_everything(self.person)
        body = SpendBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.made(write_one(body.row(), self.write))


class SeriesEntries(Collection):
    """Numbers from outside by day, for those who see every lead."""

    queryset = Series.objects.all()
    serializer_class = SeriesDocument
    filterset_class = SeriesFilters
    orders = ("-date", "date", "id", "-id")

    def visible(self) -> QuerySet[Series]:
        return Series.objects.select_related("campaign") if sees_everything(self.person) else Series.objects.none()

    def write(self, rows: Sequence[SeriesRow]) -> list[RowResult]:
        return save_series(rows, now=now(), actor_id=self.person.pk)

    @extend_schema(
        request=SeriesBody,
        responses={
            201: SeriesDocument,
            200: OpenApiResponse(SeriesDocument, description="It was there; the value is this one now."),
        },
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Enter what a number was on a day, or correct it."""
        must_see_everything(self.person)
        body = SeriesBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.made(write_one(body.row(), self.write))
