"""`/api/v1/agreements/{id}/comments` and `/backtest`: what is said about a version, and what it would have done."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.agreements.api.bodies import BacktestBody, CommentBody
from alignment.agreements.api.collections import AboutAgreements
from alignment.agreements.api.describing import Description
from alignment.agreements.api.documents import BacktestBrief, BacktestShown, CommentShown
from alignment.agreements.backtests import DEFAULT_DAYS, ask_backtest
from alignment.agreements.comments import comment
from alignment.agreements.models import Backtest, Comment, Version
from alignment.agreements.selectors import versions
from alignment.api.idempotency import idempotent
from alignment.attempts import again_after_deadlock
from alignment.clock import now


class OfOneVersion(AboutAgreements):
    """What lies under a version."""

    filter_backends = ()

    def about(self) -> Version:
        """The version, or 404."""
        found = versions(self.person).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class Comments(OfOneVersion):
    """What was said about a version, in order."""

    queryset = Comment.objects.all()
    serializer_class = CommentShown

    def visible(self) -> QuerySet[Comment]:
        return Comment.objects.filter(version=self.about()).select_related("author")

    @extend_schema(request=CommentBody, responses={201: CommentShown})
    @again_after_deadlock
    @idempotent
    def create(self, request: Request, pk: int) -> Response:
        """Say something, or answer a comment with `parent`; what was said stays."""
        about = self.about()
        sent = CommentBody(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        made = comment(about, said["body"], by=self.person, now=now(), parent_id=said.get("parent"))
        return Response(self.get_serializer(made).data, status=201)


class Backtests(OfOneVersion):
    """What a version would have done with the past, the latest first."""

    queryset = Backtest.objects.all()
    serializer_class = BacktestBrief
    orders = ("-id", "id")

    def visible(self) -> QuerySet[Backtest]:
        return Backtest.objects.filter(version=self.about()).select_related("asked_by").defer("result")

    @extend_schema(responses={200: BacktestShown})
    def one(self, _request: Request, pk: int, backtest: int) -> Response:
        """One of them, with its result once it is done."""
        found = self.get_queryset().defer(None).filter(pk=backtest).first()
        if found is None:
            raise Http404
        return Response(BacktestShown(found, context=self.get_serializer_context()).data)

    @extend_schema(request=BacktestBody, responses={202: BacktestBrief})
    @again_after_deadlock
    @idempotent
    def create(self, request: Request, pk: int) -> Response:
        """Have it computed; watch `url` until its state is done or failed."""
        about = self.about()
        sent = BacktestBody(data=request.data or {})
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        made = ask_backtest(
            about,
            by=self.person,
            now=now(),
            days=asked.get("days", DEFAULT_DAYS),
            ends_at=asked.get("ends_at"),
            sampled=asked["sampled"],
        )
        document = self.get_serializer(made).data
        place = Description(request).url(about.pk, "api-agreement-backtest", made.pk)
        return Response(document, status=202, headers={"Location": place})
