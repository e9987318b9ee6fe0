"""An import, what it set aside, and what it found before it wrote, so that it can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Import(models.Model):
    """One file on its way in. `cursor` is the number of data rows applied, moved in the transaction that applied them."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        CHECKING = "checking", "Checking"
        NEEDS_ANSWER = "needs_answer", "Needs an answer"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        UNDONE = "undone", "Undone"

    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    file_name = models.CharField(max_length=300)
    file = models.CharField(max_length=300, help_text="Where the copy lies, relative to the uploads folder.")
    size = models.BigIntegerField(default=0)
    profile = models.JSONField()
    profile_name = models.CharField(max_length=200, blank=True)
    dry_run = models.BooleanField(default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    decisions = models.JSONField(default=dict, help_text="What the first pass decided: date order, decimal sign.")
    rows = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    repaired = models.BigIntegerField(
        default=0, help_text="Rows that were set aside and are in since somebody corrected them."
    )
    progress = models.JSONField(default=dict, help_text="How far the pass at work is, and how fast: see pace.")
    warnings = models.JSONField(default=list)
    question = models.JSONField(null=True)
    problem = models.JSONField(null=True, help_text="Why it failed or was refused: code and sentence.")
    spared = models.JSONField(default=list, help_text="What an undo left alone because it was touched since.")
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"


class ImportError(models.Model):  # noqa: A001  the field's own word
    """One value of one row that was set aside."""

    source = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="errors", db_column="import_id", db_index=False
    )
    line = models.BigIntegerField()
    column = models.CharField(max_length=300, null=True)
    value = models.TextField(null=True)
    code = models.CharField(max_length=50)
    reason = models.TextField()
    row = models.JSONField(default=list, help_text="The whole row as it was read.")

    class Meta:
        ordering: ClassVar = ["line", "id"]
        indexes = [models.Index("source", "line", name="import_error_order")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"


class ImportLine(models.Model):
    """The one line of imports, a single row: which import is at work. It is as long as its lease lasts."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    at_work = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"at work: {self.at_work_id}"


class ImportRepair(models.Model):
    """A line that was set aside and came in corrected: fingerprints of its cells, and of how they were sent, so that the same again
    changes nothing."""

    source = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="repairs", db_column="import_id", db_index=False
    )
    line = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    sent = models.CharField(max_length=64, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="import_repair_once")]

    def __str__(self) -> str:
        return f"line {self.line}"


class ImportBefore(models.Model):
    """What an import overwrote: the object's fields as they were, and its version after the import."""

    source = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="before", db_column="import_id", db_index=False
    )
    table = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    before = models.JSONField()
    version_after = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "table", "object_id"], name="import_before_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.object_id}"


class ImportProfile(models.Model):
    """A profile kept under a name, for the next file of the same shape."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=12)
    profile = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
