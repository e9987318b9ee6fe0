"""`/api/v1/receivers` and `/api/v1/absences`: how many leads people take, of what, and when they are away."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.fields import Body, Text
from alignment.api.filters import Filters, IdFilter
from alignment.api.idempotency import idempotent
from alignment.api.versions import etag, expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.people.models import Role, User
from alignment.people.selectors import people_visible_to
from leads.handoffs.models import Absence, Receiver
from leads.handoffs.receivers import Takes, add_absence, remove_absence, set_receiver

BIGGEST = 2**63 - 1


class ReceiverBody(Body):
    """What to change of what somebody takes; what is left out stays."""

    takes_leads = serializers.BooleanField(required=False)
    capacity = serializers.DecimalField(
        max_digits=8, decimal_places=2, required=False, allow_null=True, help_text="Leads a period; null: no limit."
    )
    period = serializers.ChoiceField(choices=Receiver.Period.choices, required=False)
    skills = serializers.ListField(child=serializers.CharField(max_length=100), max_length=50, required=False)


class ReceiverDocument(serializers.Serializer[User]):
    """What somebody takes; who was never set takes leads without a limit."""

    user = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    team = serializers.IntegerField(source="team_id")
    takes_leads = serializers.SerializerMethodField()
    capacity = serializers.SerializerMethodField(help_text="Leads a period; null: no limit.")
    period = serializers.SerializerMethodField()
    skills = serializers.SerializerMethodField()
    since = serializers.SerializerMethodField(help_text="From when fractions of the capacity are counted.")
    version = serializers.SerializerMethodField()

    def get_takes_leads(self, person: User) -> bool:
        return set_for(person).takes_leads

    def get_capacity(self, person: User) -> str | None:
        capacity = set_for(person).capacity
        return None if capacity is None else str(capacity)

    def get_period(self, person: User) -> str:
        return set_for(person).period

    def get_skills(self, person: User) -> list[str]:
        return list(set_for(person).skills)

    def get_since(self, person: User) -> str | None:
        there: Receiver | None = getattr(person, "receiver", None)
        return None if there is None else there.since.isoformat()

    def get_version(self, person: User) -> int:
        return set_for(person).version


def set_for(person: User) -> Receiver:
    """What is set for this person; version 0 where nothing is."""
    found: Receiver | None = getattr(person, "receiver", None)
    return found if found is not None else Receiver(user_id=person.pk, version=0)


class ReceiverFilters(Filters):
    """Of which team."""

    team = IdFilter(field_name="team_id")

    class Meta(Filters.Meta):
        model = User
        fields: tuple[str, ...] = ()


class Receivers(Collection):
    """People in teams that the caller may see."""

    queryset = User.objects.all()
    serializer_class = ReceiverDocument
    filterset_class = ReceiverFilters

    def visible(self) -> QuerySet[User]:
        there = people_visible_to(self.person).filter(is_active=True, team__isnull=False).exclude(role=Role.MANAGER)
        return there.select_related("receiver")

    def shown(self, pk: int, *, status: int = 200) -> Response:
        person = self.found(pk)
        headers = {"ETag": etag(set_for(person).version)}
        return Response(self.get_serializer(person).data, status=status, headers=headers)

    @extend_schema(request=ReceiverBody, responses={200: ReceiverDocument})
    def change(self, request: Request, pk: int) -> Response:
        """Set what somebody takes. For leads of their team, and operators."""
        before = set_for(self.found(pk))
        body = ReceiverBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        kept = {name: getattr(before, name) for name in ("takes_leads", "capacity", "period", "skills")}
        takes = Takes(**{**kept, **body.validated_data})
        set_receiver(pk, takes, by=self.person, now=now(), expected_version=expected_version(request))
        return self.shown(pk)


class AbsenceBody(Body):
    """When somebody is away."""

    user = serializers.IntegerField(min_value=1, max_value=BIGGEST)
    first_day = serializers.DateField(help_text="In the reporting zone.")
    last_day = serializers.DateField(help_text="The last day away.")
    note = Text(max_length=200)


class AbsenceDocument(serializers.ModelSerializer[Absence]):
    """Somebody gets no leads from `since` until `until`."""

    class Meta:
        model = Absence
        fields = ("id", "user", "since", "until", "note")
        read_only_fields = fields


class AbsenceFilters(Filters):
    """Of whom, and which are not over."""

    user = IdFilter(field_name="user_id")

    class Meta(Filters.Meta):
        model = Absence
        fields: tuple[str, ...] = ()


class Absences(Collection):
    """Absences of people whom the caller may see."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceDocument
    filterset_class = AbsenceFilters
    orders = ("id", "-id")

    def visible(self) -> QuerySet[Absence]:
        return Absence.objects.filter(user__in=people_visible_to(self.person))

    @extend_schema(request=AbsenceBody, responses={201: AbsenceDocument})
    @idempotent
    def create(self, request: Request) -> Response:
        """Somebody is away. For themselves, leads of their team, and operators."""
        body = AbsenceBody(data=request.data)
        body.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(body.validated_data)
        note = said.pop("note", None) or ""
        absence = add_absence(said.pop("user"), note=note, by=self.person, now=now(), **said)
        answer = self.shown(absence.pk, status=201)
        answer["Location"] = f"{request.build_absolute_uri(request.path.rstrip('/'))}/{absence.pk}"
        return answer

    @extend_schema(responses={204: None})
    def remove(self, _request: Request, pk: int) -> Response:
        """They are there after all."""
        remove_absence(self.found(pk).pk, by=self.person, now=now())
        return Response(status=204)
