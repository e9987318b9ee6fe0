"""What was proposed, who signed it, what was said about it, and when which version was in force."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, cast

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from alignment.people.models import Side, Team, User

SIGNING_SIDES = [(Side.MARKETING.value, "Marketing"), (Side.SALES.value, "Sales")]


class Agreement(models.Model):
    """One thing that is agreed: a kind, and a key within the kind. Its versions say what."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0, help_text="The highest number that a version of it ever had.")

    class Meta:
        ordering: ClassVar = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="agreement_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Step(models.TextChoices):
    """How far a version came. Whether a signed one is in force is a matter of its periods and of the instant asked."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    SIGNED = "signed", "Signed"
    OVERRIDDEN = "overridden", "Put in force by an operator"
    LAID_IN = "laid_in", "Laid in at set-up"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Version(models.Model):
    """One wording of an agreement. A draft may change; what was proposed may not, in the database either."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.DRAFT)
    terms = models.JSONField()
    schema = models.PositiveIntegerField(help_text="Of which form of the kind's terms this document is.")
    note = models.TextField(max_length=2_000, blank=True, help_text="Why: what the proposer wants both sides to know.")
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1, help_text="Counts changes of the draft and steps.")
    effective_from = models.DateTimeField(null=True, blank=True, help_text="Not before; empty: once signed.")
    review_by = models.DateField(null=True, blank=True, help_text="When both sides look at it again.")
    restored_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    based_on = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="What it was to replace, as settled when it was proposed: the difference that both sides looked at.",
    )  # fmt: skip
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(max_length=2_000, blank=True, help_text="Why it was rejected, withdrawn or put in force.")

    class Meta:
        ordering: ClassVar = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=models.Q(step="proposed"), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(step__in=Step.values), name="version_has_a_step"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} v{self.number}"


class Period(models.Model):
    """When a version was, is or will be in force: [from, until). A version that was reverted to has several."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="periods")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="periods")
    during = DateTimeRangeField()
    begun_at = models.DateTimeField(null=True, help_text="When what follows from its beginning was set going.")

    class Meta:
        ordering: ClassVar = ["agreement", "during"]
        indexes = [models.Index("agreement", name="period_to_begin", condition=models.Q(begun_at=None))]

    def __str__(self) -> str:
        return f"{self.version_id} in force {self.during}"

    @property
    def since(self) -> datetime:
        return cast("datetime", self.during.lower)

    @property
    def until(self) -> datetime | None:
        return self.during.upper


class Signature(models.Model):
    """One side's word for one version, given by a person entitled to at that time. Append-only."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    side = models.CharField(max_length=10, choices=SIGNING_SIDES)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "side"], name="one_signature_a_side"),
            models.UniqueConstraint(fields=["version", "user"], name="nobody_signs_for_two_sides"),
            models.CheckConstraint(condition=models.Q(side__in=["marketing", "sales"]), name="signature_has_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} signed {self.version_id}"


class Comment(models.Model):
    """What somebody said about a version; an answer has a parent. Append-only."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    body = models.TextField(max_length=5_000)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.body[:60]


class Override(models.Model):
    """An operator put a version in force without the sides. Visible to both until they sign or it is reverted."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="override")
    operator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(max_length=2_000)
    replaced = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")
    regularised_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)
    reverted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"override of {self.version}"


class Backtest(models.Model):
    """What a version would have done with the past: the evidence both sides sign. Computed once, by a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="backtests")
    days = models.PositiveIntegerField(help_text="How many days before ends_at it looks at.")
    ends_at = models.DateTimeField()
    sampled = models.BooleanField(default=False, help_text="A share of the leads, with intervals, for a quick look.")
    terms = models.JSONField(help_text="The wording that was tried: a draft may have changed since.")
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1.")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="How often a worker began it.")
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [
            models.Index("id", name="backtest_to_do", condition=models.Q(state__in=["queued", "running"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed"]), name="backtest_has_a_state"
            ),
        ]

    def __str__(self) -> str:
        return f"backtest of {self.version_id} over {self.days} days"
