"""`/api/v1/duplicates` and `/api/v1/merges`: pairs that may be one person, and leads made one by a person's word."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.fields import Body
from alignment.api.filters import Filters, IdFilter
from alignment.api.idempotency import idempotent
from alignment.api.views import Collection
from alignment.clock import now
from alignment.refusals import FieldError, Refused
from leads.duplicates import selectors
from leads.duplicates.dismissing import dismiss, reopen
from leads.duplicates.fields import BY_KEY, SURVIVOR
from leads.duplicates.merging import merge
from leads.duplicates.models import Merge, Pair
from leads.duplicates.undoing import undo
from leads.records.models import Lead


class PairLead(serializers.ModelSerializer[Lead]):
    """One of the two leads, as far as it takes to tell them apart."""

    company = serializers.CharField(source="company.name", default=None, allow_null=True)
    owner = serializers.CharField(source="owner.label", default=None, allow_null=True)
    stage = serializers.CharField(source="stage_id", allow_null=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "name",
            "email",
            "phone",
            "company",
            "stage",
            "owner",
            "created_at",
            "merged_into_id",
            "version",
        )
        read_only_fields = fields


class Reason(serializers.Serializer[Any]):
    """One criterion that the two meet."""

    criterion = serializers.CharField()
    says = serializers.CharField()


class PairDocument(serializers.ModelSerializer[Pair]):
    """Two leads that may be one person."""

    leads = serializers.SerializerMethodField(help_text="Both, the one with the smaller id first.")
    reasons = Reason(many=True)
    decided_by = serializers.CharField(source="decided_by.label", default=None, allow_null=True)

    class Meta:
        model = Pair
        fields = ("id", "leads", "score", "reasons", "state", "found_at", "decided_at", "decided_by")
        read_only_fields = fields

    @extend_schema_field(PairLead(many=True))
    def get_leads(self, pair: Pair) -> list[dict[str, Any]]:
        """As both are now."""
        return [dict(PairLead(lead).data) for lead in (pair.first, pair.second)]


class MergeDocument(serializers.ModelSerializer[Merge]):
    """One lead taken into another. It stands while `undone_at` is null."""

    by = serializers.CharField(source="by.label")
    undone_by = serializers.CharField(source="undone_by.label", default=None, allow_null=True)
    moved = serializers.SerializerMethodField(help_text="How many rows went over, by what they are.")
    stayed = serializers.SerializerMethodField(
        help_text="What stayed with the survivor when it was undone, since it was decided."
    )

    class Meta:
        model = Merge
        fields = ("id", "survivor_id", "other_id", "at", "by", "choices", "moved", "undone_at", "undone_by", "stayed")
        read_only_fields = fields

    def get_moved(self, merge: Merge) -> dict[str, int]:
        """By holding."""
        return {key: len(ids) for key, ids in merge.moved.items() if ids}

    def get_stayed(self, merge: Merge) -> dict[str, int]:
        """By holding."""
        return {key: len(ids) for key, ids in merge.made.get("stayed", {}).items()}


class ChosenBody(Body):
    """Which of the two goes on, and whose values are kept."""

    survivor = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the lead that goes on.")
    choices = serializers.DictField(
        child=serializers.CharField(max_length=10), required=False, default=dict,
        help_text=f"`survivor` or `other` for any of {', '.join(BY_KEY)}; by default the {SURVIVOR}'s where it has one.",
    )  # fmt: skip


class MergeBody(ChosenBody):
    """Any two leads."""

    other = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="The id of the lead taken into it.")


class PairFilters(Filters):
    """By state, and of one lead."""

    state = filters.ChoiceFilter(choices=Pair.State.choices)
    lead = IdFilter(method="of_lead")

    class Meta(Filters.Meta):
        model = Pair
        fields: tuple[str, ...] = ()

    def of_lead(self, pairs: QuerySet[Pair], _name: str, lead_id: int) -> QuerySet[Pair]:
        return pairs.filter(Q(first=lead_id) | Q(second=lead_id))


class MergeFilters(Filters):
    """By the leads concerned."""

    survivor = IdFilter(field_name="survivor_id")
    other = IdFilter(field_name="other_id")

    class Meta(Filters.Meta):
        model = Merge
        fields: tuple[str, ...] = ()


class Duplicates(Collection):
    """Pairs of which the caller may see both leads, the likeliest first."""

    queryset = Pair.objects.all()
    serializer_class = PairDocument
    filterset_class = PairFilters
    orders = ("-score", "-id", "id", "-found_at", "found_at")

    def visible(self) -> QuerySet[Pair]:
        return selectors.pairs_seen_by(self.person)

    @extend_schema(request=ChosenBody, responses={201: MergeDocument})
    @idempotent
    def merge(self, request: Request, pk: int) -> Response:
        """Make one lead of the two; everything of the other goes over to the survivor. It can be undone."""
        pair = self.found(pk)
        body = ChosenBody(data=request.data)
        body.is_valid(raise_exception=True)
        survivor = body.validated_data["survivor"]
        if survivor not in (pair.first_id, pair.second_id):
            detail = f"The survivor is one of the two: {pair.first_id} or {pair.second_id}."
            raise Refused("not_of_the_pair", detail, [FieldError("survivor", "not_of_the_pair", detail)], status=422)
        other = pair.second_id if survivor == pair.first_id else pair.first_id
        done = merge(survivor, other, body.validated_data["choices"], by=self.person, now=now())
        return Response(MergeDocument(done).data, status=201)

    @extend_schema(request=None, responses={200: PairDocument})
    @idempotent
    def dismiss(self, _request: Request, pk: int) -> Response:
        """Say that they are not the same; the pair does not come back."""
        dismiss(self.found(pk).pk, by=self.person, now=now())
        return self.shown(pk)

    @extend_schema(request=None, responses={200: PairDocument})
    @idempotent
    def reopen(self, _request: Request, pk: int) -> Response:
        """Take a dismissal back."""
        reopen(self.found(pk).pk, by=self.person)
        return self.shown(pk)


class Merges(Collection):
    """Merges into leads that the caller may see."""

    queryset = Merge.objects.all()
    serializer_class = MergeDocument
    filterset_class = MergeFilters
    orders = ("-id", "id")

    def visible(self) -> QuerySet[Merge]:
        return selectors.merges_seen_by(self.person)

    @extend_schema(
        request=MergeBody,
        responses={201: MergeDocument, 200: OpenApiResponse(MergeDocument, description="They were one already.")},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Make one lead of any two that the caller may see."""
        body = MergeBody(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        there = selectors.standing_merge(said["survivor"], said["other"], self.person)
        done = there or merge(said["survivor"], said["other"], said["choices"], by=self.person, now=now())
        return Response(MergeDocument(done).data, status=200 if there else 201)

    @extend_schema(request=None, responses={200: MergeDocument})
    @idempotent
    def undo(self, _request: Request, pk: int) -> Response:
        """Make two of them again, to the byte; what came since stays with the survivor."""
        undo(self.found(pk).pk, by=self.person, now=now())
        return self.shown(pk)
