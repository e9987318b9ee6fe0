"""`/api/v1/leads/{id}/routing`: what would happen to this lead at an instant, and why?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.fields import Body, Moment
from alignment.api.views import Collection
from alignment.clock import now
from leads.definitions.explaining import Part
from leads.handoffs.routing.explaining import Routing, routing_of
from leads.records.models import Lead


class VerdictDocument(serializers.Serializer[Any]):
    """Whether something holds: a stable code, and a sentence."""

    passed = serializers.BooleanField()
    code = serializers.CharField()
    reason = serializers.CharField()


class RuleDocument(serializers.Serializer[Any]):
    """A rule in force at the instant, and its verdict."""

    key = serializers.CharField()
    title = serializers.CharField()
    order = serializers.IntegerField()
    version = serializers.IntegerField(source="version_id")
    number = serializers.IntegerField()
    verdict = VerdictDocument()
    parts = serializers.SerializerMethodField(
        help_text="Its conditions: what each asks for, whether it held, what was found."
    )

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_parts(self, rule: Any) -> list[dict[str, object]]:
        return [_part(part) for part in rule.parts]


class StepDocument(serializers.Serializer[Any]):
    """What one strategy of the winning rule said."""

    strategy = serializers.CharField()
    title = serializers.CharField()
    verdict = VerdictDocument()


class ReceiverOfLead(serializers.Serializer[Any]):
    """Who would get it; `user` null: anybody of the team."""

    user = serializers.IntegerField(source="user_id", allow_null=True)
    name = serializers.CharField(source="user", allow_null=True)
    team = serializers.IntegerField(source="team_id")
    team_name = serializers.CharField(source="team")


class RoutingDocument(serializers.Serializer[Routing]):
    """What would happen to a lead at an instant, and why."""

    lead = serializers.IntegerField(source="lead_id")
    at = serializers.DateTimeField()
    verdict = VerdictDocument()
    winner = serializers.CharField(allow_null=True, help_text="The key of the rule that takes the lead.")
    rules = RuleDocument(many=True, help_text="Every rule, in the order in which they are tried.")
    steps = StepDocument(many=True)
    receiver = ReceiverOfLead(allow_null=True)
    accept_by = serializers.DateTimeField(allow_null=True)
    contact_by = serializers.DateTimeField(allow_null=True)


class AtInstant(Body):
    """About which instant."""

    at = Moment()


class LeadRouting(Collection):
    """What would happen to a lead that the caller may see."""

    queryset = Lead.objects.all()
    serializer_class = RoutingDocument
    filter_backends = ()
    pagination_class = None

    def visible(self) -> QuerySet[Lead]:
        return Lead.objects.visible_to(self.person)

    @extend_schema(
        parameters=[OpenApiParameter("at", OpenApiTypes.DATETIME, description="Now, where it is left out.")],
        responses={200: RoutingDocument},
    )
    def routing(self, request: Request, pk: int) -> Response:
        """Each rule with its verdict, the winner, what its strategies say, the receiver and the deadlines. Changes nothing."""
        lead = self.found(pk)
        asked = AtInstant(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        moment = now()
        at: datetime = asked.validated_data.get("at") or moment
        return Response(RoutingDocument(routing_of(lead, at=at, user=self.person, now=moment)).data)


def _part(part: Part) -> dict[str, object]:
    return {
        "text": part.text,
        "held": part.held,
        "missing": part.missing,
        "found": part.found,
        "joined": part.joined,
        "parts": [_part(one) for one in part.parts],
    }
