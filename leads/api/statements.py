"""`/api/v1/leads/{id}/statements`: what each system said last of a lead. Not for partners."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.views import Collection
from alignment.people.selectors import sees_everything
from leads.api.scope import standing_lead
from leads.records.models import Lead, Statement
from leads.selectors.statements import voices_of


class VoiceDocument(serializers.Serializer[Any]):
    """What one record of a system said last of each plain field."""

    system = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="Null where the system names the lead by e-mail.")
    said_at = serializers.DateTimeField(help_text="When it last said something new.")
    said = serializers.DictField(child=serializers.CharField(), help_text="Field → value, as it came in.")


class VoiceDocuments(serializers.Serializer[Any]):
    """All of them, the latest word first."""

    results = VoiceDocument(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Statements(Collection):
    """Who spoke of one lead."""

    queryset = Statement.objects.none()
    serializer_class = VoiceDocument
    filter_backends = ()

    @extend_schema(responses={200: VoiceDocuments}, filters=False)
    def spoken(self, _request: Request, pk: int) -> Response:
        """What each system said last, for those who see every lead."""
        lead = standing_lead(Lead.objects.visible_to(self.person), pk)
        if not sees_everything(self.person):
            raise PermissionDenied("What each system says is for people who see every lead.")
        return Response({"results": VoiceDocument(voices_of(lead), many=True).data, "next": None, "previous": None})
