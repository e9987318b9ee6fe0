"""What is kept of metrics: facts by subject, values by period, revisions, and who waits. All derived, but for revisions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

GRAINS = ("day", "week", "month", "quarter", "year")
"""As numbers in tables: their place here."""

CUTS = ("", "source", "campaign", "owner", "team")
"""By what values are kept; the first is everything together. As numbers in tables: their place here."""

EVERYTHING = 0
"""The group of what is not cut."""


class Cause(models.IntegerChoices):
    """Why a value changed. Where there are several reasons for one change, the last of these is told."""

    LATE = 0, "late data"
    CORRECTION = 1, "correction"
    RATES = 2, "new rates"
    UNDONE = 3, "import undone"
    DEFINITION = 4, "definition"


class KeptMetric(models.Model):
    """The number of a metric in the tables beside this one."""

    key = models.CharField(max_length=300, unique=True)
    windowed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.key


class KeptGroup(models.Model):
    """The number of a value of a cut. `name` is the value after a “=”; empty: those that have none."""

    cut = models.SmallIntegerField()
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cut", "name"], name="kept_group_once")]

    def __str__(self) -> str:
        return self.name[1:] or "(none)"


class KeptFact(models.Model):
    """Derived: what one subject adds to one metric on one day, in one group of each cut. No foreign keys.

    `waits_until`: it is not in the values yet. `total` adds up the `lines` of which the value is known; of `unknown` it is not.
    `print` is another where a line's time of day is. `id` numbers rows and has no index: nothing asks for one of them.
    """

    id = models.BigAutoField(primary_key=True)
    metric_id = models.IntegerField()
    kind = models.SmallIntegerField()
    subject_id = models.BigIntegerField()
    day = models.DateField()
    waits_until = models.DateTimeField(null=True)
    source_id = models.IntegerField()
    campaign_id = models.IntegerField()
    owner_id = models.IntegerField()
    team_id = models.IntegerField()
    lines = models.IntegerField()
    unknown = models.IntegerField()
    total = models.DecimalField(max_digits=40, decimal_places=12)
    print = models.IntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index("kind", "subject_id", name="kept_fact_of_subject"),
            models.Index("waits_until", condition=models.Q(waits_until__isnull=False), name="kept_fact_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id} of {self.subject_id} on {self.day}"


class KeptValue(models.Model):
    """Derived: what a summed metric's lines add up to, or what a computed one came to, in one period and group.

    A computed metric's value is `total`, null where it is not known, its `n` is `lines`.
    """

    id = models.BigAutoField(primary_key=True)
    metric_id = models.IntegerField()
    grain = models.SmallIntegerField()
    first_day = models.DateField()
    cut = models.SmallIntegerField()
    group_id = models.IntegerField()
    lines = models.BigIntegerField(null=True)
    unknown = models.BigIntegerField(default=0)
    total = models.DecimalField(max_digits=50, decimal_places=28, null=True)
    problem = models.TextField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric_id", "grain", "cut", "first_day", "group_id"], name="kept_value_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric_id} {GRAINS[self.grain]} {self.first_day}"


class Revision(models.Model):
    """A value of a period that was closed became another. Never derived anew: it says what people had seen."""

    metric_id = models.IntegerField()
    grain = models.SmallIntegerField()
    first_day = models.DateField()
    cut = models.SmallIntegerField()
    group_id = models.IntegerField()
    old_lines = models.BigIntegerField(null=True)
    old_unknown = models.BigIntegerField(default=0)
    old_total = models.DecimalField(max_digits=50, decimal_places=28, null=True)
    new_lines = models.BigIntegerField(null=True)
    new_unknown = models.BigIntegerField(default=0)
    new_total = models.DecimalField(max_digits=50, decimal_places=28, null=True)
    cause = models.SmallIntegerField(choices=Cause.choices)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [
            models.Index("metric_id", "grain", "cut", "first_day", name="revision_of_value"),
            models.Index("at", name="revision_by_at"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id} {GRAINS[self.grain]} {self.first_day}: {self.get_cause_display()}"


class KeptMark(models.Model):
    """A lead, deal, entry of spend or outside number that changed, or everything: waits for its facts to be counted anew."""

    subject = models.CharField(max_length=6)
    subject_id = models.BigIntegerField()
    cause = models.SmallIntegerField(db_default=0)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class KeptDue(models.Model):
    """A period of a computed metric that is to be read anew. Many rows may be of one."""

    metric_id = models.IntegerField()
    grain = models.SmallIntegerField()
    first_day = models.DateField()
    cause = models.SmallIntegerField(db_default=0)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [models.Index("grain", "first_day", name="kept_due_of_period")]

    def __str__(self) -> str:
        return f"{self.metric_id} {GRAINS[self.grain]} {self.first_day}"
