"""`/api/v1/agreements/suggest`: where could a definition start, from history? The answer is a draft."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.agreements.api.access import ReadersOnly
from alignment.agreements.entitlement import may_read
from alignment.api.fields import Body
from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from alignment.refusals import FieldError, Refused
from leads.definitions.suggesting.asking import ask_suggestion
from leads.definitions.suggesting.models import SuggestionRun
from leads.definitions.terms import KIND


class SuggestionBody(Body):
    """For which agreement."""

    kind = serializers.CharField(max_length=40, required=False, default=KIND, help_text=f"`{KIND}` is the only one.")
    key = serializers.CharField(max_length=100, help_text="The stage: `mql`.")


class SuggestionDocument(serializers.Serializer[SuggestionRun]):
    """A wish for a suggestion, and how far it is."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField(help_text="Where to watch it.")
    kind = serializers.SerializerMethodField()
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=SuggestionRun.State.choices)
    progress = serializers.FloatField(help_text="0 to 1.")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(source="version_id", allow_null=True, help_text="The id of the draft.")
    evidence = serializers.JSONField(allow_null=True, help_text="What it was learned from, and how well it does.")
    code = serializers.CharField(help_text="Why it failed: `too_little_history`, `nothing_learned`; empty otherwise.")
    error = serializers.CharField(help_text="The same in a sentence.")

    def get_url(self, run: SuggestionRun) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(reverse("api-suggestion", args=[run.pk]))

    def get_kind(self, _run: SuggestionRun) -> str:
        return KIND


class Suggestions(Collection):
    """Definitions learned from history."""

    queryset = SuggestionRun.objects.all()
    serializer_class = SuggestionDocument
    permission_classes = (ReadersOnly,)
    filter_backends = ()

    def visible(self) -> QuerySet[SuggestionRun]:
        return SuggestionRun.objects.all() if may_read(self.person) else SuggestionRun.objects.none()

    @extend_schema(responses={200: SuggestionDocument})
    def one(self, _request: Request, pk: int) -> Response:
        """How far it is; once it is done, the id of its draft."""
        return self.shown(pk)

    @extend_schema(request=SuggestionBody, responses={202: SuggestionDocument})
    @idempotent
    def create(self, request: Request) -> Response:
        """Have a definition learned from won and lost leads; watch `url` until its state is done or failed."""
        sent = SuggestionBody(data=request.data)
        sent.is_valid(raise_exception=True)
        kind, key = sent.validated_data["kind"], sent.validated_data["key"]
        if kind != KIND:
            detail = f"Nothing can be suggested for “{kind}”; it can for {KIND}."
            raise Refused("no_suggestion", detail, [FieldError("kind", "no_suggestion", detail)])
        run = ask_suggestion(key, by=self.person, now=now())
        document = self.get_serializer(run).data
        return Response(document, status=202, headers={"Location": document["url"]})
