"""`/api/v1/activities` and `/api/v1/stage-changes`: the logs of what happened with leads, and of where they went."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.idempotency import idempotent
from alignment.api.rows import BulkBody, BulkResults, write_many, write_one
from alignment.api.views import Collection
from alignment.clock import now
from alignment.ui.exports import Export
from leads.activities.log import log_activities
from leads.activities.models import Activity
from leads.activities.rows import ActivityRow
from leads.api.bodies import ActivityBody
from leads.api.documents import ActivityDocument, StageChangeDocument
from leads.api.filters import ActivityFilters, StageChangeFilters
from leads.api.scope import of_seen_leads, with_visible_leads
from leads.exports.activities import activities_export
from leads.exports.stages import stages_export
from leads.lifecycle.models import StageChange
from leads.outcome import RowResult
from leads.records.wishes import scope_of


class Activities(Collection):
    """What happened with the leads that the caller may see."""

    queryset = Activity.objects.all()
    serializer_class = ActivityDocument
    filterset_class = ActivityFilters
    orders = ("-id", "id", "-at", "at")

    def visible(self) -> QuerySet[Activity]:
        return of_seen_leads(Activity.objects.select_related("by", "campaign"), self.person)

    def as_file(self, rows: QuerySet[Activity]) -> Export:
        return activities_export(self.person, rows, as_of=now())

    def write(self, rows: Sequence[ActivityRow]) -> list[RowResult]:
        seen = with_visible_leads(rows, self.person)
        return log_activities(seen, now=now(), actor_id=self.person.pk, scope=scope_of(self.person))

    @extend_schema(
        request=ActivityBody,
        responses={201: ActivityDocument, 200: OpenApiResponse(ActivityDocument, description="It was logged already.")},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Log something that happened; 200 where this system and external_id are logged already."""
        body = ActivityBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.made(write_one(body.row(), self.write))

    @extend_schema(request=BulkBody, responses={200: BulkResults})
    @idempotent
    def bulk(self, request: Request) -> Response:
        """Up to a thousand at once, as `POST /activities` takes them; each fares for itself."""
        return Response(write_many(request.data, ActivityBody, self.write))


class StageChanges(Collection):
    """The log of stages of the leads that the caller may see. Leads are moved by `POST /leads/{id}/stage`."""

    queryset = StageChange.objects.all()
    serializer_class = StageChangeDocument
    filterset_class = StageChangeFilters
    orders = ("-id", "id", "-at", "at")

    def visible(self) -> QuerySet[StageChange]:
        return of_seen_leads(StageChange.objects.select_related("actor", "by", "owner", "team", "void"), self.person)

    def as_file(self, rows: QuerySet[StageChange]) -> Export:
        """Without what was taken back, as the file can be brought in."""
        return stages_export(self.person, rows.filter(void=None), as_of=now())
