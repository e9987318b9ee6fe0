"""`/api/v1/channels`: where chats are told what people are told. For operators, and for leads about their own team's."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.fields import Body
from alignment.api.filters import Filters
from alignment.api.idempotency import idempotent
from alignment.api.versions import expected_version
from alignment.api.views import Collection
from alignment.clock import now
from alignment.outbox import channels
from alignment.outbox.channels import Wish
from alignment.outbox.models import Channel
from alignment.outcome import RowResult


class ChannelDocument(serializers.ModelSerializer[Channel]):
    """One channel. Of its address only the kind of chat and the host are shown."""

    kind = serializers.SerializerMethodField()
    host = serializers.SerializerMethodField()

    class Meta:
        model = Channel
        fields = (
            "id", "name", "kind", "host", "team", "wants", "active", "failing_since", "last_error", "created_at",
            "version",
        )  # fmt: skip
        read_only_fields = fields
        extra_kwargs = {"team": {"help_text": "Null: everybody's messages."}}

    def get_kind(self, channel: Channel) -> str | None:
        address = channels.address_of(channel)
        return address.kind if address else None

    def get_host(self, channel: Channel) -> str | None:
        address = channels.address_of(channel)
        return address.host if address else None


class ChannelBody(Body):
    """A channel to add; to change one, any of it."""

    name = serializers.CharField(max_length=1_000)
    url = serializers.CharField(
        max_length=4_000, write_only=True, help_text="The webhook's address, as the chat shows it."
    )
    team = serializers.IntegerField(allow_null=True, required=False, help_text="Null: everybody's messages.")
    wants = serializers.ListField(child=serializers.CharField(max_length=30), max_length=20)
    active = serializers.BooleanField(required=False, default=True)


class ChannelFilters(Filters):
    """`team`, `active`."""

    team = filters.NumberFilter(field_name="team_id")
    active = filters.BooleanFilter()

    class Meta(Filters.Meta):
        model = Channel
        fields: list[str] = []


class Channels(Collection):
    """The channels that are the caller's to manage."""

    queryset = Channel.objects.all()
    serializer_class = ChannelDocument
    filterset_class = ChannelFilters

    def visible(self) -> QuerySet[Channel]:
        if not channels.may_manage(self.person):
            raise PermissionDenied("Operators manage channels, and leads those of their team.")
        return channels.visible_to(self.person)

    @extend_schema(request=ChannelBody, responses={201: ChannelDocument})
    @idempotent
    def create(self, request: Request) -> Response:
        """Add a channel."""
        body = ChannelBody(data=request.data)
        body.is_valid(raise_exception=True)
        channel = channels.add_channel(_wish({"team": None, **body.validated_data}), by=self.person, now=now())
        return self.made(RowResult(0, "created", channel.pk))

    @extend_schema(request=ChannelBody, responses={200: ChannelDocument})
    def change(self, request: Request, pk: int) -> Response:
        """Change some of it."""
        channel = self.found(pk)
        body = ChannelBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        was = {
            "name": channel.name, "url": "", "team": channel.team_id, "wants": channel.wants, "active": channel.active,
        }  # fmt: skip
        changes = _wish({**was, **body.validated_data})
        channels.change_channel(channel, changes, by=self.person, now=now(), expected=expected_version(request))
        return self.shown(pk)

    @extend_schema(request=None, responses={204: None})
    def remove(self, _request: Request, pk: int) -> Response:
        """Take it away, with what was to be said there."""
        channels.remove_channel(self.found(pk))
        return Response(status=204)

    @extend_schema(request=None, responses={200: ChannelDocument})
    def test(self, _request: Request, pk: int) -> Response:
        """Send a test at once; 422 `not_taken` where it does not arrive."""
        channels.send_test(self.found(pk), by=self.person, now=now())
        return self.shown(pk)


def _wish(stated: dict[str, object]) -> Wish:
    return Wish(**{"team_id" if name == "team" else name: value for name, value in stated.items()})  # type: ignore[arg-type]
