"""How agreements and their versions are shown, as OpenAPI tells it; `describing` fills them in."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alignment.agreements.api.describing import Description
from alignment.agreements.models import SIGNING_SIDES, Agreement, Backtest, Comment, Version
from alignment.agreements.selectors import STATES

LABEL = "Their e-mail, else their name."
BEGINNING = "Null: from the beginning of time."


class SignatureShown(serializers.Serializer[Any]):
    """One side's word."""

    side = serializers.ChoiceField(choices=SIGNING_SIDES)
    by = serializers.CharField(help_text=LABEL)
    team = serializers.CharField(help_text="The team they signed for.")
    at = serializers.DateTimeField()


class PeriodShown(serializers.Serializer[Any]):
    """When it was, is or will be in force: since ≤ t < until."""

    since = serializers.DateTimeField(allow_null=True, help_text=BEGINNING)
    until = serializers.DateTimeField(allow_null=True)


class OverrideShown(serializers.Serializer[Any]):
    """An operator put it in force without all signatures."""

    by = serializers.CharField(help_text=LABEL)
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    regularised_at = serializers.DateTimeField(allow_null=True, help_text="When the last missing side signed.")
    reverted_at = serializers.DateTimeField(allow_null=True, help_text="When it was taken back.")
    reverted_by = serializers.CharField(allow_null=True, help_text=LABEL)


class CommentShown(serializers.Serializer[Comment]):
    """What somebody said about a version."""

    id = serializers.IntegerField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        allow_null=True, help_text="The id of the comment that this one answers."
    )
    by = serializers.CharField(help_text=LABEL)
    at = serializers.DateTimeField()
    body = serializers.CharField()

    def to_representation(self, comment: Comment) -> dict[str, Any]:
        return Description.of(self.context).comment(comment)


class BacktestBrief(serializers.Serializer[Backtest]):
    """A question to the past, and how far its answer is."""

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="Where its result is, once it is done.")
    state = serializers.ChoiceField(choices=Backtest.State.choices)
    progress = serializers.FloatField(help_text="0 to 1.")
    days = serializers.IntegerField()
    ends_at = serializers.DateTimeField()
    sampled = serializers.BooleanField()
    asked_by = serializers.CharField(allow_null=True, help_text=LABEL)
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(help_text="Why it failed; empty otherwise.")

    def to_representation(self, backtest: Backtest) -> dict[str, Any]:
        return Description.of(self.context).backtest(backtest)


class BacktestShown(BacktestBrief):
    """The same with the wording that was tried and what came out."""

    terms = serializers.JSONField()
    result = serializers.JSONField(allow_null=True)

    def to_representation(self, backtest: Backtest) -> dict[str, Any]:
        return Description.of(self.context).evidence(backtest)


class VersionBrief(serializers.Serializer[Version]):
    """A version among others."""

    id = serializers.IntegerField()
    url = serializers.URLField(help_text="Its one address; its steps lie under it.")
    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField(help_text="Of the agreement, in words.")
    number = serializers.IntegerField(help_text="Within its agreement.")
    state = serializers.ChoiceField(choices=STATES)
    since = serializers.DateTimeField(
        allow_null=True, help_text="In force from; null also: from the beginning of time."
    )
    until = serializers.DateTimeField(allow_null=True, help_text="In force until.")
    unsigned_by = serializers.ListField(child=serializers.ChoiceField(choices=SIGNING_SIDES))
    overridden = serializers.BooleanField(help_text="Put in force by an operator, and not signed by all since.")
    terms = serializers.JSONField()
    schema = serializers.IntegerField(help_text="Of which form of the kind's terms.")
    sentences = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was rejected, withdrawn or put in force.")
    author = serializers.CharField(allow_null=True, help_text=LABEL)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    revision = serializers.IntegerField(help_text="Also its ETag.")
    effective_from = serializers.DateTimeField(allow_null=True, help_text="Not before; null: once it is signed.")
    review_by = serializers.DateField(allow_null=True)
    restored_from = serializers.IntegerField(allow_null=True, help_text="The number of the version it says again.")
    proposed_by = serializers.CharField(allow_null=True, help_text=LABEL)
    proposed_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True, help_text=LABEL)
    decided_at = serializers.DateTimeField(allow_null=True)
    signatures = SignatureShown(many=True)

    def to_representation(self, version: Version) -> dict[str, Any]:
        return Description.of(self.context).version(version)


class VersionShown(VersionBrief):
    """A version with everything that belongs to it."""

    compared_with = serializers.IntegerField(
        allow_null=True,
        help_text="The number of what will be in force when it takes effect, or was to be when it was proposed.",
    )
    difference = serializers.ListField(child=serializers.CharField(), help_text="What it changes about that, in words.")
    periods = PeriodShown(many=True)
    override = OverrideShown(allow_null=True)
    comments = CommentShown(many=True)
    backtests = BacktestBrief(many=True)

    def to_representation(self, version: Version) -> dict[str, Any]:
        return Description.of(self.context).whole_version(version)


class VersionLink(serializers.Serializer[Any]):
    """A version, briefly."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=STATES)
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    overridden = serializers.BooleanField()
    unsigned_by = serializers.ListField(child=serializers.ChoiceField(choices=SIGNING_SIDES))
    sentences = serializers.ListField(child=serializers.CharField())
    review_by = serializers.DateField(allow_null=True)


class WaitsFor(serializers.Serializer[Any]):
    """A side whose signature is still needed, and who may give it."""

    side = serializers.ChoiceField(choices=SIGNING_SIDES)
    leads = serializers.ListField(child=serializers.CharField(help_text=LABEL))


class AgreementShown(serializers.Serializer[Agreement]):
    """One thing that is agreed: what is in force, what is to come, and who still has to sign."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    created_at = serializers.DateTimeField()
    in_force = VersionLink(allow_null=True, help_text="Null: nothing is.")
    scheduled = VersionLink(many=True, help_text="Signed by all, in force later.")
    proposal = VersionLink(allow_null=True)
    drafts = VersionLink(many=True)
    waits_for = WaitsFor(many=True)

    def to_representation(self, agreement: Agreement) -> dict[str, Any]:
        return Description.of(self.context).agreement(agreement)


class DifferenceShown(serializers.Serializer[Any]):
    """What one version changes about another, in words."""

    before = serializers.IntegerField(
        allow_null=True, help_text="The number of the other version; null: there is none."
    )
    after = serializers.IntegerField(help_text="The number of this version.")
    difference = serializers.ListField(child=serializers.CharField())


class InForceShown(serializers.Serializer[Any]):
    """What is in force at an instant, as `manage.py agreement` prints it."""

    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField(allow_null=True, help_text="Its number; null: nothing is in force.")
    version_id = serializers.IntegerField(allow_null=True)
    state = serializers.CharField(help_text="`in_force`, or `none`.")
    since = serializers.DateTimeField(allow_null=True, help_text=BEGINNING)
    until = serializers.DateTimeField(allow_null=True)
    terms = serializers.JSONField(allow_null=True)
    sentences = serializers.ListField(child=serializers.CharField())
    signatures = SignatureShown(many=True)
    overridden = serializers.BooleanField()


class KindShown(serializers.Serializer[Any]):
    """A kind of agreement, and what its terms may be."""

    kind = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField()
    sides = serializers.ListField(child=serializers.ChoiceField(choices=SIGNING_SIDES))
    keys = serializers.ListField(child=serializers.CharField(), help_text="Keys to begin with; there may be more.")
    schema = serializers.IntegerField(help_text="The present form of the terms.")
    terms_schema = serializers.JSONField(help_text="JSON Schema of the terms.")
    starting = serializers.JSONField(allow_null=True, help_text="Terms to begin with, for the first of the keys.")
    has_backtest = serializers.BooleanField()


class KindsShown(serializers.Serializer[Any]):
    """Every kind there is."""

    results = KindShown(many=True)
