"""`/api/v1/handoffs`: who was offered which lead, and everything that may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.api.fields import Body
from alignment.api.idempotency import idempotent
from alignment.api.schema import OUT_OF_SIGHT
from alignment.api.versions import expected_version, version_changed
from alignment.api.views import Collection
from alignment.attempts import again_after_deadlock
from alignment.clock import now
from leads.handoffs import contacting, deciding, holding, passing, returning, withdrawing
from leads.handoffs.api.bodies import ContactBody, HandoffBody, HoldBody, ReceiverBody, WhyBack, WithdrawBody
from leads.handoffs.api.documents import HandoffDocument
from leads.handoffs.api.filters import HandoffFilters
from leads.handoffs.models import Handoff
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.reading import seen_by, with_clocks, with_everybody
from leads.handoffs.taking import locked
from leads.records.models import Lead

CHANGED = {200: HandoffDocument, 204: OUT_OF_SIGHT}


class Handoffs(Collection):
    """Handoffs of the leads that the caller may see; a partner's people see those to their own team."""

    queryset = Handoff.objects.all()
    serializer_class = HandoffDocument
    filterset_class = HandoffFilters
    orders = ("-offered_at", "offered_at", "id", "-id")

    def visible(self) -> QuerySet[Handoff]:
        seen = seen_by(self.person)
        shown = with_everybody(seen).select_related(None)  # of the lead its id alone
        return with_clocks(shown).annotate(
            seen_replaces=Subquery(seen.filter(pk=OuterRef("replaces_id")).values("pk")[:1]),
            seen_replaced_by=Subquery(seen.filter(replaces=OuterRef("pk")).values("pk")[:1]),
        )

    @extend_schema(request=HandoffBody, responses={201: HandoffDocument})
    @again_after_deadlock
    @idempotent
    def create(self, request: Request) -> Response:
        """Hand a lead over by a rule in force, to somebody or to whom the rule finds."""
        sent = data_of(HandoffBody, request)
        lead = Lead.objects.visible_to(self.person).filter(pk=sent["lead"]).first()
        if lead is None:
            raise ValidationError({"lead": "There is no lead of this id."}, code="unknown_lead")
        made = offer_by_hand(
            lead,
            sent["rule"],
            by=self.person,
            to_user_id=sent.get("to_user"),
            to_team_id=sent.get("to_team"),
            now=now(),
        )
        return self.shown_new(made.pk)

    @extend_schema(request=None, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def accept(self, request: Request, pk: int) -> Response:
        """Take the lead; 409 `already_decided` says who was faster."""
        return self.stepped(request, pk, deciding.accept)

    @extend_schema(request=WhyBack, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def reject(self, request: Request, pk: int) -> Response:
        """Turn the lead down for an agreed reason, which says where it goes."""
        return self.stepped(request, pk, deciding.reject, WhyBack)

    @extend_schema(request=WhyBack, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def give_back(self, request: Request, pk: int) -> Response:
        """Give an accepted lead back for an agreed reason."""
        return self.stepped(request, pk, returning.give_back, WhyBack)

    @extend_schema(request=WhyBack, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def explain(self, request: Request, pk: int) -> Response:
        """Say later why a lead came back that came without a reason."""
        return self.stepped(request, pk, returning.explain, WhyBack)

    @extend_schema(request=HoldBody, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def hold(self, request: Request, pk: int) -> Response:
        """Let the clocks stand still while somebody outside is waited for."""
        return self.stepped(request, pk, holding.hold, HoldBody)

    @extend_schema(request=None, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def resume(self, request: Request, pk: int) -> Response:
        """End the wait: what was left on the clocks runs on."""
        return self.stepped(request, pk, holding.resume)

    @extend_schema(request=ContactBody, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def contacted(self, request: Request, pk: int) -> Response:
        """Log a call, mail or meeting with the lead."""
        return self.stepped(request, pk, contacting.contacted, ContactBody)

    @extend_schema(request=WithdrawBody, responses=CHANGED)
    @again_after_deadlock
    @idempotent
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take an open offer back."""
        return self.stepped(request, pk, withdrawing.withdraw, WithdrawBody)

    @extend_schema(request=ReceiverBody, responses={201: HandoffDocument, 204: OUT_OF_SIGHT})
    @again_after_deadlock
    @idempotent
    def reassign(self, request: Request, pk: int) -> Response:
        """Pass it on to another person or team of the receiving side: 201 with the new handoff."""
        self.as_expected(request, pk)
        sent = data_of(ReceiverBody, request)
        to = {"to_user_id": sent.get("to_user"), "to_team_id": sent.get("to_team")}
        return self.shown_new(passing.reassign(pk, by=self.person, now=now(), **to).pk)

    def stepped(
        self, request: Request, pk: int, step: Callable[..., Handoff], body: type[Body] | None = None
    ) -> Response:
        """Take a step, held to the `If-Match` of the caller where there is one, and show the handoff as it is then."""
        self.as_expected(request, pk)
        step(pk, by=self.person, now=now(), **(data_of(body, request) if body is not None else {}))
        return self.shown_or_gone(pk)

    def as_expected(self, request: Request, pk: int) -> None:
        """Locked until the answer is there, and as the caller saw it; 404 or 412 otherwise."""
        expected = expected_version(request)
        if expected is not None and locked(pk, by=self.person).version != expected:
            raise version_changed()

    def shown_new(self, pk: int) -> Response:
        answer = self.shown_or_gone(pk, status=201)
        answer["Location"] = self.request.build_absolute_uri(f"/api/v1/handoffs/{pk}")
        return answer


def data_of(body: type[Body], request: Request) -> dict[str, Any]:
    """What was sent; empty texts and nulls say nothing."""
    sent = body(data=request.data or {})
    sent.is_valid(raise_exception=True)
    return {name: value for name, value in sent.validated_data.items() if value is not None and value != ""}
