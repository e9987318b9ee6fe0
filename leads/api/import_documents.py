"""How an import is sent and shown: the document that the command prints."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from leads.imports.models import Import
from leads.imports.summary import describe


class ImportBody(serializers.Serializer[Any]):
    """A file and how it is to be read, as multipart/form-data."""

    kind = serializers.CharField(max_length=12, help_text="What the rows are: leads, deals, stages, …")
    file = serializers.FileField(help_text="The file itself.", allow_empty_file=True)
    profile = serializers.CharField(help_text="The name of a profile, or its JSON.", max_length=100_000)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what would happen.")


class ImportQueued(serializers.Serializer[Any]):
    """Where to watch an import."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Import.State.choices)
    url = serializers.URLField()


class RowError(serializers.Serializer[Any]):
    """One value that was set aside."""

    line = serializers.IntegerField(help_text="Physical lines; the header is 1.")
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    reason = serializers.CharField()


class ImportShown(serializers.Serializer[Import]):
    """An import, with the first hundred of what was set aside."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=Import.State.choices)
    file_name = serializers.CharField()
    dry_run = serializers.BooleanField()
    rows = serializers.IntegerField()
    done = serializers.IntegerField(help_text="Rows gone through so far.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.DictField())
    question = serializers.DictField(allow_null=True, help_text="What could not be decided, with both readings.")
    problem = serializers.DictField(allow_null=True, help_text="Why it failed.")
    spared = serializers.ListField(child=serializers.DictField(), help_text="What an undo left alone, and why.")
    errors = RowError(many=True)  # type: ignore[assignment]

    def to_representation(self, import_: Import) -> dict[str, Any]:
        return {**describe(import_)}
