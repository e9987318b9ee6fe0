"""What is known of handoffs: who was offered which lead, what they decided, what they waited for, and whose turn it is.

A handoff is a small state machine and a log at once: what was offered never changes, a decision falls once, and rows leave only
through `leads.privacy`; triggers see to it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from alignment.agreements.models import Version
from alignment.people.models import Side, Team
from leads.records.models import Lead

PERSON = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Turned down"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Taken back"


class Origin(models.TextChoices):
    RULE = "rule", "By a rule"
    PERSON = "person", "By hand"
    REASSIGNED = "reassigned", "Passed on"
    REROUTED = "rerouted", "Offered to the next"


class Handoff(models.Model):
    """One use of a handoff rule on one lead: offered, then decided once. At most one is open for a lead.

    `to_user` None: anybody of `to_team`. `accept_by` and `contact_by` are null while on hold, unless they had passed before.
    `returned_*`: the lead came back after it was accepted; `reason` and `note` then say why, as they do for a rejection.
    `schedule` is what the sweep will do, in order: `[{"clock","what","to","at"}]`; `step` counts what is done, `next_at` is when
    the next is due. `recorded_at` and `*_recorded_at` say when we learnt it.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="handoffs", db_index=False)
    rule = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="handoffs")
    rule_key = models.CharField(max_length=100)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    replaces = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        help_text="The offer this one continues.",
    )
    from_stage = models.CharField(max_length=100)
    to_stage = models.CharField(max_length=100)
    from_side = models.CharField(max_length=10, choices=Side.choices)
    to_side = models.CharField(max_length=10, choices=Side.choices)
    from_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    from_user = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_user = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    offered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    strategy = models.CharField(max_length=30, null=True)
    why = models.JSONField(default=list, help_text="How the receiver was found, one sentence an item.")
    qualified_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    calendar = models.ForeignKey(
        Version,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Working time of the receiver at the offer.",
    )
    accept_by = models.DateTimeField(null=True)
    contact_by = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    decided_at = models.DateTimeField(null=True)
    decided_recorded_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_recorded_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=100, null=True, help_text="Key of the agreed reason.")
    note = models.CharField(max_length=2000, null=True)
    reason_recorded_at = models.DateTimeField(null=True)
    schedule = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(state="offered"), name="one_open_handoff_per_lead"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="handoff_has_a_state"),
            models.CheckConstraint(
                condition=Q(state="offered", decided_at=None, decided_recorded_at=None)
                | (~Q(state="offered") & Q(decided_at__isnull=False, decided_recorded_at__isnull=False)),
                name="handoff_decided_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_recorded_at=None)
                | Q(state="accepted", returned_at__isnull=False, returned_recorded_at__isnull=False),
                name="handoff_returned_once_accepted",
            ),
        ]
        indexes = [
            models.Index("lead", "offered_at", "id", name="handoff_order"),
            models.Index("offered_at", "id", name="handoff_by_offer"),
            models.Index("to_user", "offered_at", name="handoff_by_receiver"),
            models.Index("decided_by", "offered_at", name="handoff_by_taker", condition=Q(state="accepted")),
            models.Index("to_team", "offered_at", name="handoff_by_team"),
            models.Index("next_at", name="handoff_due", condition=Q(next_at__isnull=False)),
            models.Index("to_user", name="handoff_open_of", condition=Q(state="offered")),
            models.Index("to_team", "accept_by", name="handoff_open", condition=Q(state="offered")),
            models.Index(
                "contact_by",
                "offered_at",
                "id",
                name="handoff_in_hand",
                condition=Q(state="accepted", returned_at=None),
            ),
            models.Index(
                "to_team",
                "contact_by",
                "offered_at",
                "id",
                name="handoff_in_hand_of_team",
                condition=Q(state="accepted", returned_at=None),
            ),
            models.Index("lead", name="handoff_of_in_hand", condition=Q(state="accepted", returned_at=None)),
            models.Index(
                Coalesce("returned_at", "decided_at").desc(),
                models.F("id").desc(),
                name="handoff_came_back",
                condition=Q(state="rejected") | Q(returned_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: lead {self.lead_id}"


class Hold(models.Model):
    """A time in which a handoff waits for somebody outside: the clocks stand still. One at a time.

    `accept_left` and `contact_left` are the seconds left on each clock when it began (null: that clock was not running), of the
    kind of time the rule counts.
    """

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="hold_log")
    reason = models.CharField(max_length=100)
    note = models.CharField(max_length=500, null=True)
    began_at = models.DateTimeField()
    ends_by = models.DateTimeField(help_text="When it ends by itself.")
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    accept_left = models.FloatField(null=True)
    contact_left = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["handoff"], condition=Q(ended_at=None), name="one_hold_at_a_time")
        ]

    def __str__(self) -> str:
        return f"hold of {self.handoff_id}"


class Deadline(models.Model):
    """One row of the append-only log of deadlines: at the offer, when a hold begins (null) and when one ends."""

    class Clock(models.TextChoices):
        ACCEPT = "accept", "To accept"
        CONTACT = "contact", "To first contact"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    clock = models.CharField(max_length=7, choices=Clock.choices)
    due_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [models.Index("handoff", "clock", "recorded_at", "id", name="deadline_order")]

    def __str__(self) -> str:
        return f"{self.clock} {self.due_at}"


class HandoffStep(models.Model):
    """What the sweep did with a handoff: a reminder, a word to a lead, an expiry. Each once."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="steps", db_index=False)
    clock = models.CharField(max_length=7, choices=Deadline.Clock.choices)
    what = models.CharField(max_length=20)
    to = models.CharField(max_length=20, null=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "clock", "what", "to", "due_at"], nulls_distinct=False, name="handoff_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.handoff_id}"


class ToTell(models.Model):
    """Work to do: say what the sweep noted. `holder_id` and `kept_by_id` are of that moment: who held the lead, and who keeps it."""

    step_id = models.BigIntegerField(primary_key=True)
    holder_id = models.BigIntegerField(null=True)
    kept_by_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "step to tell of"
        verbose_name_plural = "steps to tell of"

    def __str__(self) -> str:
        return str(self.step_id)


class OfferToTell(models.Model):
    """Work to do: tell the receiver of an offer that was made together with many others."""

    handoff_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = "offer to tell of"
        verbose_name_plural = "offers to tell of"

    def __str__(self) -> str:
        return str(self.handoff_id)


class Need(models.Model):
    """A lead qualified for a handoff by a rule: from `qualified_at` until it was offered, or was no longer to be.

    `no_receiver_at` is the first moment at which nobody could take it, `no_receiver` why. One is open for a lead at a time.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="needs", db_index=False)
    rule = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    rule_key = models.CharField(max_length=100)
    qualified_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    no_receiver_at = models.DateTimeField(null=True)
    no_receiver = models.CharField(max_length=500, null=True)
    ended_at = models.DateTimeField(null=True)
    ended_recorded_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, null=True)
    handoff = models.OneToOneField(Handoff, null=True, on_delete=models.PROTECT, related_name="need")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="one_open_need_per_lead")
        ]
        indexes = [
            models.Index("lead", "qualified_at", name="need_order"),
            models.Index("qualified_at", name="need_by_moment"),
        ]

    def __str__(self) -> str:
        return f"need of {self.lead_id}"


class ToRoute(models.Model):
    """Work to do: look from `due_at` on whether this lead is to be handed over, or an open offer to be taken back."""

    lead_id = models.BigIntegerField()
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = "lead to route"
        verbose_name_plural = "leads to route"
        indexes = [models.Index("due_at", "id", name="to_route_due"), models.Index("lead_id", name="to_route_lead")]

    def __str__(self) -> str:
        return str(self.lead_id)


class Receiver(models.Model):
    """What somebody takes: who has no row here takes leads, without a limit, with the weight of one.

    `capacity` leads a `period`; fractions carry over (2.5 a week: two, then three). None: no limit.
    """

    class Period(models.TextChoices):
        WEEK = "week", "week"
        MONTH = "month", "month"

    user = models.OneToOneField(PERSON, on_delete=models.CASCADE, primary_key=True, related_name="receiver")
    takes_leads = models.BooleanField(default=True)
    capacity = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    period = models.CharField(max_length=5, choices=Period.choices, default=Period.WEEK)
    skills = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    since = models.DateField(help_text="From when fractions of the capacity are counted.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity=None) | Q(capacity__gte=0), name="capacity_not_negative")
        ]

    def __str__(self) -> str:
        return f"what {self.user_id} takes"


class Absence(models.Model):
    """From `since` until `until` this person gets no leads. Days of the reporting zone, half-open instants."""

    user = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="absences", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["since"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="absence_ends_after_it_begins")
        ]
        indexes = [models.Index("user", "until", name="absence_of_somebody")]

    def __str__(self) -> str:
        return f"{self.user_id} is away from {self.since:%Y-%m-%d}"


class Turn(models.Model):
    """Whose turn it is in one pool: what each receiver is owed, exactly. Locked while somebody is chosen.

    `owed` is balances by user id, in parts of a lead (`leads.handoffs.routing.chairman`): positive, they are behind their share.
    """

    pool = models.CharField(max_length=200, primary_key=True)
    owed = models.JSONField(default=dict)
    given = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.pool
